"""Finds what is worth telling in a workspace's batches. Pure: batches and a clock go in, notices come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from batchtui.errors import AuthenticationError, BatchtuiError, PermissionDeniedError
from batchtui.formatting import format_count, format_countdown, format_share
from batchtui.models import MessageBatch
from batchtui.notices.notice import Notice
from batchtui.settings import NoticeSettings

EXPIRING_WITHIN = timedelta(hours=1)
RESULTS_GOING_WITHIN = timedelta(days=2)
NEWS_FOR = timedelta(days=2)
"""A batch that ended longer ago than this is no news, even to somebody who was away."""

_PERCENT = 100.0


class NoticeDetector:
    """Looks at one workspace again and again, and never says the same twice.

    `since` is the moment from which a batch that has ended is news; one that was seen running always is. Moments are
    the server's.
    """

    def __init__(self, workspace: str, server: str, settings: NoticeSettings, *, since: datetime) -> None:
        self._workspace = workspace
        self._settings = settings
        self._since = since
        self._running: set[str] = set()
        self._seen: set[str] = set()
        self.refusal_key = f"key_refused {workspace} {server}"

    def look(
        self, batches: Iterable[MessageBatch], now: datetime, error: BatchtuiError | None = None
    ) -> tuple[Notice, ...]:
        """Return what is new; `error` is why the batches could not be asked for, where that is so."""
        found = [*self._of_error(error, now), *(notice for batch in batches for notice in self._of_batch(batch, now))]
        new = [notice for notice in found if notice.key not in self._seen]
        self._seen |= {notice.key for notice in new}
        return tuple(notice for notice in new if notice.event in self._settings.events)

    def expect(self, batch_ids: Iterable[str]) -> None:
        """Take the end of these batches for news, however long ago it was: somebody waits for it."""
        self._running.update(batch_ids)

    def forget_refusal(self) -> None:
        """Let a refused key be told again: it has worked since."""
        self._seen.discard(self.refusal_key)

    def _of_error(self, error: BatchtuiError | None, now: datetime) -> Iterator[Notice]:
        if isinstance(error, AuthenticationError | PermissionDeniedError):
            text = f"{error}. {error.hint}".rstrip()
            title = f"The key of {self._workspace} was refused"
            yield Notice("key_refused", self.refusal_key, self._workspace, title, text, now)

    def _of_batch(self, batch: MessageBatch, now: datetime) -> Iterator[Notice]:
        if batch.is_active:
            self._running.add(batch.id)
            if batch.expires_at - now < EXPIRING_WITHIN and batch.request_counts.processing:
                yield self._expiring(batch, now)
            return
        if self._is_news(batch, now):
            yield self._ended(batch, now)
        self._running.discard(batch.id)
        left = batch.results_available_until - now
        if timedelta() < left < RESULTS_GOING_WITHIN and batch.request_counts.finished:
            yield self._results_going(batch, now)

    def _is_news(self, batch: MessageBatch, now: datetime) -> bool:
        earliest = max(self._since, now - NEWS_FOR)
        return batch.id in self._running or (batch.ended_at is not None and batch.ended_at >= earliest)

    def _ended(self, batch: MessageBatch, now: datetime) -> Notice:
        counts = batch.request_counts
        share = _PERCENT * counts.failed / counts.total if counts.total else 0.0
        if counts.failed and share > self._settings.failures_above_percent:
            words = f"{format_count(counts.failed)} of {format_count(counts.total)} requests"
            text = f"{batch.id}: {words} ({format_share(counts.failed, counts.total)}) errored or expired"
            title = f"A batch of {self._workspace} ended with failures"
            return Notice("failures", f"ended {batch.id}", self._workspace, title, text, now, batch)
        outcomes = ((counts.failed, "failed"), (counts.canceled, "canceled"), (counts.succeeded, "succeeded"))
        said = ", ".join(f"{format_count(number)} {word}" for number, word in outcomes if number) or "no requests"
        title = f"A batch of {self._workspace} ended"
        return Notice("ended", f"ended {batch.id}", self._workspace, title, f"{batch.id}: {said}", now, batch)

    def _expiring(self, batch: MessageBatch, now: datetime) -> Notice:
        waiting = format_count(batch.request_counts.processing)
        left = format_countdown(batch.expires_at - now)
        text = f"{batch.id}: {left} left, {waiting} requests still processing"
        title = f"A batch of {self._workspace} expires within the hour"
        return Notice("expiring", f"expiring {batch.id}", self._workspace, title, text, now, batch)

    def _results_going(self, batch: MessageBatch, now: datetime) -> Notice:
        left = format_countdown(batch.results_available_until - now)
        text = f"{batch.id}: {left} left to save them"
        title = f"Results of {self._workspace} go soon"
        return Notice("results_going", f"results_going {batch.id}", self._workspace, title, text, now, batch)
