"""How many bytes the screen costs: budgets, counted at the terminal. They hold on any machine, however slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from operator import ne
from pathlib import Path

import pytest

from batchtui.demo.clock import SimulatedClock
from batchtui.demo.simulator import Simulator
from tests.support.dashboards import Session, dashboard, environment_of
from tests.support.simulator import place_batch, running_simulator

pytestmark = pytest.mark.terminal

OPTIONS = ("--no-low-bandwidth", "--low-bandwidth")
IDLE_BYTES_A_SECOND = (60, 30)
PAGE_BYTES = {(80, 24): (3000, 1500), (120, 36): (5000, 3000)}
"""On any link and on a slow one, for a page on which every cell differs."""

IDLE_SECONDS = 12

SIZES = pytest.mark.parametrize("size", list(PAGE_BYTES), ids=["80x24", "120x36"])
LINKS = pytest.mark.parametrize("link", [0, 1], ids=["any link", "slow link"])


@pytest.fixture
def busy() -> Iterator[Simulator]:
    """A simulator on the real clock: twenty batches run, thirty have ended, half of them with failures."""
    with running_simulator(clock=SimulatedClock()) as simulator:
        place_twenty(simulator)
        for number in range(30):
            shares = {"succeeded": 500 + 7 * number, "overloaded": number % 2 * 13 * number}
            place_batch(
                simulator, f"ended {number}", shares, age=timedelta(hours=25 + number), lasts=timedelta(hours=2)
            )
        yield simulator


def place_twenty(simulator: Simulator) -> None:
    """Place running batches; every three seconds another one's minute changes."""
    for number in range(20):
        age = timedelta(hours=1 + number, minutes=3 * number, seconds=3 * number)
        place_batch(simulator, f"running {number}", {"succeeded": 500 + number}, age=age, lasts=None)


@contextmanager
def still_dashboard(simulator: Simulator, folder: Path, *options: str, columns: int, rows: int) -> Iterator[Session]:
    with dashboard(simulator, folder, *options, columns=columns, rows=rows) as session:
        session.wait_for("running 20")
        session.read_until_still()
        yield session
        session.send("q")
        assert session.wait_exit() == 0


@LINKS
def test_twenty_running_batches_cost_a_few_bytes_a_second(busy: Simulator, tmp_path: Path, link: int) -> None:
    with still_dashboard(busy, tmp_path, OPTIONS[link], columns=120, rows=36) as session:
        before = time_left(session)
        received = session.read_for(IDLE_SECONDS)
        assert any(map(ne, time_left(session), before))
        assert received <= IDLE_BYTES_A_SECOND[link] * IDLE_SECONDS


def time_left(session: Session) -> list[str]:
    """How long each batch has left, in words."""
    return [line[line.index("expires") :] for line in session.lines if "● running" in line]


@SIZES
@LINKS
def test_a_page_costs_three_kilobytes_at_most(
    busy: Simulator, tmp_path: Path, size: tuple[int, int], link: int
) -> None:
    with still_dashboard(busy, tmp_path, OPTIONS[link], columns=size[0], rows=size[1]) as session:
        for key in ("pagedown", "pagedown", "pageup", "pageup"):
            assert cost_of_page(session, key) <= PAGE_BYTES[size][link]


def cost_of_page(session: Session, key: str) -> int:
    """Turn the page, and return how many bytes came for it."""
    received, batch = session.received, batch_under_cursor(session)
    session.send(key)
    session.wait_for(lambda _: batch_under_cursor(session) not in {"", batch})
    session.read_until_still()
    return session.received - received


def batch_under_cursor(session: Session) -> str:
    """The end of its id, as the table shows it; empty while no line has the cursor."""
    return next((line.split("…")[1].split()[0] for line in session.lines if line.startswith("▌")), "")


def test_nothing_moves_by_itself(busy: Simulator, tmp_path: Path) -> None:
    with still_dashboard(busy, tmp_path, columns=120, rows=36) as session:
        session.send("?")
        session.wait_for("Help · Batches")
        session.send("esc")
        session.wait_gone("Help · Batches")
        session.read_until_still()
        assert session.read_for(1.5) <= 100  # no animation, no blinking: at most the words for the data's age


def test_over_ssh_the_bandwidth_is_low_by_itself_and_can_be_chosen(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator)
    over_ssh = {"SSH_CONNECTION": "192.0.2.1 50022 192.0.2.2 22"}
    assert "LOW BANDWIDTH" not in header(simulator, tmp_path)
    assert "LOW BANDWIDTH" in header(simulator, tmp_path, **over_ssh)
    assert "LOW BANDWIDTH" not in header(simulator, tmp_path, "--no-low-bandwidth", **over_ssh)
    (tmp_path / "config.toml").write_text("low_bandwidth = false")
    assert "LOW BANDWIDTH" not in header(simulator, tmp_path, **over_ssh)
    (tmp_path / "config.toml").write_text("low_bandwidth = true")
    assert "LOW BANDWIDTH" in header(simulator, tmp_path)


def header(simulator: Simulator, folder: Path, *options: str, **variables: str) -> str:
    environment = {**environment_of(simulator, folder), **variables}
    with Session(*options, environment=environment, folder=folder) as session:
        session.wait_for("all 1")
        session.send("q")
        shown = session.lines[0]
        assert session.wait_exit() == 0
    return shown
