"""Ends one call from another thread, also while it waits for an answer that does not come."""

from __future__ import annotations

import contextlib
import socket
import threading


class StopSignal(threading.Event):
    """An event that, when it is set, also hangs up the connection on which its call waits for a head."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: socket.socket | None = None
        self._guard = threading.Lock()

    def set(self) -> None:
        """End the call."""
        super().set()
        with self._guard:
            self._hang_up()

    def await_answer(self, connected: socket.socket) -> None:
        """Remember that the call has begun to send on this socket."""
        with self._guard:
            self._awaited = connected
            if self.is_set():
                self._hang_up()

    def forget(self) -> None:
        """Leave the connection alone: a head has come, or nothing will."""
        with self._guard:
            self._awaited = None

    def _hang_up(self) -> None:
        if self._awaited is not None:
            hang_up(self._awaited)


def hang_up(connected: socket.socket) -> None:
    """Wake whoever reads from this socket, in any thread.

    Closing it would not: the reader sleeps on. `SSLSocket.shutdown` would pull its TLS away from under it.
    """
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
