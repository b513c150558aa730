"""What is known of a workspace's batches, what to poll next, and what changed.

Pure: pages go in, frozen snapshots come out. One list request can cover 1,000 batches, so a refresh asks for the newest
ones down to the oldest that can still change, and never for each batch by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from batchtui.models import PROCESSING_LIMIT, BatchPage, MessageBatch, UnreadBatch

PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
MIN_REFRESH_SECONDS = 6.0
IDLE_REFRESH_SECONDS = 60.0
_ROOM_FOR_NEW = 20
_ACTIVE_WINDOW = PROCESSING_LIMIT + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All batches known at one moment, newest first, and what differs from the snapshot before.

    `unread` are those that the server lists in a way that is not understood.
    """

    batches: tuple[MessageBatch, ...] = ()
    unread: tuple[UnreadBatch, ...] = ()
    has_more: bool = True
    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    _by_id: dict[str, MessageBatch] = field(default_factory=dict, repr=False, compare=False)

    def get(self, batch_id: str) -> MessageBatch | None:
        """Return the batch of this id, if it is known."""
        return self._by_id.get(batch_id)

    @property
    def active(self) -> tuple[MessageBatch, ...]:
        """The batches that can still change by themselves."""
        return tuple(batch for batch in self.batches if batch.is_active)


class BatchMonitor:
    """Merges pages by id and hands out snapshots; not thread-safe, its owner serializes calls."""

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self._last_id: str | None = None

    @property
    def oldest_id(self) -> str | None:
        """The id after which older batches follow: the last one that was listed, read or not."""
        known = self.snapshot.batches
        return self._last_id or (known[-1].id if known else None)

    def merge_newest(self, page: BatchPage) -> Snapshot:
        """Take the newest batches; what the page spans but does not list was deleted elsewhere."""
        listed = {batch.id for batch in page.data}
        known = self.snapshot.batches
        spanned = max((place for place, batch in enumerate(known) if batch.id in listed), default=-1)
        if not page.has_more or spanned < 0:
            self._last_id = page.last_id
            return self._publish(page.data, has_more=page.has_more, unread=page.unread)
        older = tuple(batch for batch in known[spanned + 1 :] if batch.id not in listed)
        if not older:
            self._last_id = page.last_id
        has_more = self.snapshot.has_more or not older
        return self._publish((*page.data, *older), has_more=has_more, unread=self._unread_with(page))

    def merge_older(self, page: BatchPage) -> Snapshot:
        """Take a page that follows the oldest known batch; one that brings nothing new is the last."""
        listed = {batch.id for batch in page.data}
        kept = tuple(batch for batch in self.snapshot.batches if batch.id not in listed)
        is_news = any(self.snapshot.get(batch_id) is None for batch_id in listed)
        unread = self._unread_with(page)
        is_news |= len(unread) > len(self.snapshot.unread)
        self._last_id = page.last_id or self._last_id
        return self._publish((*kept, *page.data), has_more=page.has_more and is_news, unread=unread)

    def merge_one(self, batch: MessageBatch) -> Snapshot:
        """Take one batch, as the answer to a retrieval, a cancellation or a creation."""
        known = self.snapshot.batches
        if self.snapshot.get(batch.id) is None:
            return self._publish((batch, *known), has_more=self.snapshot.has_more)
        replaced = tuple(batch if old.id == batch.id else old for old in known)
        return self._publish(replaced, has_more=self.snapshot.has_more)

    def forget(self, batch_id: str) -> Snapshot:
        """Drop a batch that was deleted."""
        kept = tuple(batch for batch in self.snapshot.batches if batch.id != batch_id)
        if self._last_id == batch_id:
            self._last_id = None
        return self._publish(kept, has_more=self.snapshot.has_more)

    def overlaps(self, page: BatchPage) -> bool:
        """Whether the page reaches the known batches, so that no batch is missed between them."""
        return not self.snapshot.batches or any(self.snapshot.get(batch.id) for batch in page.data)

    def refresh_limit(self) -> int:
        """Return how many of the newest batches a refresh must ask for."""
        if not self.snapshot.batches:
            return PAGE_SIZE
        oldest_active = max((place for place, batch in enumerate(self.snapshot.batches) if batch.is_active), default=-1)
        return min(oldest_active + 1 + len(self.snapshot.unread) + _ROOM_FOR_NEW, MAX_PAGE_SIZE)

    def covers_active(self, now: datetime) -> bool:
        """Whether every batch that can still run is loaded: none outlives its 24 hours by much."""
        known = self.snapshot.batches
        return not self.snapshot.has_more or (bool(known) and known[-1].created_at < now - _ACTIVE_WINDOW)

    def _unread_with(self, page: BatchPage) -> tuple[UnreadBatch, ...]:
        """Return what could not be read before and is not in this page, and what is so now."""
        listed = {batch.id for batch in page.data} | {batch.id for batch in page.unread}
        return (*(batch for batch in self.snapshot.unread if batch.id not in listed), *page.unread)

    def _publish(
        self, batches: Iterable[MessageBatch], *, has_more: bool, unread: Iterable[UnreadBatch] | None = None
    ) -> Snapshot:
        by_id = {batch.id: batch for batch in batches}
        before = self.snapshot._by_id  # noqa: SLF001  # the snapshot is this class's own product
        self.snapshot = Snapshot(
            batches=tuple(by_id.values()),
            unread=self.snapshot.unread if unread is None else tuple(unread),
            has_more=has_more,
            added=frozenset(by_id.keys() - before.keys()),
            changed=frozenset(key for key in by_id.keys() & before.keys() if by_id[key] != before[key]),
            removed=frozenset(before.keys() - by_id.keys()),
            _by_id=by_id,
        )
        return self.snapshot


def refresh_pause(snapshot: Snapshot, refresh_seconds: float) -> float:
    """Return the seconds to wait before the next refresh: at most ten a minute, one a minute when all have ended."""
    wanted = max(refresh_seconds, MIN_REFRESH_SECONDS)
    return wanted if snapshot.active else max(wanted, IDLE_REFRESH_SECONDS)
