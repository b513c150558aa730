"""Who indexes a spool while it grows: this process, or for large results one beside it once that is ready."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from batchtui.errors import SpoolError
from batchtui.indexing.indexer import Indexer, Piece, Start
from batchtui.indexing.process import IndexingProcess, start_indexing
from batchtui.results.spool import Spool

_PIECE_SIZE = 1024 * 1024


class IndexFeeder:
    """Has everything indexed that was written to a spool; `take` is called with the pieces, by one thread at a time.

    `start_after` returns where indexing goes on after so many bytes and lines, of which all pieces have been taken.
    """

    def __init__(self, spool: Spool, take: Callable[[Piece], None], start_after: Callable[[int, int], Start]) -> None:
        self._spool = spool
        self._take = take
        self._start_after = start_after
        self._here = Indexer(start_after(0, 0))
        self._at = (0, 0)
        self._beside: IndexingProcess | None = None
        self._is_helped = self._is_closed = False
        self._guard = threading.Lock()

    def get_help(self) -> None:
        """Start another process, to which indexing is handed over when it is ready; for results that are large.

        A thread does it, which is not waited for: what this process reads meanwhile it indexes itself.
        """
        if not self._is_helped:
            self._is_helped = True
            with suppress(RuntimeError):  # no more threads: this one goes on alone
                threading.Thread(target=self._start_help, daemon=True, name="batchtui-help").start()

    def _start_help(self) -> None:
        beside = None
        with suppress(OSError, SpoolError), self._spool.lend() as descriptor:
            beside = start_indexing(descriptor, self._take)
        with self._guard:
            is_wanted = not self._is_closed
            self._beside = beside if is_wanted else None
        if beside is not None and not is_wanted:
            beside.close()

    def feed(self, piece: bytes) -> None:
        """Index bytes that the spool has just been given; later, where another process does it."""
        if self._beside is not None and self._beside.is_ready:
            self._beside.begin(self._start_after(*self._at))
        beside = self._find_help(self._spool.size - len(piece))
        if beside is None:
            self._index(piece)
        else:
            beside.tell(self._spool.size)

    def catch_up(self) -> None:
        """Wait until everything that was fed has been indexed."""
        beside = self._find_help(self._spool.size)
        if beside is not None:
            beside.catch_up()
            self._find_help(self._spool.size)

    def finish(self) -> bool:
        """Index a last line without newline, and return whether it was whole; all pieces have been taken then."""
        beside = self._find_help(self._spool.size)
        if beside is not None:
            is_whole = beside.finish()
            if is_whole is not None:
                return is_whole
            self._find_help(self._spool.size)
        self.close()  # a process that came too late to be of help
        piece = self._here.finish()
        self._take(piece)
        return piece.is_whole

    def close(self) -> None:
        """Take no more pieces from another process, and end it; nothing more can be fed."""
        with self._guard:
            self._is_closed = True
            beside = self._beside
        if beside is not None:
            beside.close()

    def _index(self, piece: bytes) -> None:
        found = self._here.feed(piece)
        self._take(found)
        self._at = (found.offset, found.number)

    def _find_help(self, size: int) -> IndexingProcess | None:
        """Return the process that indexes; where it has failed, index as much of the spool instead of it."""
        beside = self._beside
        if beside is None or not (beside.is_begun or beside.has_failed):
            return None
        if not beside.has_failed:
            return beside
        self._beside = None
        beside.close()
        if beside.is_begun:
            self._at = (beside.offset, beside.number)
            self._here = Indexer(self._start_after(beside.offset, beside.number))
            for offset in range(beside.offset, size, _PIECE_SIZE):
                self._index(self._spool.read(offset, min(_PIECE_SIZE, size - offset)))
        return None
