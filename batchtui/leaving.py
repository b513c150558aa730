"""The end of the process: what is undone then, and the signals that ask for it.

Threads that write files or wait for programs are daemons, which end with the process in the middle of what they do;
what they would leave behind is named here.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

ENDING_SIGNALS = ("SIGTERM", "SIGHUP")
"""Somebody ends us; the terminal, or the connection to it, is gone. Windows has no SIGHUP."""

PATIENCE_SECONDS = 5.0
"""How long to end may take before the process is ended, whatever it does."""

_SHELLS_OFFSET = 128
_told: list[int] = []
_undos: dict[object, Callable[[], object]] = {}
_guard = threading.Lock()


@contextmanager
def undone_at_exit(undo: Callable[[], object]) -> Iterator[None]:
    """Have `undo` called when the process ends before this block does; it may be called in any thread."""
    name = object()
    with _guard:
        _undos[name] = undo
    try:
        yield
    finally:
        with _guard:
            _undos.pop(name, None)


def undo_all() -> None:
    """Undo what is still going on; the process ends now."""
    with _guard:
        undos = list(_undos.values())
        _undos.clear()
    for undo in undos:
        with suppress(OSError):
            undo()


def exit_code_of(number: int) -> int:
    """Return the shells' exit code for a program that a signal ended: 143 for SIGTERM, 129 for SIGHUP."""
    return _SHELLS_OFFSET + number


def exit_on_signals() -> None:
    """Let a command that is told to end do so as if it had failed, so that it tidies up; `nohup` is respected."""
    for number in ending_signals():
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, exit_tidily)


def exit_tidily(number: int, _: FrameType | None) -> None:
    """Handle a signal: raise `SystemExit` the first time, for a second one must not break off the tidying.

    What is raised at any moment can get lost, in a destructor or an import, or leave a lock taken for ever. The process
    ends all the same.
    """
    if not _told:
        code = exit_code_of(number)
        _told.append(code)
        end_within(PATIENCE_SECONDS, code)
        sys.unraisablehook = lambda _: None  # that it got lost is no news to anybody
        raise SystemExit(code)


def told_code() -> int | None:
    """Return the exit code that a signal has asked for, if one has."""
    return _told[0] if _told else None


def ending_signals() -> list[int]:
    """Return the signals of this system that ask for the end."""
    return [int(getattr(signal, name)) for name in ENDING_SIGNALS if hasattr(signal, name)]


def end_within(seconds: float, code: int, last: Callable[[], object] = lambda: None) -> None:
    """End the process after so long, whatever it hangs in, after everything was undone and `last` was called."""

    def end() -> None:
        undo_all()
        farewell = threading.Thread(target=last, daemon=True, name="batchtui-farewell")
        farewell.start()
        farewell.join(1.0)
        os._exit(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
