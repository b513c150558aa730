"""Where the program begins: Ctrl+C ends it without a word while everything else is still being imported.

It imports next to nothing itself: Python's own answer to Ctrl+C, until `main` has begun, is a traceback.
"""

from __future__ import annotations

import os
import signal

from batchtui.cli.exit_codes import INTERRUPTED


def main() -> None:
    """Run the program; only in the middle, where there is something to tidy up, Ctrl+C is `KeyboardInterrupt`."""
    is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # a shell lets a job `&` ignore it
    if is_heard:
        signal.signal(signal.SIGINT, _end)
    from batchtui.cli.main import main as run_program  # noqa: PLC0415  # takes most of the start

    try:
        if is_heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run_program()
    finally:
        if is_heard:
            signal.signal(signal.SIGINT, _end)


def _end(*_: object) -> None:
    os._exit(INTERRUPTED)
