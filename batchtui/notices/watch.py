"""One workspace, watched for events: each is handed out once, by whichever program of the person sees it first."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from batchtui.errors import BatchtuiError
from batchtui.models import MessageBatch
from batchtui.notices.detector import NoticeDetector
from batchtui.notices.journal import NoticeJournal
from batchtui.notices.notice import Notice
from batchtui.settings import NoticeSettings


class NoticeWatch:
    """Finds events and keeps those that were told before; may be used from any thread."""

    def __init__(self, workspace: str, server: str, settings: NoticeSettings, journal: NoticeJournal) -> None:
        self.settings = settings
        self.journal = journal
        self._workspace = workspace
        self._server = server
        self._detector: NoticeDetector | None = None
        self._may_be_refused = True
        self._lock = threading.Lock()

    def take(
        self,
        batches: Iterable[MessageBatch],
        now: datetime,
        error: BatchtuiError | None = None,
        *,
        ways: frozenset[str],
        expected: Iterable[str] = (),
    ) -> tuple[Notice, ...]:
        """Return what has happened since it was last asked, each with those of `ways` by which nobody has told it.

        `error` is why the batches could not be asked for, where they could not. The end of an `expected` batch is
        always news.
        """
        with self._lock:
            detector = self._detector = self._detector or self._make_detector(now)
            detector.expect(expected)
            found = detector.look(batches, now, error)
            if error is None and self._may_be_refused:
                self._may_be_refused = False
                detector.forget_refusal()
                self.journal.release([f"{way}: {detector.refusal_key}" for way in ways], now)
            elif any(notice.event == "key_refused" for notice in found):
                self._may_be_refused = True
            return self._claim(found, now, ways) if found else ()

    def _claim(self, found: Iterable[Notice], now: datetime, ways: frozenset[str]) -> tuple[Notice, ...]:
        keys = {(notice, way): f"{way}: {notice.key}" for notice in found for way in ways}
        claimed = self.journal.claim(keys.values(), now)
        left = (
            replace(notice, ways=frozenset(way for way in ways if keys[notice, way] in claimed)) for notice in found
        )
        return tuple(notice for notice in left if notice.ways)

    def _make_detector(self, now: datetime) -> NoticeDetector:
        since = self.journal.since(f"{self._workspace} {self._server}", now)
        return NoticeDetector(self._workspace, self._server, self.settings, since=since)
