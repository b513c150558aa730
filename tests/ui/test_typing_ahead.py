"""Keys that come before what they are meant for: they wait for rows, for causes and for matches, but not to leave."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.events import Key

from batchtui.demo.simulator import Simulator
from batchtui.ui.results_inquiries import SearchInquiry, TriageInquiry
from batchtui.ui.screens.result_screen import ResultScreen
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.screens.triage_screen import TriageScreen
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import ResultsSession
from tests.support.batches_app import Dashboard, dashboard
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until

SHARES = {"succeeded": 40, "overloaded": 20}
SEARCH = ("slash", *"over", "enter")


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


def hold(monkeypatch: pytest.MonkeyPatch, kind: type[Any], name: str, gate: threading.Event) -> None:
    """Let a method begin only when the gate is open."""
    really = getattr(kind, name)

    def wait_and_do(self: Any, *arguments: Any) -> Any:
        gate.wait()
        return really(self, *arguments)

    monkeypatch.setattr(kind, name, wait_and_do)


def send_at_once(seen: Dashboard, *keys: str) -> None:
    for key in keys:
        seen.app.post_message(Key(key, key if len(key) == 1 else None))


@asynccontextmanager
async def opened_results(simulator: Simulator) -> AsyncIterator[tuple[Dashboard, ResultsScreen]]:
    """Show the results of a batch with failures."""
    place_batch(simulator, "ended", SHARES)
    async with dashboard(simulator) as seen:
        await seen.press("enter")
        await seen.sees("60 rows")
        screen = seen.app.screen
        assert isinstance(screen, ResultsScreen)
        yield seen, screen


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.ui.screens.base._LONGEST_HOLD_SECONDS", 3600.0)


async def test_keys_after_enter_wait_for_the_first_rows(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    hold(monkeypatch, ResultsSession, "run", gate)
    place_batch(simulator, "ended", SHARES)
    async with dashboard(simulator) as seen:
        send_at_once(seen, "enter", "j", "j", "enter")
        await wait_until(seen.pilot, lambda: isinstance(seen.app.screen, ResultsScreen) and seen.app._is_looking)
        screen = seen.app.screen
        assert isinstance(screen, ResultsScreen)
        gate.set()
        await wait_until(seen.pilot, lambda: isinstance(seen.app.screen, ResultScreen))
        assert screen.query_one(RowTable).cursor_key == "2"


async def test_keys_after_a_search_wait_for_the_match(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    hold(monkeypatch, SearchInquiry, "_advance", gate)
    async with opened_results(simulator) as (seen, screen):
        table, index = screen.query_one(RowTable), screen._feed.store.index
        send_at_once(seen, *SEARCH, "space")
        await wait_until(seen.pilot, lambda: screen._search is not None and seen.app._is_looking)
        assert not table.marks
        gate.set()
        await wait_until(seen.pilot, lambda: table.marks)
        assert [index.type_of(int(key)) for key in table.marks] == ["errored"]


async def test_keys_after_t_wait_for_the_causes(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    hold(monkeypatch, TriageInquiry, "_advance", gate)
    async with opened_results(simulator) as (seen, screen):
        send_at_once(seen, "t", "enter")
        await wait_until(seen.pilot, lambda: isinstance(seen.app.screen, TriageScreen) and seen.app._is_looking)
        gate.set()
        await wait_until(seen.pilot, lambda: seen.app.screen is screen and screen._rows.narrowings)
        assert len(screen._rows) == SHARES["overloaded"]


async def test_what_leaves_does_not_wait(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    hold(monkeypatch, TriageInquiry, "_advance", gate)
    async with opened_results(simulator) as (seen, screen):
        send_at_once(seen, "t", "j", "escape", "space")
        await wait_until(seen.pilot, lambda: seen.app.screen is screen and screen.query_one(RowTable).marks == {"0"})


async def test_without_an_answer_keys_are_done_a_little_later(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    monkeypatch.setattr("batchtui.ui.screens.base._LONGEST_HOLD_SECONDS", 0.2)
    hold(monkeypatch, SearchInquiry, "_advance", gate)
    async with opened_results(simulator) as (seen, screen):
        send_at_once(seen, *SEARCH, "space")
        await wait_until(seen.pilot, lambda: screen.query_one(RowTable).marks == {"0"})
