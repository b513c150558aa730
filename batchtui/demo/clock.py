"""The simulator's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SimulatedClock:
    """A clock that starts with `base` (seconds since 1970) and runs `speed` times as fast.

    `advance` moves it at once. A test that wants it frozen passes a `base` that stands still.
    """

    def __init__(self, base: Callable[[], float] = time.time, *, speed: float = 1.0) -> None:
        self._base = base
        self._started = base()
        self._speed = speed
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the simulated time, in UTC."""
        passed = (self._base() - self._started) * self._speed
        return datetime.fromtimestamp(self._started + passed, UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self._offset += by
