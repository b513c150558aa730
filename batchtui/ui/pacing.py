"""Work that follows keys at a distance, so that keys which repeat do not wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message_pump import MessagePump

_SOON_SECONDS = 0.01


class Follower:
    """Calls a function soon after it was asked to, and not more often than once in so many seconds.

    What a key changed by itself is painted first; the last call of many that are asked for is never lost.
    """

    def __init__(self, node: MessagePump, call: Callable[[], None], *, seconds: float) -> None:
        self._node = node
        self._call = call
        self._seconds = seconds
        self._is_due = False
        self._earliest = 0.0

    def ask(self) -> None:
        """Have it called."""
        if self._is_due:
            return
        self._is_due = True
        left = self._earliest - time.monotonic()
        self._node.set_timer(max(left, _SOON_SECONDS), self._follow)

    def _follow(self) -> None:
        self._is_due = False
        self._earliest = time.monotonic() + self._seconds
        self._call()
