"""Signals that end a session: the terminal is restored before the process goes, and the process goes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

from batchtui.leaving import PATIENCE_SECONDS, end_within, ending_signals, exit_code_of, exit_tidily


def leave_on_signals(leave: Callable[[int], None], restore: Callable[[], None] = lambda: None) -> None:
    """Call `leave` on the event loop, with the shells' exit code, when this process is told to end.

    Before and after the loop the process just ends. Where `leave` does not end it within five seconds, `restore` is
    called in another thread, and then it is ended. Unlike asyncio's own handlers these work while the loop is stuck.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            exit_tidily(number, frame)
            return
        code = exit_code_of(number)
        end_within(PATIENCE_SECONDS, code, restore)
        loop.call_soon_threadsafe(leave, code)

    for number in ending_signals():
        signal.signal(number, handle)
