"""A process beside this one that indexes a spool while this one writes it.

Python runs one thread at a time: what is read from JSON here, the screen waits for. That process has an interpreter of
its own. It is a help and never a need: where it cannot be started, ends early or stops answering, `has_failed` says so
and whoever began it goes on alone from `offset` and `number`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

import msgspec

from batchtui.indexing.frames import NO_MORE, encode_size, read_frame, write_frame
from batchtui.indexing.indexer import Piece, Start

_LARGEST_BACKLOG = 16 * 1024 * 1024
"""How many bytes the process may be behind before the download waits for it."""

_MOST_UNANSWERED = 1000
"""How many times it may be told more before it answers: far fewer than fill a pipe."""

_LARGEST_START = 32 * 1024
_STALLED_SECONDS = 10.0
_NEEDED = frozenset(
    ("PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONPYCACHEPREFIX")
)
_NEEDED_KINDS = ("LC_", "LD_", "DYLD_")
"""The variables that are handed on, and what the names of others begin with; any other may hold a key."""


class IndexingProcess:
    """Starts at once and is ready a little later; `take` is called, in a thread of this object, for each piece.

    One thread calls `begin`, then `tell` or `catch_up` and at last `finish`; `close` may be called at any time.
    """

    def __init__(self, spool: int, take: Callable[[Piece], None]) -> None:
        self.offset = self.number = 0
        self.has_failed = False
        self._take = take
        self._is_ready = False
        self._is_begun = False
        self._taken = self._told_size = 0
        self._unanswered = 0
        self._last: Piece | None = None
        self._heard = threading.Condition()
        self._process, self._told, self._answers = _start(spool)
        self._listener = threading.Thread(target=self._listen, daemon=True, name="batchtui-indexing")
        try:
            self._listener.start()
        except RuntimeError:  # no more threads
            self._process.kill()
            self._process.wait()
            raise OSError("no thread to listen with") from None

    @property
    def is_ready(self) -> bool:
        """Whether it waits for a start."""
        return self._is_ready and not self._is_begun and not self.has_failed

    @property
    def is_begun(self) -> bool:
        """Whether it has been given a start."""
        return self._is_begun

    def wait_until_ready(self, seconds: float) -> None:
        """Wait so long at most until it could have been given a start, or has failed."""
        with self._heard:
            self._heard.wait_for(lambda: self._is_ready or self.has_failed, max(seconds, 0.0))

    def begin(self, start: Start) -> None:
        """Let it index from there; what came before it must be indexed already."""
        self._is_begun = True
        self.offset = self._taken = self._told_size = start.offset
        self.number = start.number
        data = msgspec.msgpack.encode(start)
        if len(data) > _LARGEST_START:  # it could fill the pipe before anybody reads
            self._process.kill()
            self._fail()
        else:
            self._send(data)

    def tell(self, size: int) -> None:
        """Say how long the spool is by now; waits while the process is far behind."""
        self._wait(lambda: self._unanswered < _MOST_UNANSWERED)
        with self._heard:
            self._unanswered += 1
            self._told_size = size
        self._send(encode_size(size))
        self._wait(lambda: size - self._taken < _LARGEST_BACKLOG)

    def catch_up(self) -> None:
        """Wait until everything that was told has been taken."""
        self._wait(lambda: self._taken >= self._told_size)

    def finish(self) -> bool | None:
        """Say that the spool grows no more, wait for the last rows, and return whether the last line was whole.

        None where it has failed.
        """
        self._send(NO_MORE)
        self._wait(lambda: self._last is not None)
        if self.has_failed:
            self.close()  # what it still answered is taken by then
        return None if self._last is None else self._last.is_whole

    def close(self) -> None:
        """End it; when this returns nothing more is taken."""
        self._process.kill()
        is_over = self._last is not None  # its listener only waits for its end
        if not is_over and threading.current_thread() is not self._listener:
            self._listener.join()

    def _send(self, data: bytes) -> None:
        try:
            write_frame(self._told, data)
        except (OSError, ValueError):
            self._fail()

    def _wait(self, is_enough: Callable[[], bool]) -> None:
        """Wait until that is so, or the process fails; one that says nothing for long has failed too."""
        with self._heard:
            while not (is_enough() or self.has_failed):
                if not self._heard.wait(_STALLED_SECONDS) and not is_enough():
                    self._process.kill()
                    self.has_failed = True

    def _listen(self) -> None:
        with suppress(Exception), self._process:  # whatever goes wrong, another does its work; waits for its end
            try:
                self._hear_all()
            finally:
                self._process.kill()
        self._fail()

    def _hear_all(self) -> None:
        decoder = msgspec.msgpack.Decoder(Piece)
        if read_frame(self._answers) is not None:
            with self._heard:
                self._is_ready = True
                self._heard.notify_all()
            while (frame := read_frame(self._answers)) is not None:
                self._hear(decoder.decode(frame))

    def _hear(self, piece: Piece) -> None:
        self._take(piece)
        with self._heard:
            self.offset, self.number, self._taken = piece.offset, piece.number, piece.taken
            self._unanswered = 0 if piece.taken >= self._told_size else self._unanswered
            self._last = piece if piece.is_last else None
            self._heard.notify_all()

    def _fail(self) -> None:
        with self._heard:
            self.has_failed = self._last is None
            self._heard.notify_all()


def start_indexing(spool: int, take: Callable[[Piece], None]) -> IndexingProcess | None:
    """Start a process that indexes the file with this descriptor, where this system can hand one over."""
    if os.name != "posix" or not sys.executable or hasattr(sys, "frozen"):
        return None
    try:
        return IndexingProcess(spool, take)
    except OSError:
        return None


def _start(spool: int) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
    """Start it out of reach of the terminal, which tells its signals to this process, and without any key."""
    process = subprocess.Popen(  # noqa: S603  # this very interpreter, running this package
        [sys.executable, "-P", "-m", __package__, str(spool)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(spool,),
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name in _NEEDED or name.startswith(_NEEDED_KINDS)},
    )
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    return process, process.stdin, process.stdout
