"""What is said in passing leaves room for the table where there is little."""

from __future__ import annotations

import pytest

from batchtui.demo.simulator import Simulator
from batchtui.ui.preferences import NO_PREFERENCES
from tests.support.batches_app import place_running
from tests.support.waiting import wait_until
from tests.ui.test_themes import dashboard

pytestmark = pytest.mark.parametrize("no_colour", [None, "1"], ids=["colours", "no colours"])
LONG = "which is told in many words, because there is so much to say of it, with a way out at the end of it all. " * 2


@pytest.fixture(autouse=True)
def _dress(monkeypatch: pytest.MonkeyPatch, no_colour: str | None) -> None:
    """Draw with colours, or without."""
    if no_colour is None:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", no_colour)


async def test_three_long_messages_at_once_cover_a_third_of_a_short_screen_at_most(simulator: Simulator) -> None:
    for number in range(20):
        place_running(simulator, f"running {number}")
    async with dashboard(simulator, NO_PREFERENCES) as seen:
        await seen.pilot.resize_terminal(80, 24)
        await wait_until(seen.pilot, lambda: len(seen.lines) == 24)
        before = seen.lines
        for word in ("First", "Second", "Third"):
            seen.screen.notify(f"{word} thing, {LONG}", title=f"{word} title", severity="error", markup=False)
        await seen.sees("Third thing")
        covered = [now for now, then in zip(seen.lines, before, strict=True) if now != then]
        assert len(covered) <= 8
        assert all(any(f"{word} title" in line for line in covered) for word in ("First", "Second", "Third"))
        assert [line[:26] for line in seen.lines] == [line[:26] for line in before]
        assert seen.lines[-1] == before[-1]
        assert seen.lines[-2] == before[-2]


async def test_when_the_newest_message_goes_the_one_before_is_told_whole_again(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator, NO_PREFERENCES) as seen:
        await seen.pilot.resize_terminal(80, 24)
        seen.screen.notify("said first", title="First title", timeout=60)
        await seen.sees("said first")
        seen.screen.notify("said last", title="Second title", timeout=60)
        await seen.sees_no("said first")
        assert "First title" in seen.text
        line = next(place for place, line in enumerate(seen.lines) if "said last" in line)
        await seen.pilot.click(offset=(seen.lines[line].index("said last"), line))
        await seen.sees_no("said last")
        await seen.sees("said first")


async def test_over_a_dialog_too_messages_leave_room(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator, NO_PREFERENCES) as seen:
        await seen.pilot.resize_terminal(80, 24)
        await seen.press("w", "a")
        await seen.sees("Check and save")
        before = seen.lines
        for word in ("First", "Second", "Third"):
            seen.app.notify(f"{word} thing, {LONG}", title=f"{word} title", markup=False)
        await seen.sees("Third thing")
        assert len([now for now, then in zip(seen.lines, before, strict=True) if now != then]) <= 8
