"""At home on a remote host: through a real sshd, and inside a real tmux."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.clock import SimulatedClock
from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from tests.support.dashboards import Session, environment_of, processes_with, wait_until
from tests.support.remote_host import RemoteHost, need, remote_host
from tests.support.simulator import place_batch, running_simulator
from tests.support.terminal import PROGRAM

pytestmark = pytest.mark.terminal


@contextmanager
def session_over_ssh(simulator: Simulator, folder: Path, *options: str) -> Iterator[tuple[Session, RemoteHost]]:
    home = folder / "home"
    home.mkdir()
    environment = {**environment_of(simulator, home), "LANG": "C.UTF-8"}
    with remote_host(folder / "sshd", environment) as host:
        program = (*host.client, PROGRAM, *options)
        with Session(environment={"HOME": str(folder)}, folder=home, program=program, columns=80, rows=24) as session:
            yield session, host


def test_over_ssh_the_dashboard_sends_few_bytes_and_says_that_it_saves_them(tmp_path: Path) -> None:
    with running_simulator(clock=SimulatedClock()) as simulator:
        for number in range(20):
            age = timedelta(hours=1 + number, minutes=3 * number)
            place_batch(simulator, f"running {number}", {"succeeded": 500 + number}, age=age, lasts=None)
        with session_over_ssh(simulator, tmp_path) as (session, _):
            session.wait_for("running 20")
            assert "LOW BANDWIDTH" in session.lines[0]
            session.read_until_still()
            assert session.read_for(5) <= 5 * 30
            session.send("pagedown")
            session.wait_for(lambda _: session.read_for(0.7) <= 1500)
            session.send("q")
            assert session.wait_exit() == 0
            assert session.modes_left == set()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_client_that_is_killed_leaves_nothing_on_the_host(
    simulator: Simulator, tmp_path: Path, number: signal.Signals
) -> None:
    place_batch(simulator, shares={"succeeded": 3000})
    simulator.faults.add(Fault("slow", path="/v1/messages/batches/msgbatch", bytes_per_second=20_000))
    with session_over_ssh(simulator, tmp_path) as (session, host):
        session.wait_for("all 1")
        session.send("enter")
        session.wait_for("esc stops")
        assert processes_with(host.mark)
        session.process.send_signal(number)
        wait_until(lambda: not processes_with(host.mark), "nothing runs on the host any more")
        assert session.files == []


def test_a_client_that_slept_and_then_died_leaves_nothing_on_the_host(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator)
    with session_over_ssh(simulator, tmp_path) as (session, host):
        session.wait_for("all 1")
        session.process.send_signal(signal.SIGSTOP)
        simulator.scenario.advance(timedelta(hours=2))
        session.process.send_signal(signal.SIGKILL)
        wait_until(lambda: not processes_with(host.mark), "nothing runs on the host any more")


@contextmanager
def inside_tmux(simulator: Simulator, folder: Path) -> Iterator[tuple[Session, dict[str, str]]]:
    """Open the dashboard in a tmux that is ended afterwards, and say by which environment it is reached."""
    need("tmux")
    sockets = tempfile.mkdtemp(prefix="batchtui-tmux-")  # a socket's path must be short
    environment = {**environment_of(simulator, folder), "TMUX_TMPDIR": sockets, "SHELL": "/bin/sh"}
    try:
        program = ("tmux", "-f", "/dev/null", "new-session", PROGRAM)
        with Session(environment=environment, folder=folder, program=program, columns=100, rows=30) as session:
            yield session, environment
    finally:
        subprocess.run(["tmux", "kill-server"], env={**environment, "PATH": PATH}, check=False, capture_output=True)
        shutil.rmtree(sockets)


PATH = "/usr/local/bin:/usr/bin:/bin"


def test_inside_tmux_it_draws_is_left_is_found_again_and_ends_with_tmux(simulator: Simulator, tmp_path: Path) -> None:
    batch = place_batch(simulator, shares={"succeeded": 30, "overloaded": 4})
    with inside_tmux(simulator, tmp_path) as (session, environment):
        session.wait_for(batch.id[-8:])
        session.send("enter")
        session.wait_for("overloaded_error")
        session.send("q")
        session.wait_for("all 1")
        session.send("\x02d")  # detach
        assert session.wait_exit() == 0
        assert processes_with(session.mark)
        again = ("tmux", "attach")
        with Session(environment=environment, folder=tmp_path, program=again, columns=90, rows=26) as second:
            second.wait_for(batch.id[-8:])
            second.send("?")
            second.wait_for("Help · Batches")
            subprocess.run(["tmux", "kill-server"], env={**environment, "PATH": PATH}, check=True)
            second.wait_exit()
        wait_until(lambda: not processes_with(session.mark), "nothing runs any more")
        assert session.files == []
