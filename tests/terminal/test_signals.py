"""A session that drops: the program ends, the terminal is as it was, and nothing stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from tests.support.dashboards import Session, dashboard, environment_of, processes_with, wait_until
from tests.support.simulator import place_batch
from tests.support.terminal import PROGRAM, SECONDS

pytestmark = pytest.mark.terminal

RESULTS = "/v1/messages/batches/msgbatch"
SLOWLY = Fault("slow", path=RESULTS, bytes_per_second=20_000)

ENDINGS = pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["SIGTERM", "SIGHUP"]
)


def see_the_list(session: Session) -> None:
    session.wait_for("all 1")


def watch_results_stream_in(session: Session) -> None:
    see_the_list(session)
    session.send("enter")
    session.wait_for("esc stops")
    wait_until(lambda: holds_spool(session), "results are on the disk")


def export_in_the_background(session: Session) -> None:
    see_the_list(session)
    session.send("e")
    session.wait_for("-failed-ids.txt")
    session.send("enter")
    session.wait_for("Reading")


def ask_whether_to_delete(session: Session) -> None:
    see_the_list(session)
    session.send("d")
    session.wait_for("(n)")


def type_words(session: Session) -> None:
    see_the_list(session)
    session.send("/")
    session.wait_for("Filter:")
    session.send("a", "b")
    session.wait_for("only “ab”")


def holds_spool(session: Session) -> bool:
    """Whether the program keeps a file without a name."""
    handles = Path(f"/proc/{session.process.pid}/fd")
    return any("(deleted)" in str(handle.readlink()) for handle in handles.iterdir())


@ENDINGS
@pytest.mark.parametrize(
    "moment",
    [see_the_list, watch_results_stream_in, export_in_the_background, ask_whether_to_delete, type_words],
    ids=lambda moment: moment.__name__,
)
def test_a_signal_ends_the_program_and_leaves_nothing(
    simulator: Simulator, tmp_path: Path, moment: Callable[[Session], None], number: signal.Signals, code: int
) -> None:
    place_batch(simulator, shares={"succeeded": 3000, "overloaded": 40})
    simulator.faults.add(SLOWLY)
    with dashboard(simulator, tmp_path) as session:
        moment(session)
        os.kill(session.process.pid, number)
        assert session.wait_exit() == code
        assert session.modes_left == set()
        assert b"Traceback" not in session.raw
        wait_until(lambda: not session.processes, "nothing runs any more")
        assert session.files == []


@pytest.mark.parametrize("seconds", [0.1, 0.4, 0.5, 0.6, 0.7])
def test_a_signal_while_it_starts_ends_it_too(simulator: Simulator, tmp_path: Path, seconds: float) -> None:
    place_batch(simulator)
    with dashboard(simulator, tmp_path) as session:
        session.read_for(seconds)
        os.kill(session.process.pid, signal.SIGTERM)
        assert session.wait_exit() in {143, -signal.SIGTERM}  # the latter before anything of ours has run
        assert session.modes_left == set()
        assert b"Traceback" not in session.raw


def test_a_terminal_that_is_closed_ends_the_program(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator, shares={"succeeded": 3000})
    simulator.faults.add(SLOWLY)
    session = Session(environment=environment_of(simulator, tmp_path), folder=tmp_path)
    watch_results_stream_in(session)
    session.hang_up()
    assert session.process.wait(SECONDS) == 129
    wait_until(lambda: not session.processes, "nothing runs any more")
    assert session.files == []


def test_a_terminal_that_goes_away_unheard_ends_the_program(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator)
    program = ("sh", "-c", f"trap '' HUP; exec {PROGRAM}")  # the signal that a closed terminal sends is not for it
    session = Session(environment=environment_of(simulator, tmp_path), folder=tmp_path, program=program)
    see_the_list(session)
    session.hang_up()
    assert session.process.wait(SECONDS) == 129


def test_a_terminal_that_takes_nothing_any_more_cannot_keep_it(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator)
    with dashboard(simulator, tmp_path) as session:
        see_the_list(session)
        fill_terminal(session)
        os.kill(session.process.pid, signal.SIGTERM)
        assert session.process.wait(SECONDS) == 143  # nobody reads meanwhile


def fill_terminal(session: Session) -> None:
    """Make it draw without reading, until the terminal has no room."""
    for _ in range(20):
        os.write(session._master, b"\x0c")  # all of the picture
        time.sleep(0.03)  # nothing to wait for: the other side is silent


def test_a_screen_that_nobody_read_for_a_while_is_right_afterwards(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator)
    with dashboard(simulator, tmp_path) as session:
        see_the_list(session)
        for _ in range(10):
            os.write(session._master, b"?")
            time.sleep(0.03)
            os.write(session._master, b"q")
            time.sleep(0.03)
        session.wait_for(lambda text: "all 1" in text and "Help · Batches" not in text)
        session.send("q")
        assert session.wait_exit() == 0


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_the_dashboard(simulator: Simulator, tmp_path: Path) -> None:
    batch = place_batch(simulator)
    environment = {**environment_of(simulator, tmp_path), "PS1": "$ ", "HISTFILE": ""}
    shell = ("bash", "--norc", "--noprofile", "-i")
    with Session(environment=environment, folder=tmp_path, program=shell) as session:
        session.wait_for("$")
        cooked = termios.tcgetattr(session._master)[3]

        def has_shell() -> bool:
            is_in_front = os.tcgetpgrp(session._master) == session.process.pid
            return is_in_front and termios.tcgetattr(session._master)[3] & termios.ECHO == cooked & termios.ECHO

        session.send(f"{PROGRAM}\r")
        session.wait_for(batch.id[-8:])
        assert {b"1049", b"1000", b"25", b"2004"} <= session.modes_left | {b"2004"}
        for _ in range(2):
            session.send("ctrl+z")
            session.wait_for("Stopped")
            assert session.modes_left <= {b"2004"}  # which is bash's own
            wait_until(has_shell, "the shell has its terminal")
            session.send("echo back in $((6 * 7))\r")
            session.wait_for("back in 42")
            session.send("fg\r")
            session.wait_for(batch.id[-8:])
            session.wait_gone("back in")
            session.wait_for(lambda _: session.modes_left >= {b"1049", b"1000", b"25"})
        session.send("?")
        session.wait_for("Help · Batches")
        session.send("q", "q")
        session.wait_for(lambda _: session.modes_left <= {b"2004"})
        wait_until(has_shell, "the shell has its terminal")
        session.send("echo code $?\r")
        session.wait_for("code 0")
        assert session.modes_left <= {b"2004"}
        session.send("exit\r")
        assert session.wait_exit() == 0


def test_ctrl_l_draws_over_what_another_program_wrote(simulator: Simulator, tmp_path: Path) -> None:
    batch = place_batch(simulator)
    with dashboard(simulator, tmp_path) as session:
        session.wait_for(batch.id[-8:])
        session._stream.feed(b"\x1b[2J\x1b[5;5HBroadcast message: lunch")
        assert batch.id[-8:] not in session.text
        session.send("\x0c")
        session.wait_for(lambda text: batch.id[-8:] in text and "lunch" not in text)
        session.send("q")
        assert session.wait_exit() == 0


def test_any_size_and_back_never_breaks_the_picture(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator, shares={"succeeded": 90, "overloaded": 9})
    with dashboard(simulator, tmp_path) as session:
        session.wait_for(lambda text: "results link" in text and "updated" in text and "Back" in text)
        before = without_age(session.text)
        for columns, rows in [(40, 10), (39, 9), (200, 50), (20, 3), (80, 24), (1, 1), (120, 36)]:
            session.resize(columns, rows)
            session.read_for(0.05)
        session.wait_for(lambda text: without_age(text) == before)
        session.send("enter")
        session.wait_for("overloaded_error")
        session.resize(40, 10)
        session.wait_gone("overloaded_error")
        session.wait_for("99 rows")
        session.resize(120, 36)
        session.wait_for("overloaded_error")
        session.send("q", "q")
        assert session.wait_exit() == 0


def without_age(text: str) -> str:
    """Leave out how old the data is, and the room before it."""
    return re.sub(r" +updated .*", "", text)


@ENDINGS
def test_a_command_that_is_ended_leaves_no_half_file(
    simulator: Simulator, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    batch = place_batch(simulator, shares={"succeeded": 3000, "overloaded": 40})
    simulator.faults.add(SLOWLY)
    environment = {
        **environment_of(simulator, tmp_path),
        "PATH": os.environ["PATH"],
        "LC_BATCHTUI_TEST_MARK": str(tmp_path),
    }
    command = [PROGRAM, "export", batch.id, "-o", "failed.txt"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
        wait_until(lambda: any("results" in request.path for request in simulator.requests), "it reads")
        process.send_signal(number)
        assert process.wait(SECONDS) == code
        assert b"Traceback" not in (process.stderr.read() if process.stderr else b"")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_nohup_started_survives_the_end_of_its_session(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator, lasts=None)
    environment = {**environment_of(simulator, tmp_path), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        ["nohup", PROGRAM, "watch"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_until(lambda: simulator.requests, "it asks")
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.terminate()
        assert process.wait(SECONDS) == 143


def test_a_key_command_ends_with_the_program(simulator: Simulator, tmp_path: Path) -> None:
    environment = environment_of(simulator, tmp_path)
    del environment["ANTHROPIC_API_KEY"]
    (tmp_path / "config.toml").write_text(
        f'[workspaces.ci]\nbase_url = "{simulator.url}"\nkey_command = ["sh", "-c", "sleep 300; echo"]\n'
    )
    with Session(environment=environment, folder=tmp_path) as session:
        session.wait_for("ci")
        wait_until(lambda: len(session.processes) > 1, "the command runs")
        os.kill(session.process.pid, signal.SIGTERM)
        assert session.wait_exit() == 143
        wait_until(lambda: not processes_with(session.mark), "all are gone")
