"""What is known of a workspace's batches, what to poll next, and what changed.

Pure: pages go in, frozen snapshots come out. One list request can cover 1,000 batches, so a refresh asks for the newest
ones down to the oldest that can still change, and never for each batch by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from batchtui.models import PROCESSING_LIMIT, BatchPage, MessageBatch

PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
MIN_REFRESH_SECONDS = 6.0
IDLE_REFRESH_SECONDS = 60.0
_ROOM_FOR_NEW = 20
_ACTIVE_WINDOW = PROCESSING_LIMIT + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All batches known at one moment, newest first, and what differs from the snapshot before."""

    batches: tuple[MessageBatch, ...] = ()
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

    def merge_newest(self, page: BatchPage) -> Snapshot:
        """Take the newest batches; what the page spans but does not list was deleted elsewhere."""
        listed = {batch.id for batch in page.data}
        known = self.snapshot.batches
        spanned = max((place for place, batch in enumerate(known) if batch.id in listed), default=-1)
        if not page.has_more:
            return self._publish(page.data, has_more=False)
        if spanned < 0:
            return self._publish(page.data, has_more=True)
        older = tuple(batch for batch in known[spanned + 1 :] if batch.id not in listed)
        return self._publish((*page.data, *older), has_more=self.snapshot.has_more or not older)

    def merge_older(self, page: BatchPage) -> Snapshot:
        """Take a page that follows the oldest known batch; one that brings nothing new is the last."""
        listed = {batch.id for batch in page.data}
        kept = tuple(batch for batch in self.snapshot.batches if batch.id not in listed)
        is_news = any(self.snapshot.get(batch_id) is None for batch_id in listed)
        return self._publish((*kept, *page.data), has_more=page.has_more and is_news)

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
        return self._publish(kept, has_more=self.snapshot.has_more)

    def overlaps(self, page: BatchPage) -> bool:
        """Whether the page reaches the known batches, so that no batch is missed between them."""
        return not self.snapshot.batches or any(self.snapshot.get(batch.id) for batch in page.data)

    def refresh_limit(self) -> int:
        """Return how many of the newest batches a refresh must ask for."""
        if not self.snapshot.batches:
            return PAGE_SIZE
        oldest_active = max((place for place, batch in enumerate(self.snapshot.batches) if batch.is_active), default=-1)
        return min(oldest_active + 1 + _ROOM_FOR_NEW, MAX_PAGE_SIZE)

    def covers_active(self, now: datetime) -> bool:
        """Whether every batch that can still run is loaded: none outlives its 24 hours by much."""
        known = self.snapshot.batches
        return not self.snapshot.has_more or (bool(known) and known[-1].created_at < now - _ACTIVE_WINDOW)

    def _publish(self, batches: Iterable[MessageBatch], *, has_more: bool) -> Snapshot:
        by_id = {batch.id: batch for batch in batches}
        before = self.snapshot._by_id  # noqa: SLF001  # the snapshot is this class's own product
        self.snapshot = Snapshot(
            batches=tuple(by_id.values()),
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
