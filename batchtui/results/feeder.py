"""Who indexes a spool while it grows: this process, or for large results one beside it once that is ready."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from batchtui.errors import SpoolError
from batchtui.indexing.indexer import Indexer, Piece, Start
from batchtui.indexing.process import IndexingProcess, start_indexing
from batchtui.results.spool import Spool

_PIECE_SIZE = 1024 * 1024
_FIRST_ROWS = 1024 * 1024
"""So many bytes are indexed at once, for a first page; those after them wait for a process that is on its way."""

_MOST_WAITING = 32 * 1024 * 1024
_LONGEST_WAIT_SECONDS = 0.5
"""How many bytes wait, and how long: a process that has not begun by then may never begin."""


class IndexFeeder:
    """Has everything indexed that was written to a spool; `take` is called with the pieces, by one thread at a time.

    `start_after` returns where indexing goes on after so many bytes and lines, of which all pieces have been taken.
    """

    def __init__(self, spool: Spool, take: Callable[[Piece], None], start_after: Callable[[int, int], Start]) -> None:
        self._spool = spool
        self._take = take
        self._start_after = start_after
        self._here = Indexer(start_after(0, 0))
        self._fed = 0
        self._at = (0, 0)
        self._beside: IndexingProcess | None = None
        self._is_help_sought = self._is_help_coming = self._is_closed = False
        self._help_due = 0.0
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    @property
    def is_helped(self) -> bool:
        """Whether another process is there, or on its way."""
        return self._is_help_coming or (self._beside is not None and not self._beside.has_failed)

    def get_help(self) -> None:
        """Start another process, to which indexing is handed over when it is ready; for results that are large.

        A thread does it, which is not waited for.
        """
        if not self._is_help_sought:
            self._is_help_sought = self._is_help_coming = True
            self._help_due = time.monotonic() + _LONGEST_WAIT_SECONDS
            try:
                threading.Thread(target=self._start_help, daemon=True, name="batchtui-help").start()
            except RuntimeError:  # no more threads: this one goes on alone
                self._is_help_coming = False

    def _start_help(self) -> None:
        beside = None
        with suppress(OSError, SpoolError), self._spool.lend() as descriptor:
            beside = start_indexing(descriptor, self._take)
        with self._guard:
            is_wanted = not self._is_closed
            self._beside = beside if is_wanted else None
        if beside is not None and is_wanted:
            beside.wait_until_ready(self._help_due - time.monotonic())
        elif beside is not None:
            beside.close()
        self._is_help_coming = False
        self._hand_over()

    def _hand_over(self) -> None:
        """Have indexed what has waited: the download itself may have stopped for a while."""
        with self._turn, suppress(SpoolError):
            is_begun = self._beside is not None and self._beside.is_begun
            if not is_begun and not self._is_closed:
                self._feed(self._spool.size)

    def feed(self, size: int) -> None:
        """Index the spool, which has been given more and has this size now; later, where another process does it."""
        with self._turn:
            self._feed(size)

    def _feed(self, size: int) -> None:
        beside = self._beside
        if beside is not None and beside.is_ready and self._fed:  # a first page waits for nobody
            beside.begin(self._start_after(*self._at))
        beside = self._find_help()
        if beside is not None:
            beside.tell(size)
        elif not self._can_wait(size):
            self._index_up_to(size)

    def catch_up(self) -> None:
        """Wait until everything that was fed has been indexed."""
        with self._turn:
            beside = self._find_help()
            if beside is not None:
                beside.catch_up()
                beside = self._find_help()
            if beside is None:
                self._index_up_to(self._spool.size)

    def finish(self) -> bool:
        """Index a last line without newline, and return whether it was whole; all pieces have been taken then."""
        with self._turn:
            return self._finish()

    def _finish(self) -> bool:
        beside = self._find_help()
        if beside is not None:
            is_whole = beside.finish()
            if is_whole is not None:
                return is_whole
            self._find_help()
        self.close()  # a process that came too late to be of help
        self._index_up_to(self._spool.size)
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

    def _can_wait(self, size: int) -> bool:
        """Return whether what has come can be left to a process that is on its way."""
        is_soon = self._is_help_coming and time.monotonic() < self._help_due
        return is_soon and self._fed >= _FIRST_ROWS and size - self._fed < _MOST_WAITING

    def _index_up_to(self, size: int) -> None:
        while self._fed < size:
            piece = self._spool.read(self._fed, min(_PIECE_SIZE, size - self._fed))
            self._fed += len(piece)
            found = self._here.feed(piece)
            self._take(found)
            self._at = (found.offset, found.number)

    def _find_help(self) -> IndexingProcess | None:
        """Return the process that indexes; where it has failed, be ready to go on where it stopped."""
        beside = self._beside
        if beside is None or not (beside.is_begun or beside.has_failed):
            return None
        if not beside.has_failed:
            return beside
        self._beside = None
        beside.close()
        if beside.is_begun:
            self._fed, self._at = beside.offset, (beside.offset, beside.number)
            self._here = Indexer(self._start_after(beside.offset, beside.number))
        return None
