"""Python set up for whoever presses keys: threads hand over seldom, garbage is collected while nobody presses any."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable

QUIET_SECONDS = 1.0
"""How long nothing must have been pressed; keys that repeat, and people who type, are quicker."""

SWITCH_SECONDS = 0.02
"""After how long a thread that computes lets another go on; Python's own is 0.005."""

_OFTEN_SECONDS = 0.0002

_WORTHWHILE = 20_000
"""Young objects more than at the last collection."""

_YOUNG = 1


class QuietCollector:
    """Collects a moment after the last key, on the event loop; without keys it does nothing.

    Everything is looked through only after a screen was left, which `count_screens` tells: what is old by then is
    garbage. Otherwise that would hold up for nothing what works in the background, such as a search.
    """

    def __init__(self, count_screens: Callable[[], int]) -> None:
        self._count_screens = count_screens
        self._screens = 0
        self._last_input = 0.0
        self._is_waiting = False

    def note_input(self) -> None:
        """Remember that somebody is at the keys, and answer them first; called on the loop."""
        hand_over_seldom()
        loop = asyncio.get_running_loop()
        self._last_input = loop.time()
        if not self._is_waiting:
            self._is_waiting = True
            loop.call_later(QUIET_SECONDS, self._collect_when_quiet)

    def _collect_when_quiet(self) -> None:
        loop = asyncio.get_running_loop()
        left = self._last_input + QUIET_SECONDS - loop.time()
        if left > 0:
            loop.call_later(left, self._collect_when_quiet)
            return
        self._is_waiting = False
        before, self._screens = self._screens, self._count_screens()
        if self._screens < before:
            gc.collect()
        elif gc.get_count()[0] >= _WORTHWHILE:
            gc.collect(_YOUNG)


def prefer_keys_to_throughput() -> None:
    """Let a key press wait for nothing long: garbage is left lying until it is much.

    What was imported is not looked through again, which takes 46 ms. The thread that draws is not made to hand over in
    the middle as often as Python has it: what others do while results stream in is to wait for the network and the
    disk, and they let go by themselves. A key's 99th percentile is a tenth less, and a quarter less than with 0.001.
    """
    hand_over_seldom()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def hand_over_often() -> None:
    """Let a download go on while a screen is drawn, until there is a key to be answered."""
    sys.setswitchinterval(_OFTEN_SECONDS)


def hand_over_seldom() -> None:
    """Let the thread that draws finish what it draws: somebody waits for that, or nothing else has to go on."""
    sys.setswitchinterval(SWITCH_SECONDS)
