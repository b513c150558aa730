"""The process that large results need has started by the time that enter is pressed, and does not wait for ever."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial

import pytest

from batchtui.demo.simulator import Simulator
from batchtui.results import ResultsStore
from batchtui.results.store import MANY_ROWS
from batchtui.ui import foresight
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.workspace import Workspace
from tests.support.batches_app import Dashboard, dashboard
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere no process is handed a file")


def spare_of(seen: Dashboard) -> ResultsStore | None:
    return seen.screen.workspace._spare_store._spare


async def test_enter_finds_the_process_ready_and_coming_back_prepares_another(simulator: Simulator) -> None:
    place_batch(simulator, "large", {"succeeded": MANY_ROWS})
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, lambda: spare_of(seen) is not None)
        ready = spare_of(seen)
        await seen.press("enter")
        await seen.sees(f"{MANY_ROWS:,} rows")
        assert isinstance(seen.app.screen, ResultsScreen)
        assert seen.app.screen._feed.store is ready
        assert spare_of(seen) is None
        await seen.press("escape")
        await wait_until(seen.pilot, lambda: spare_of(seen) not in {None, ready})
        last = spare_of(seen)
    assert last is not None
    assert not last.is_helped


def spare_screen_of(seen: Dashboard) -> ResultsScreen | None:
    spare = seen.screen._foresight._spare._spare
    return spare if spare is not None and spare.is_mounted else None


async def test_the_screen_that_enter_opens_is_composed_before_and_another_one_when_coming_back(
    simulator: Simulator,
) -> None:
    batches = [place_batch(simulator, name, {"succeeded": 7}, age=timedelta(hours=3)) for name in ("one", "two")]
    opened: list[ResultsScreen | None] = []
    async with dashboard(simulator) as seen:
        for key in ("k", "j"):
            await wait_until(seen.pilot, lambda: spare_screen_of(seen) not in {None, *opened})
            opened.append(spare_screen_of(seen))
            await seen.press(key, "enter")
            await seen.sees("7 rows")
            assert seen.app.screen is opened[-1]
            assert sum(batch.id in seen.text for batch in batches) == 1
            await seen.press("q")
            await wait_until(seen.pilot, lambda: seen.app.screen is seen.screen)
    assert len(set(opened)) == len(batches)


@pytest.mark.parametrize(("theme", "size"), [("solarized-light", (80, 24)), ("textual-dark", (160, 40))])
async def test_a_screen_that_is_ready_looks_as_the_theme_and_the_terminal_are_when_it_is_opened(
    simulator: Simulator, theme: str, size: tuple[int, int]
) -> None:
    place_batch(simulator, "one", {"succeeded": 7})
    looks = []
    async with dashboard(simulator, size=(80, 24)) as seen:
        await wait_until(seen.pilot, lambda: spare_screen_of(seen) is not None)
        seen.app.theme = theme
        if size != seen.app.size:
            await seen.pilot.resize_terminal(*size)
        for is_ready in (True, False):
            if not is_ready:
                await wait_until(seen.pilot, lambda: spare_screen_of(seen) is not None)
                seen.screen._foresight._spare._spare = None
            await seen.press("enter")
            await seen.sees("7 rows")
            screen = seen.app.screen
            widgets = sorted(screen.query("*").results(), key=str)
            looks.append([(str(each), each.region, each.background_colors, each.display) for each in widgets])
            await seen.press("q")
            await wait_until(seen.pilot, lambda: seen.app.screen is seen.screen)
    assert looks[0] == looks[1]


@pytest.mark.parametrize("moment", ["compose", "on_mount"])
async def test_leaving_while_a_screen_is_composed_is_no_failure(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    place_batch(simulator, "one", {"succeeded": 7})
    inner = getattr(ResultsScreen, moment)
    left: list[ResultsScreen] = []

    def leave_first(screen: ResultsScreen) -> object:
        screen.app.exit()
        left.append(screen)
        return inner(screen)

    monkeypatch.setattr(ResultsScreen, moment, leave_first)
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, lambda: left and not seen.app.is_running)
    assert seen.app.return_code == 0


async def test_only_results_that_can_be_opened_are_expected(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: list[str] = []
    monkeypatch.setattr(Workspace, "expect_results", lambda _, batch: expected.append(batch.id))
    place_batch(simulator, "running", {"succeeded": MANY_ROWS}, age=timedelta(minutes=1), lasts=None)
    ended = [place_batch(simulator, f"ended-{age}", age=timedelta(hours=age)) for age in (2, 3)]
    async with dashboard(simulator) as seen:
        for batch in ended:
            await seen.press("j")
            await wait_until(seen.pilot, partial(expected.__contains__, batch.id))
        await seen.press("k", "k")
        await wait_until(seen.pilot, lambda: seen.screen._batch and seen.screen._batch.is_active)
        await seen.press("j")
        await wait_until(seen.pilot, lambda: expected[-1] == ended[0].id)
    assert set(expected) == {batch.id for batch in ended}


async def test_a_process_that_nobody_needs_is_given_up(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "KEPT_SECONDS", 0.5)
    place_batch(simulator, "large", {"succeeded": MANY_ROWS})
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, lambda: spare_of(seen) is not None)
        await wait_until(seen.pilot, lambda: spare_of(seen) is None)


async def test_a_batch_that_ends_under_the_cursor_is_ready_to_be_opened(simulator: Simulator) -> None:
    place_batch(simulator, "ends", {"succeeded": MANY_ROWS}, age=timedelta(minutes=1), lasts=timedelta(minutes=10))
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, lambda: seen.screen._batch and seen.screen._batch.is_active)
        assert spare_of(seen) is None
        simulator.scenario.advance(timedelta(minutes=20))
        await seen.refreshes()
        await wait_until(seen.pilot, lambda: spare_of(seen) is not None)


async def test_what_was_given_up_does_not_come_again_with_every_refresh(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: list[str] = []
    monkeypatch.setattr(Workspace, "expect_results", lambda _, batch: expected.append(batch.id))
    large = place_batch(simulator, "large", {"succeeded": MANY_ROWS})
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, lambda: expected == [large.id])
        place_batch(simulator, "other", age=timedelta(hours=9))
        await seen.refreshes()
        await seen.sees("2 loaded")
        await seen.press("j")
        await wait_until(seen.pilot, lambda: len(expected) > 1)
    assert expected.count(large.id) == 1


async def test_going_to_another_workspace_leaves_no_process_behind(simulator: Simulator) -> None:
    place_batch(simulator, "large", {"succeeded": MANY_ROWS})
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, lambda: spare_of(seen) is not None)
        await wait_until(seen.pilot, lambda: spare_screen_of(seen) is not None)
        left, ready, screen = seen.screen, spare_of(seen), spare_screen_of(seen)
        await seen.press("w")
        await seen.sees("staging")
        await seen.press("j", "enter")
        await wait_until(seen.pilot, lambda: not left.is_running and seen.screen is not left)
        assert ready is not None
        await wait_until(seen.pilot, lambda: not ready.is_helped)
        assert screen is not None
        await wait_until(seen.pilot, lambda: not screen.is_running)
        left._foresight._prepare(left.rows.snapshot.batches[0])  # a thread that was late
        assert left.workspace._spare_store._spare is None
