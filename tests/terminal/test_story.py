"""The whole job, as a person does it: the installed program, a real terminal, real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.simulator import place_batch
from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal

SIZES = pytest.mark.parametrize(("columns", "rows"), [(120, 36), (80, 24)])


@contextmanager
def dashboard(
    simulator: Simulator, folder: Path, *arguments: str, columns: int = 120, rows: int = 36
) -> Iterator[Terminal]:
    environment = {
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
        "HOME": str(folder),
        "BATCHTUI_CONFIG": str(folder / "config.toml"),
    }
    with Terminal(*arguments, environment=environment, columns=columns, rows=rows, folder=folder) as terminal:
        yield terminal


@SIZES
def test_the_whole_job_from_the_list_to_the_file_of_failed_ids(
    simulator: Simulator, tmp_path: Path, columns: int, rows: int
) -> None:
    for number in range(70):
        place_batch(simulator, f"old {number}", {"succeeded": 3}, age=timedelta(hours=30 + number))
    oldest = place_batch(simulator, "oldest", {"succeeded": 7}, age=timedelta(days=20))
    failed = place_batch(simulator, "failed", {"succeeded": 40, "overloaded": 5, "bad_role": 2}, age=timedelta(hours=3))
    running = place_batch(simulator, "running", {"succeeded": 900}, age=timedelta(hours=1), lasts=None)
    ending = place_batch(
        simulator, "ending", {"succeeded": 11, "overloaded": 4}, age=timedelta(minutes=30), lasts=timedelta(minutes=31)
    )
    with dashboard(simulator, tmp_path, columns=columns, rows=rows) as terminal:
        # start and list
        terminal.wait_for(ending.id[-8:])
        terminal.wait_for("2 running 2")
        # page to the oldest: further pages load as the cursor reaches the end
        terminal.wait_for("more on the server")
        terminal.send("G")
        terminal.wait_for("74 loaded")
        terminal.send("G")
        terminal.wait_for(oldest.id[-8:])
        # watch a count change
        terminal.send("g")
        terminal.wait_for(ending.id[-8:])
        simulator.scenario.advance(timedelta(minutes=5))
        terminal.send("r")
        terminal.wait_for("2 running 1")
        assert "failures" in line_of(terminal, ending.id)
        # cancel the one that still runs: the first key asks, y answers
        terminal.send("2")
        terminal.wait_gone(ending.id[-8:])
        terminal.send("c")
        terminal.wait_for("900 requests")
        terminal.wait_for(running.id)
        terminal.send("y")
        terminal.wait_for(lambda text: "canceling" in text and "Cancel (y)" not in text)
        # open the failed one, filter, export
        terminal.send("4")
        terminal.wait_for(failed.id[-8:])
        terminal.send("G", "enter")
        terminal.wait_for("3 errored 7")
        terminal.send("3")
        terminal.wait_for("overloaded_error")
        terminal.wait_gone("end_turn")
        terminal.send("e")
        terminal.wait_for("-ids.txt")
        terminal.send("enter")
        terminal.wait_for("7 custom_ids")
        terminal.send("q")
        terminal.wait_for("4 with failures")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    (exported,) = tmp_path.glob("*-ids.txt")
    assert len(exported.read_text().splitlines()) == 7
    assert exported.stat().st_mode & 0o777 == 0o600


def line_of(terminal: Terminal, batch_id: str) -> str:
    return next(line for line in terminal.lines if batch_id[-8:] in line)


@SIZES
def test_a_dashboard_for_reading_only_says_so_and_changes_nothing(
    simulator: Simulator, tmp_path: Path, columns: int, rows: int
) -> None:
    running = place_batch(simulator, "running", age=timedelta(hours=1), lasts=None)
    with dashboard(simulator, tmp_path, "--read-only", columns=columns, rows=rows) as terminal:
        terminal.wait_for(running.id[-8:])
        terminal.wait_for("READ-ONLY")
        terminal.send("c")
        terminal.wait_for("reading only")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert all(request.method == "GET" for request in simulator.requests)


def test_the_terminal_is_as_it_was_afterwards(simulator: Simulator, tmp_path: Path) -> None:
    with dashboard(simulator, tmp_path) as terminal:
        terminal.wait_for("all 0")
        terminal.send("ctrl+c")
        assert terminal.wait_exit() == 0
        for switched_off in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"):
            assert switched_off in terminal.raw
    assert simulator.keys["production"].encode() not in terminal.raw


def test_a_terminal_that_is_too_small_says_so_and_recovers(simulator: Simulator, tmp_path: Path) -> None:
    batch = place_batch(simulator)
    with dashboard(simulator, tmp_path) as terminal:
        terminal.wait_for(batch.id[-8:])
        terminal.resize(36, 8)
        terminal.wait_for("too small")
        terminal.resize(40, 10)
        terminal.wait_for(batch.id[-6:])
        terminal.resize(120, 36)
        terminal.wait_for("expires")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_without_any_key_the_first_screen_offers_three_ways_and_the_demo(tmp_path: Path) -> None:
    with Terminal(environment={"HOME": str(tmp_path)}, folder=tmp_path) as terminal:
        terminal.wait_for("ANTHROPIC_API_KEY")
        assert "keyring" in terminal.text
        assert "pass show anthropic" in terminal.text
        terminal.send("d")
        terminal.wait_for("running")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert list(tmp_path.rglob("*.toml")) == []


def test_a_refused_key_leaves_a_sentence_on_the_screen(simulator: Simulator, tmp_path: Path) -> None:
    environment = {
        "ANTHROPIC_API_KEY": "sk-ant-api03-revoked",
        "ANTHROPIC_BASE_URL": simulator.url,
        "HOME": str(tmp_path),
    }
    with Terminal(environment=environment, folder=tmp_path) as terminal:
        terminal.wait_for("key was refused")
        assert "sk-ant" not in terminal.text
        terminal.send("q")
        assert terminal.wait_exit() == 0
