"""One workspace: everything that a screen or a command may ask of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from batchtui.api import ApiClient, RetryWait
from batchtui.errors import (
    BatchtuiError,
    InterruptedStreamError,
    ReadOnlyError,
    RequestTimeoutError,
    UnexpectedAnswerError,
)
from batchtui.models import BatchPage, MessageBatch, UnreadBatch
from batchtui.monitor import MAX_PAGE_SIZE, PAGE_SIZE, BatchMonitor, Snapshot
from batchtui.notices import Notice, NoticeJournal, NoticeWatch
from batchtui.recent_ids import MOST, RecentIds
from batchtui.results import SpareStore
from batchtui.settings import NoticeSettings, WorkspaceSettings
from batchtui.workspace.audit import AuditLog
from batchtui.workspace.results_session import ResultsSession

_UNANSWERED = (RequestTimeoutError, InterruptedStreamError, UnexpectedAnswerError)
"""After these a change may have been made."""

_MOST_PAGES = 10


class Workspace:
    """A workspace with its key, its client and what is known of its batches.

    Every method that takes time blocks, may be called from any thread, and raises errors of `batchtui.errors`. The key
    is asked for once, at the first call.
    """

    def __init__(
        self,
        settings: WorkspaceSettings,
        *,
        load_key: Callable[[], SecretStr],
        key_source: str,
        spool_folder: Path,
        is_read_only: bool = False,
        audit: AuditLog | None = None,
        notice_settings: NoticeSettings | None = None,
        journal: NoticeJournal | None = None,
        recent: RecentIds | None = None,
    ) -> None:
        self.name = settings.name
        self.base_url = settings.base_url
        self.key_source = key_source
        self.is_read_only = is_read_only or settings.read_only
        self.is_production = settings.production
        self.colour = settings.colour
        self.on_wait: Callable[[RetryWait], None] | None = None
        self._settings = settings
        self._audit = audit or AuditLog(None)
        self._notices = NoticeWatch(
            settings.name, settings.base_url, notice_settings or NoticeSettings(), journal or NoticeJournal(None)
        )
        self._recent = recent or RecentIds(None)
        self._load_key = load_key
        self._spare_store = SpareStore(spool_folder)
        self._client: ApiClient | None = None
        self._former: list[ApiClient] = []
        self._monitor = BatchMonitor()
        self._opening = threading.Lock()
        self._merging = threading.Lock()
        self._changes_made = 0

    @property
    def snapshot(self) -> Snapshot:
        """What is known of the batches now."""
        return self._monitor.snapshot

    @property
    def workspace_id(self) -> str | None:
        """The id of the workspace that the key really belongs to, once the server has said it."""
        return self._client.facts.workspace_id if self._client else None

    @property
    def organization_id(self) -> str | None:
        """The id of the organization that the key belongs to, once the server has said it."""
        return self._client.facts.organization_id if self._client else None

    @property
    def audit_problem(self) -> str:
        """Why the last change is missing in the audit log; empty when it is not."""
        return self._audit.problem

    @property
    def notice_settings(self) -> NoticeSettings:
        """How the person wants to be told of events."""
        return self._notices.settings

    @property
    def notice_problem(self) -> str:
        """Why it cannot be remembered what was told; empty when it can."""
        return self._notices.journal.problem

    def take_notices(self, error: BatchtuiError | None = None) -> tuple[Notice, ...]:
        """Return what has happened to the known batches, each event once; `error` is why the last refresh failed."""
        return self._notices.take(self.snapshot.batches, self.server_now(), error, ways=self.notice_settings.ways)

    def take_notices_of(
        self, batches: Collection[MessageBatch], error: BatchtuiError | None = None
    ) -> tuple[Notice, ...]:
        """Return the same of batches whose end somebody waits for; a command has no boxes, but the way `line`."""
        ways = self.notice_settings.ways - {"toast"} | {"line"}
        expected = [batch.id for batch in batches]
        return self._notices.take(batches, self.server_now(), error, ways=ways, expected=expected)

    def server_now(self) -> datetime:
        """Return the server's time: this host's clock, corrected by the server's `Date`."""
        offset = self._client.facts.clock_offset if self._client else None
        return datetime.now(UTC) + (offset or timedelta())

    def refresh(self) -> Snapshot:
        """Ask for the newest batches, down to the oldest that can still change: one request for up to 1,000."""
        changes = self._changes_made
        page = self._fetch_newest()
        if changes != self._changes_made:
            page = self._fetch_newest()  # a cancellation or deletion overtook the page: it may show the state before
        with self._merging:
            snapshot = self._monitor.merge_newest(page)
        self._recent.note(self.name, (batch.id for batch in snapshot.batches))
        return snapshot

    def load_older(self, limit: int = PAGE_SIZE) -> Snapshot:
        """Ask for the page after the oldest batch that is known."""
        page = self.client().list_batches(limit=limit, after_id=self._monitor.oldest_id)
        with self._merging:
            return self._monitor.merge_older(page)

    def load_active(self) -> Snapshot:
        """Ask for older pages until every batch that can still run is known, and so counted.

        A server that hands out a few batches a page, without end, is not asked more than ten times in a row.
        """
        for _ in range(_MOST_PAGES):
            if self._monitor.covers_active(self.server_now()):
                break
            self.load_older(MAX_PAGE_SIZE)
        return self._monitor.snapshot

    def refresh_all(self) -> Snapshot:
        """Ask for everything that can still change."""
        self.refresh()
        return self.load_active()

    def iter_batches(
        self, limit: int | None = None, *, on_unread: Callable[[Sequence[UnreadBatch]], None] = lambda _: None
    ) -> Iterator[MessageBatch]:
        """Yield batches, newest first, page after page; `on_unread` is told what of a page cannot be read."""
        newest: list[str] = []
        try:
            for batch in self.client().iter_batches(limit=limit, on_unread=on_unread):
                if len(newest) < MOST:
                    newest.append(batch.id)
                yield batch
        finally:
            self._recent.note(self.name, newest)

    def retrieve(self, batch_id: str) -> MessageBatch:
        """Ask for one batch."""
        batch = self.client().retrieve_batch(batch_id)
        with self._merging:
            if self._monitor.snapshot.get(batch_id):
                self._monitor.merge_one(batch)
        return batch

    def cancel(self, batch_id: str) -> Snapshot:
        """Ask for a cancellation; the batch is `canceling` until its last request has stopped."""
        self.refuse_if_read_only()
        with self._audited("cancel", batch_id, "canceling"):
            batch = self.client().cancel_batch(batch_id)
        with self._merging:
            self._changes_made += 1
            return self._monitor.merge_one(batch)

    def delete(self, batch_id: str) -> Snapshot:
        """Delete an ended batch with its results, for good."""
        self.refuse_if_read_only()
        with self._audited("delete", batch_id, "deleted"):
            self.client().delete_batch(batch_id)
        with self._merging:
            self._changes_made += 1
            return self._monitor.forget(batch_id)

    def open_results(self, batch: MessageBatch, on_wait: Callable[[RetryWait], None] | None = None) -> ResultsSession:
        """Return a session that will stream this batch's results when it is run.

        `on_wait` is told of its pauses in place of the workspace's own.
        """
        return ResultsSession(batch, self.client, self._spare_store.take, on_wait or self._tell_wait)

    def expect_results(self, batch: MessageBatch) -> None:
        """Have ready what these results will need when they are opened: for many, the process that indexes them."""
        self._spare_store.prepare(batch.request_counts.finished)

    def expect_no_results(self) -> None:
        """Give up what was made ready and not needed."""
        self._spare_store.discard()

    def refuse_if_read_only(self) -> None:
        """Raise `ReadOnlyError` where nothing may be changed."""
        if self.is_read_only:
            raise ReadOnlyError(f"workspace {self.name} is open for reading only")

    def client(self) -> ApiClient:
        """Return the client, made with the key at the first call."""
        with self._opening:
            if self._client is None:
                self._client = ApiClient(
                    base_url=self.base_url,
                    key=self._load_key(),
                    workspace_id=self._settings.workspace_id,
                    on_wait=self._tell_wait,
                )
            return self._client

    def take_name(self, name: str, load_key: Callable[[], SecretStr]) -> None:
        """Go on under another name; the key, where it is asked for again, is kept under that."""
        self.name = name
        self._load_key = load_key

    def ask_for_key_again(self) -> None:
        """Let the next call ask for the key: it may have been replaced. What is under way goes on with the old one."""
        with self._opening:
            if self._client is not None:
                self._former.append(self._client)
            self._client = None

    def close(self) -> None:
        """Close the connections, and end what was made ready."""
        self._spare_store.close()
        for client in (*self._former, *([self._client] if self._client else [])):
            client.close()

    @contextmanager
    def _audited(self, action: str, batch_id: str, done: str) -> Iterator[None]:
        """Note what became of a change; where it was broken off, nobody knows."""
        outcome, failure = "unknown", None
        try:
            yield
            outcome = done
        except BatchtuiError as error:
            outcome, failure = "unknown" if isinstance(error, _UNANSWERED) else "failed", error
            raise
        finally:
            facts = {
                "action": action,
                "batch_id": batch_id,
                "workspace": self.name,
                "workspace_id": self.workspace_id or self._settings.workspace_id or self._settings.seen_workspace_id,
                "server": self.base_url,
            }
            self._audit.record(facts, outcome, failure)

    def _tell_wait(self, wait: RetryWait) -> None:
        if self.on_wait is not None:
            self.on_wait(wait)

    def _fetch_newest(self) -> BatchPage:
        return self._fill_gap(self.client().list_batches(limit=self._monitor.refresh_limit()))

    def _fill_gap(self, page: BatchPage) -> BatchPage:
        if self._monitor.overlaps(page) or not page.has_more:
            return page
        return page.followed_by(self.client().list_batches(limit=MAX_PAGE_SIZE, after_id=page.last_id))
