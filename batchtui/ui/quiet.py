"""Python's garbage collected while nobody presses a key: a screen that was left takes up to 0.1 s."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

QUIET_SECONDS = 1.0
"""How long nothing must have been pressed."""

_WORTHWHILE = 5_000
"""Objects more than at the last collection."""


class QuietCollector:
    """Looks, when asked now and then, whether it is time to collect; `last_input` is of the same `clock`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_input = clock()

    def note_input(self) -> None:
        """Remember that somebody is at the keys."""
        self._last_input = self._clock()

    def collect_if_quiet(self) -> None:
        """Collect what is worth it, unless a key was pressed a moment ago."""
        if self._clock() - self._last_input >= QUIET_SECONDS and gc.get_count()[0] >= _WORTHWHILE:
            gc.collect()


def prefer_keys_to_throughput() -> None:
    """Let a key press wait for nothing long: garbage is left lying until it is much.

    What was imported is not looked through again, which takes 46 ms.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
