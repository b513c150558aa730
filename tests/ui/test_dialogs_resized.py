"""Dialogs in a terminal whose size changes, quickly and to the smallest that there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.events import Resize
from textual.geometry import Size

from batchtui.demo.simulator import Simulator
from tests.support.batches_app import Dashboard, dashboard, place_running
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until

LARGE, SMALL = (120, 36), (40, 10)
DIALOGS = {
    "a question": (("c",), "Cancel this batch", "Keep (n)"),
    "a form": (("w", "a"), "Add a workspace", "Check and save"),
    "a form for a file": (("G", "e"), "Export from", "Export (enter)"),
}


def resize_at_once(seen: Dashboard, *sizes: tuple[int, int]) -> None:
    """Let the terminal have one size after the other, faster than anything can be drawn."""
    driver = seen.app._driver
    assert driver is not None
    for size in sizes:
        driver._size = size  # as Textual's own pilot does
        seen.app.post_message(Resize(Size(*size), Size(*size)))


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog_is_as_before_after_its_terminal_was_small_for_a_moment(simulator: Simulator, name: str) -> None:
    keys, title, button = DIALOGS[name]
    place_running(simulator)
    place_batch(simulator, "failed", {"overloaded": 2}, age=timedelta(hours=5))
    async with dashboard(simulator, size=LARGE) as seen:
        await seen.press(*keys)
        await seen.sees(title)
        await seen.sees(button)
        assert "production" in seen.lines[0] + seen.lines[2]  # the screen below is seen
        before = seen.text
        resize_at_once(seen, *(SMALL, LARGE) * 5)
        await wait_until(seen.pilot, lambda: seen.app.size == LARGE and seen.text == before)
        resize_at_once(seen, LARGE, (80, 24), SMALL)
        await wait_until(seen.pilot, lambda: len(seen.lines) == SMALL[1] and button in seen.text)
        assert all(len(line) <= SMALL[0] for line in seen.lines)
        resize_at_once(seen, LARGE)
        await wait_until(seen.pilot, lambda: seen.text == before)
        await seen.press("escape")
        await seen.sees_no(title)


async def test_in_the_smallest_terminal_the_field_that_is_typed_into_stays_in_view(simulator: Simulator) -> None:
    running = place_running(simulator)
    async with dashboard(simulator, size=LARGE, is_production=True) as seen:
        await seen.press("c")
        await seen.sees("Production:")
        await seen.press(*running.id[-4:-1])
        resize_at_once(seen, LARGE, SMALL)
        await wait_until(seen.pilot, lambda: f" {running.id[-4:-1]} " in seen.text)
        assert "Cancel (enter)" in seen.text
        await seen.press(running.id[-1], "enter")
        await seen.sees("canceling")


async def test_in_a_form_too_what_has_the_focus_stays_in_view(simulator: Simulator) -> None:
    async with dashboard(simulator, size=LARGE, waits_for="There are no batches") as seen:
        await seen.press("w", "a")
        await seen.sees("● none")
        await seen.press(*["shift+tab"] * 3)
        resize_at_once(seen, LARGE, SMALL)
        await wait_until(seen.pilot, lambda: len(seen.lines) == SMALL[1])
        await wait_until(seen.pilot, lambda: "● none" in seen.text)
