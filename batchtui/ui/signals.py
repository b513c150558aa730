"""Signals that end a session: the terminal is restored before the process goes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_SHELLS_OFFSET = 128


def leave_on_signals(leave: Callable[[int], None]) -> None:
    """Call `leave` with the shell's exit code when this process is told to end, or its terminal goes away."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None:
            with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, and loops outside the main thread
                loop.add_signal_handler(number, leave, _SHELLS_OFFSET + number)
