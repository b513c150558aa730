"""Files of ours, private to their owner: some grow by lines, by one program at a time, others are written whole."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK_SECONDS = 3.0
"""How long to wait for another program of ours, which holds the file for a moment only."""

_LOCK_PAUSE_SECONDS = 0.01
_MODE = 0o600
_FOLDER_MODE = 0o700


@contextmanager
def private_file(path: Path) -> Iterator[int]:
    """Yield a handle for reading and appending, while other programs of ours are kept out.

    The file and its folders are made where they are missing. Raises `OSError`: also where the file is none, and
    `TimeoutError` where another program does not let go of it.
    """
    for folder in [each for each in (*reversed(path.parent.parents), path.parent) if not each.exists()]:
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), _MODE)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not a file")
        if sys.platform != "win32":
            os.fchmod(handle, _MODE)
            _take_lock(handle)
        yield handle
    finally:
        os.close(handle)


def append_lines(handle: int, lines: bytes) -> None:
    """Write whole lines at the end, also behind one that was cut off; raise `OSError` where not all of it fits."""
    size = os.fstat(handle).st_size
    if size and _read_at(handle, size - 1, 1) != b"\n":
        lines = b"\n" + lines
    written = os.write(handle, lines)
    if written < len(lines):
        raise OSError(0, "the disk is full")
    with suppress(OSError):  # not every file system can
        os.fsync(handle)


def read_all(handle: int) -> bytes:
    """Return everything that is in the file."""
    return _read_at(handle, 0, os.fstat(handle).st_size)


def replace_file(path: Path, content: bytes, *, is_lasting: bool = True) -> None:
    """Put a file in the place of the one before, which stays as it was where that fails; raise `OSError`.

    One that is not `is_lasting` may be lost in a power failure, and is written without waiting for the disk.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if is_lasting:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if is_lasting:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name in it survive a power failure, where the system has such a call."""
    with suppress(OSError):  # the file itself is safe
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read_at(handle: int, offset: int, size: int) -> bytes:
    os.lseek(handle, offset, os.SEEK_SET)
    pieces = []
    while size and (piece := os.read(handle, size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _take_lock(handle: int) -> None:
    import fcntl  # noqa: PLC0415  # not on every system

    deadline = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_LOCK_PAUSE_SECONDS)
    raise TimeoutError(0, "another program holds it")
