"""A store made before it is needed: its process has started by the time that large results are opened."""

from __future__ import annotations

import threading
from pathlib import Path

from batchtui.results.store import MANY_ROWS, ResultsStore


class SpareStore:
    """Hands out stores, the first of them at once ready where one was prepared; any thread may call.

    A Python that starts takes some 45 ms of processor time, which large results would have to wait for.
    """

    def __init__(self, spool_folder: Path) -> None:
        self._spool_folder = spool_folder
        self._spare: ResultsStore | None = None
        self._is_closed = False
        self._guard = threading.Lock()

    def prepare(self, rows: int) -> None:
        """Make one ready for so many rows, unless there is one, or they are too few to need it."""
        if rows < MANY_ROWS:
            return
        with self._guard:
            if self._spare is None and not self._is_closed:
                self._spare = ResultsStore(self._spool_folder)
                self._spare.expect(rows)

    def take(self, rows: int) -> ResultsStore:
        """Return the one that is ready where so many rows need it and its process still runs, or else a new one."""
        if rows < MANY_ROWS:
            return ResultsStore(self._spool_folder)
        spare = self._give()
        if spare is not None and spare.is_helped:
            return spare
        if spare is not None:
            spare.close()
        return ResultsStore(self._spool_folder)

    def discard(self) -> None:
        """End the process of one that nobody took."""
        spare = self._give()
        if spare is not None:
            spare.close()

    def close(self) -> None:
        """Discard for good: nothing more is prepared."""
        with self._guard:
            self._is_closed = True
        self.discard()

    def _give(self) -> ResultsStore | None:
        with self._guard:
            spare, self._spare = self._spare, None
        return spare
