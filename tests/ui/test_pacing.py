"""The text below the table follows the cursor at a distance, and always arrives."""

from __future__ import annotations

from functools import partial

from textual.events import Key

from batchtui.demo.simulator import Simulator
from batchtui.ui.screens.results_screen import ResultsScreen
from tests.support.batches_app import Dashboard, dashboard
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until


def shows_text_of(seen: Dashboard, row: int) -> bool:
    screen = seen.app.screen
    return isinstance(screen, ResultsScreen) and screen._cursor_row == screen._detail_row == row


async def test_the_text_is_that_of_the_cursor_after_screens_came_and_went_at_once(simulator: Simulator) -> None:
    place_batch(simulator, "ended", {"succeeded": 60})
    async with dashboard(simulator) as seen:
        await seen.press("enter")
        await seen.sees("60 rows")
        for moved in range(1, 15):
            for key in ("enter", "right", "escape"):
                seen.app.post_message(Key(key, None))
            await wait_until(seen.pilot, partial(shows_text_of, seen, moved))
