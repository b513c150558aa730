"""The thread that writes to the terminal: at the terminal's own pace, and the newest picture only.

A terminal can stop taking bytes, as when a laptop at the other end of SSH sleeps. Nothing here waits for it but this
thread: the program goes on, can be ended, and what it drew meanwhile is sent as one picture.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from batchtui.ui.terminal.canvas import Canvas, is_picture

CLOSING_SECONDS = 2.0
_ROOM_FOR_SYNC = 400
_SYNC_ON, _SYNC_OFF = "\x1b[?2026h", "\x1b[?2026l"
_ENTERING, _LEAVING = "\x1b[?1049h", "\x1b[?1049l"


class Painter:
    """Sends pictures and controls to a terminal in their order; pictures that come too fast are left out.

    Pictures are sent only to the alternate screen, which is ours; before and after it they are just remembered.
    `measure` returns the terminal's columns and rows, `pause` is the least number of seconds between two pictures, and
    `on_gone` is called, in the painter's thread, when the terminal has gone away.
    """

    def __init__(
        self,
        fd: int,
        *,
        canvas: Canvas,
        measure: Callable[[], tuple[int, int]],
        pause: float = 0.0,
        on_gone: Callable[[], None] = lambda: None,
    ) -> None:
        self._fd = fd
        self._canvas = canvas
        self._measure = measure
        self._pause = pause
        self._on_gone = on_gone
        self._pending: list[str] = []
        self._can_sync = False
        self._is_on_screen = False
        self._is_closing = False
        self._is_gone = False
        self._is_lost = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True, name="batchtui-painter")
        self._resize()
        canvas.forget()

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def write(self, data: str) -> None:
        """Take a picture, or a control; returns at once."""
        with self._changed:
            if data in {_SYNC_ON, _SYNC_OFF}:
                self._can_sync = True
                return
            if is_picture(data):
                self._resize()
                self._canvas.take(data)
            else:
                self._take_control(data)
            self._changed.notify()

    def lose_picture(self) -> None:
        """Send everything with the next picture: the terminal may show something else. Safe in a signal handler."""
        self._is_lost = True

    def repaint(self) -> None:
        """Send everything now."""
        with self._changed:
            self._canvas.forget()
            self._changed.notify()

    def close(self, seconds: float = CLOSING_SECONDS) -> None:
        """Write what is left, but wait no longer than this for a terminal that takes nothing."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(seconds)

    def _take_control(self, data: str) -> None:
        self._pending += [self._render(), data]
        if _ENTERING in data or _LEAVING in data:
            self._is_on_screen = _ENTERING in data
            self._canvas.forget()

    def _resize(self) -> None:
        size = self._measure()
        if size != self._canvas.size:
            self._canvas.resize(*size)
        elif self._is_lost:
            self._canvas.forget()
        self._is_lost = False

    def _render(self) -> str:
        picture = self._canvas.render() if self._has_picture else ""
        if self._can_sync and len(picture) > _ROOM_FOR_SYNC:
            return f"{_SYNC_ON}{picture}{_SYNC_OFF}"
        return picture

    @property
    def _has_picture(self) -> bool:
        return self._is_on_screen and self._canvas.is_changed

    def _run(self) -> None:
        while (data := self._next()) is not None:
            if not data or self._is_gone:
                continue
            try:
                _write_all(self._fd, data.encode("utf-8", "replace"))
            except OSError:
                self._is_gone = True
                self._on_gone()
            if self._pause and not self._is_closing:
                time.sleep(self._pause)

    def _next(self) -> str | None:
        """Wait for something to write; return None at the end."""
        with self._changed:
            while not (self._pending or self._has_picture):
                if self._is_closing:
                    return None
                self._changed.wait()
            pending, self._pending = self._pending, []
            return "".join([*pending, self._render()])


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
