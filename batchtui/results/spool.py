"""Results on disk, in a file that has no name and vanishes with the process, even on kill -9.

Memory then follows the number of rows, not their bytes, and nobody else can open the file.
"""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.errors import SpoolError

_COPY_SIZE = 1024 * 1024


class Spool:
    """An append-only private file; one thread writes, any thread reads.

    The file is made at the first write. A write that fails leaves the bytes before it as they were. Closing while
    another thread reads or writes is safe: the last one out closes the file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._size = 0
        self._fd: int | None = None
        self._users = 0
        self._is_closed = False
        self._guard = threading.Lock()
        self._seeking = threading.Lock()

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size

    def write(self, data: bytes) -> None:
        """Append all of `data` or none of it; raise `SpoolError` where the disk refuses."""
        try:
            with self._use(create=True) as fd:
                self._append(fd, data)
        except OSError as error:
            raise self._explain(error) from error
        self._size += len(data)

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; raise `SpoolError` where they are not there."""
        if length == 0:
            return b""
        try:
            with self._use() as fd:
                data = self._read_at(fd, offset, length)
        except OSError as error:
            raise self._explain(error) from error
        if len(data) != length:
            raise SpoolError("the temporary file is shorter than it was", title="The results cannot be read back")
        return data

    def iter_chunks(self) -> Iterator[bytes]:
        """Yield all bytes kept so far, as they came."""
        size = self._size
        for offset in range(0, size, _COPY_SIZE):
            yield self.read(offset, min(_COPY_SIZE, size - offset))

    @contextmanager
    def lend(self) -> Iterator[int]:
        """Lend the file's descriptor to be read by another process; raise OSError where the file cannot be made."""
        with self._use(create=True) as descriptor:
            yield descriptor

    def close(self) -> None:
        """Give the space back; a second time does nothing."""
        with self._guard:
            self._is_closed = True
            self._close_if_unused()

    @contextmanager
    def _use(self, *, create: bool = False) -> Iterator[int]:
        """Lend the file descriptor, which stays open until it is given back."""
        with self._guard:
            if self._is_closed:
                raise SpoolError("they were closed", title="The results are gone", hint="Open the batch again.")
            if self._fd is None:
                if not create:
                    raise SpoolError("nothing was written yet", title="The results cannot be read back")
                self._fd = open_nameless(self._folder)
            self._users += 1
            fd = self._fd
        try:
            yield fd
        finally:
            with self._guard:
                self._users -= 1
                self._close_if_unused()

    def _close_if_unused(self) -> None:
        if self._is_closed and not self._users and self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _append(self, fd: int, data: bytes) -> None:
        rest, position = memoryview(data), self._size
        try:
            while rest:
                written = self._write_at(fd, position, rest)
                position += written
                rest = rest[written:]
        except OSError:
            os.ftruncate(fd, self._size)
            raise

    def _write_at(self, fd: int, position: int, data: memoryview) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(fd, data, position)
        with self._seeking:
            os.lseek(fd, position, os.SEEK_SET)
            return os.write(fd, data)

    def _read_at(self, fd: int, offset: int, length: int) -> bytes:
        pieces = []
        while length:
            if hasattr(os, "pread"):
                piece = os.pread(fd, length, offset)
            else:
                with self._seeking:
                    os.lseek(fd, offset, os.SEEK_SET)
                    piece = os.read(fd, length)
            if not piece:
                break
            pieces.append(piece)
            offset, length = offset + len(piece), length - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _explain(self, error: OSError) -> SpoolError:
        reason = error.strerror or str(error)
        hint = "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return SpoolError(f"the disk of {self._folder} is full", hint=hint)
        return SpoolError(f"{self._folder}: {reason}", title="The results cannot be kept on this disk", hint=hint)


def open_nameless(folder: Path) -> int:
    """Return a descriptor of a new private file without a name in `folder`, which is made where it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "O_TMPFILE"):
        try:
            return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno not in {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}:
                raise
    return _open_unlinked(folder)


def _open_unlinked(folder: Path) -> int:
    """Make the file with a name and take the name away: at once, or on Windows when it is closed."""
    if hasattr(os, "O_TEMPORARY"):
        name = folder / f"batchtui-{os.getpid()}-{os.urandom(8).hex()}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_TEMPORARY | getattr(os, "O_BINARY", 0)
        return os.open(name, flags, 0o600)
    fd, path = tempfile.mkstemp(prefix="batchtui-", dir=folder)
    os.unlink(path)  # noqa: PTH108  # the path is mkstemp's own text
    return fd
