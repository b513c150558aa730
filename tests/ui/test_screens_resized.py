"""Screens that lie below another one while the terminal changes its size."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.batches_app import Dashboard, dashboard, place_running
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until
from tests.ui.test_dialogs_resized import resize_at_once

COVERS = {
    "a dialog": ("c",),
    "the results": ("G", "enter"),
    "the help": ("question_mark",),
    "the workspaces": ("w",),
    "the palette": ("ctrl+p",),
}


@pytest.fixture
def stage(simulator: Simulator) -> Simulator:
    place_running(simulator)
    place_batch(simulator, "failed", {"overloaded": 2}, age=timedelta(hours=5))
    return simulator


def size_classes(seen: Dashboard) -> set[str]:
    """Return what the styles of the batches know of the terminal's size."""
    steps = (*seen.screen.HORIZONTAL_BREAKPOINTS, *seen.screen.VERTICAL_BREAKPOINTS)
    return {name for _, name in steps} & seen.screen.classes


async def uncover(seen: Dashboard) -> None:
    """Close what lies above the batches."""
    await seen.press("escape")
    await wait_until(seen.pilot, lambda: seen.app.screen is seen.screen)


@pytest.mark.parametrize("name", COVERS)
@pytest.mark.parametrize(("before", "after"), [((160, 40), (84, 22)), ((84, 22), (160, 40)), ((120, 36), (20, 5))])
async def test_a_screen_that_was_covered_looks_as_one_opened_at_that_size(
    stage: Simulator, name: str, before: tuple[int, int], after: tuple[int, int]
) -> None:
    async with dashboard(stage, size=after, waits_for="") as fresh:
        await wait_until(fresh.pilot, lambda: fresh.screen.feed.status.is_loaded and size_classes(fresh))
        expected = size_classes(fresh)
    async with dashboard(stage, size=before) as seen:
        await seen.press(*COVERS[name])
        await wait_until(seen.pilot, lambda: seen.app.screen is not seen.screen)
        resize_at_once(seen, after)
        await wait_until(seen.pilot, lambda: seen.app.screen.size == after)
        await uncover(seen)
        await wait_until(seen.pilot, lambda: size_classes(seen) == expected)


async def test_a_terminal_that_grows_while_another_screen_is_shown_is_large_enough_for_the_one_below(
    stage: Simulator,
) -> None:
    async with dashboard(stage, size=(160, 40)) as seen:
        resize_at_once(seen, (40, 6))
        await seen.sees("too small")
        await seen.press("question_mark")
        await wait_until(seen.pilot, lambda: seen.app.screen is not seen.screen)
        resize_at_once(seen, (160, 40))
        await wait_until(seen.pilot, lambda: seen.app.screen.size == (160, 40))
        await uncover(seen)
        await seen.sees(" loaded")
        await seen.sees_no("too small")
