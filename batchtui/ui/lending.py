"""The terminal, lent to another program for a moment."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from batchtui.background import in_background
from batchtui.errors import KeyCommandError


@contextmanager
def _kept_terminal() -> Iterator[None]:
    """Leave the terminal's settings as they were: a question that is broken off leaves it without echo."""
    if sys.platform == "win32" or sys.__stdin__ is None:
        yield
        return
    import termios  # noqa: PLC0415  # not on every system

    terminal = sys.__stdin__.fileno()
    settings = termios.tcgetattr(terminal)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSANOW, settings)


class TerminalLender:
    """Suspends an App, from a thread, while another program has the terminal; one program at a time.

    `suspend` is the App's own, and is entered on `loop`. Ctrl+C is then the other program's.
    """

    def __init__(self, suspend: Callable[[], AbstractContextManager[None]], loop: asyncio.AbstractEventLoop) -> None:
        self._suspend = suspend
        self._loop = loop
        self._turn = threading.Lock()

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Make the terminal free within this block, which runs in another thread than the loop's."""
        with self._turn:
            is_free, is_done = threading.Event(), threading.Event()
            lent = asyncio.run_coroutine_threadsafe(self._wait(is_free, is_done), self._loop)
            lent.add_done_callback(lambda _: is_free.set())
            is_free.wait()
            if lent.done():
                raise KeyCommandError("this terminal cannot be lent to it")
            try:
                yield
            finally:
                is_done.set()

    async def _wait(self, is_free: threading.Event, is_done: threading.Event) -> None:
        interrupt = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            with self._suspend(), _kept_terminal():
                is_free.set()
                await in_background(is_done.wait)
        finally:
            signal.signal(signal.SIGINT, interrupt)
