"""How fast a download is now, and for how long nothing has come: a mean since its start says neither."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 3.0
_SHORTEST_SECONDS = 0.2


class DownloadPace:
    """Is told how many bytes there are; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: deque[tuple[float, int]] = deque([(clock(), 0)])

    def begin(self) -> None:
        """Forget what was before; the first bytes are awaited."""
        self._told = deque([(self._clock(), 0)])

    def note(self, size: int) -> None:
        """Take in how many bytes have come by now."""
        now = self._clock()
        if size > self._told[-1][1] and self.silent_seconds >= _WINDOW_SECONDS:
            self._told = deque([(now, size)])  # nobody knows over how much of the silence these came
        elif size > self._told[-1][1]:
            self._told.append((now, size))
            while len(self._told) > 1 and self._told[1][0] <= now - _WINDOW_SECONDS:
                self._told.popleft()

    @property
    def bytes_per_second(self) -> float | None:
        """The rate of the last seconds; None before it means anything."""
        (first, before), (last, size) = self._told[0], self._told[-1]
        return (size - before) / (last - first) if last - first >= _SHORTEST_SECONDS else None

    @property
    def silent_seconds(self) -> float:
        """How long ago something came, or was first awaited."""
        return self._clock() - self._told[-1][0]
