"""Textual's driver for POSIX terminals, writing through a `Painter`."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from contextlib import suppress
from types import FrameType
from typing import Any, Protocol, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from batchtui.leaving import PATIENCE_SECONDS, end_within, exit_code_of
from batchtui.ui.terminal.canvas import Canvas, is_picture
from batchtui.ui.terminal.painter import Painter

_EVERY_MOUSE_MOVE = "\x1b[?1003h"
_RESTORING = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    b"\x1b[<u\x1b[0m\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
_SLOW_PAUSE = 0.1


class Host(Protocol):
    """What the driver asks of the App."""

    is_low_bandwidth: bool
    terminal: ThriftyDriver | None

    def leave(self, code: int) -> None:
        """End with an exit code."""


class ThriftyDriver(LinuxDriver):
    """Sends only what differs, never makes the program wait for the terminal, and ends it when the terminal goes away.

    On a slow link ten pictures a second are the most, and the mouse is heard when it clicks, not while it moves.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._host = cast("Host", app)
        self._host.terminal = self
        self._file = sys.__stdout__  # a person who sends stderr to a file does not want the screen in it
        self._out = self._file.fileno() if self._file else 1
        self._canvas = Canvas()
        self._painter: Painter | None = None
        self._watcher: threading.Thread | None = None

    def hang_up(self) -> None:
        """Let the program end, as on the signal that says the same; called in a thread."""
        code = exit_code_of(signal.SIGHUP)
        end_within(PATIENCE_SECONDS, code)
        with suppress(RuntimeError):  # the loop has ended: so does the program
            self._loop.call_soon_threadsafe(self._host.leave, code)

    def restore(self) -> None:
        """Give the terminal back as it was, without the help of a program that hangs; called in a thread."""
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            os.write(self._out, _RESTORING)

    def start_application_mode(self) -> None:
        """Take the terminal, and paint everything anew."""
        if self._painter is not None:
            self._painter.close()
        pause = _SLOW_PAUSE if self._host.is_low_bandwidth else 0.0
        self._painter = Painter(
            self._out, canvas=self._canvas, measure=self._get_terminal_size, pause=pause, on_gone=self.hang_up
        )
        self._painter.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
        self._repaint_on_resize(signal.getsignal(signal.SIGWINCH))
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, daemon=True, name="batchtui-hangup")
            self._watcher.start()

    def write(self, data: str) -> None:
        """Hand over a picture or a control; while the terminal is lent, only a picture is remembered."""
        if self._painter is None:
            if is_picture(data):
                self._canvas.take(data)
        elif not (self._host.is_low_bandwidth and data == _EVERY_MOUSE_MOVE):
            self._painter.write(data)

    def repaint(self) -> None:
        """Send the whole picture again."""
        if self._painter is not None:
            self._painter.repaint()

    def close(self) -> None:
        """Write what is left; a terminal that takes nothing is left after two seconds."""
        if self._painter is not None:
            self._painter.close()
            self._painter = None
        super().close()

    def _repaint_on_resize(self, resize: Any) -> None:
        if not callable(resize):
            return

        def lose_picture_and_resize(number: int, frame: FrameType | None) -> None:
            if self._painter is not None:
                self._painter.lose_picture()
            resize(number, frame)

        signal.signal(signal.SIGWINCH, lose_picture_and_resize)

    def _watch(self) -> None:
        """Wait for the terminal's end, which not every system tells with a signal; Textual would read on for ever."""
        if sys.platform != "linux":
            return  # elsewhere poll() is not to be had for terminals
        poll = select.poll()
        poll.register(self.fileno, 0)
        poll.poll()
        if os.isatty(self.fileno):
            return
        self.hang_up()
