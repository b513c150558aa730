"""What is found out about results beside the event loop, and again when more of them have come: causes, matches."""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from batchtui.background import in_background
from batchtui.errors import SpoolError, UsageError
from batchtui.workspace import ResultsSearch, ResultsStore, RunningTriage, SearchQuery, Triage, TriageGroup

_PUBLISH_SECONDS = 0.1

Publish = Callable[[], None]


class Inquiry(ABC):
    """Looks at every row of a store once, in a thread; `catch_up` goes on with those that have come since."""

    def __init__(self, store: ResultsStore) -> None:
        self.store = store
        self.error: SpoolError | UsageError | None = None
        self._is_busy = False
        self._stopped = threading.Event()

    @property
    @abstractmethod
    def looked_at(self) -> int:
        """How many rows have been looked at."""

    @property
    def is_caught_up(self) -> bool:
        """Whether every row that is there has been looked at."""
        return self.looked_at >= len(self.store.index)

    @property
    def is_stopped(self) -> bool:
        """Whether it looks no further: it was told so, or cannot."""
        return self._stopped.is_set() or self.error is not None

    def stop(self) -> None:
        """Look no further; what was found stays."""
        self._stopped.set()

    async def catch_up(self, publish: Publish) -> None:
        """Look at what has come, until there is no more; `publish` is called on the loop, some ten times a second."""
        if self._is_busy or self.error is not None:
            return
        self._is_busy = True
        tell = _Telling(publish)
        try:
            while not self.is_caught_up and not self.is_stopped:
                await in_background(self._advance, tell)
        except (SpoolError, UsageError) as error:
            self.error = error
        finally:
            self._is_busy = False
        publish()

    @abstractmethod
    def _advance(self, tell: Publish) -> None:
        """Look at the rows that are there, in a thread; `tell` whenever more is known."""


class _Telling:
    """Calls a function on the loop from a thread, not more often than a screen can show."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._loop = asyncio.get_running_loop()
        self._due = 0.0

    def __call__(self) -> None:
        now = time.monotonic()
        if now >= self._due:
            self._due = now + _PUBLISH_SECONDS
            self._loop.call_soon_threadsafe(self._publish)


class TriageInquiry(Inquiry):
    """The causes of everything that has no whole answer."""

    def __init__(self, store: ResultsStore) -> None:
        super().__init__(store)
        self.triage = Triage()
        self._running = RunningTriage(store)

    @property
    def looked_at(self) -> int:
        """How many rows are in the newest groups, or need no group."""
        return self.triage.results

    def group(self, key: str) -> TriageGroup | None:
        """Return a group as it is now."""
        return next((group for group in self.triage.groups if group.key == key), None)

    def rows(self, key: str) -> Sequence[int]:
        """Return a group's rows; none before the group is known."""
        group = self.group(key)
        return () if group is None else group.rows

    def _advance(self, tell: Publish) -> None:
        self.triage = self._running.advance(is_cancelled=self._stopped.is_set)
        tell()


class SearchInquiry(Inquiry):
    """The results that match a query."""

    def __init__(self, store: ResultsStore, query: SearchQuery) -> None:
        super().__init__(store)
        self.query = query
        self._search = ResultsSearch(store, query)

    @property
    def looked_at(self) -> int:
        """How many rows have been searched."""
        return self._search.searched

    @property
    def rows(self) -> Sequence[int]:
        """The matching rows so far, ascending; they grow."""
        return self._search.rows

    def _advance(self, tell: Publish) -> None:
        self._search.advance(is_cancelled=self._stopped.is_set, on_step=lambda _step: tell())
