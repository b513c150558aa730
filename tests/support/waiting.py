"""Waiting for what must come true, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual.css.query import NoMatches
from textual.pilot import Pilot

from tests.support.screen_text import screen_text

SECONDS = 60.0
"""Far longer than anything takes: a test that passes does not wait for it, on however slow a machine."""


async def wait_until(pilot: Pilot[Any], condition: Callable[[], object], *, seconds: float = SECONDS) -> None:
    """Let the App run until `condition` holds; fail with the screen after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        await pilot.pause()
        if _holds(condition):
            return
        is_over = time.monotonic() >= deadline  # then an error in the condition itself is worth seeing
        assert not is_over or condition(), f"it did not come true; the screen:\n{screen_text(pilot.app)}"
        await asyncio.sleep(0.01)


def _holds(condition: Callable[[], object]) -> bool:
    """Return whether it is true; what looks for something that is not there yet is not."""
    try:
        return bool(condition())
    except (LookupError, NoMatches, StopIteration, ValueError):
        return False


async def wait_for_text(pilot: Pilot[Any], text: str, *, seconds: float = SECONDS) -> None:
    """Let the App run until `text` is on the screen."""
    await wait_until(pilot, lambda: text in screen_text(pilot.app), seconds=seconds)
