"""stdin, stdout and stderr where they are closed, full, or no longer read."""

from __future__ import annotations

import os
import sys

from batchtui.errors import OutputNotWritableError


def open_closed_streams() -> None:
    """Stand in for streams that whoever started this has closed; what is written to stdout is refused then.

    Without, the next file that is opened would take their place.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def refused_by_stdout(error: OSError) -> OutputNotWritableError:
    """Return what is told where stdout takes no more."""
    hint = "Nothing more was written. Let it write to a terminal, a pipe, or a disk with room left."
    return OutputNotWritableError(f"stdout: {error.strerror or error}", hint=hint)


def drop_unwritten() -> None:
    """Forget what stdout has not taken: Python would try it again at the end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
