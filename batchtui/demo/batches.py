"""One simulated batch. All that can be seen of it follows from the time, so nothing has to tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from batchtui.demo.outcomes import CANCELED, EXPIRED, Counts
from batchtui.demo.rows import Rows

PROCESSING_LIMIT = timedelta(hours=24)
RESULTS_KEPT = timedelta(days=29)


@dataclass(frozen=True)
class SimulatedBatch:
    """A batch whose requests would all be done at `finishes_at`, unless 24 hours or a cancellation come first.

    A cancellation lasts from `cancel_initiated_at` to `cancel_done_at`; requests under way in between still finish.
    """

    id: str
    workspace_id: str
    created_at: datetime
    finishes_at: datetime
    planned: Rows
    cancel_initiated_at: datetime | None = None
    cancel_done_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When the requests that are not done by then expire."""
        return self.created_at + PROCESSING_LIMIT

    @property
    def ends_at(self) -> datetime:
        """When processing ends, for whichever reason comes first."""
        return min(self.finishes_at, self.expires_at, self.cancel_done_at or self.expires_at)

    @property
    def archives_at(self) -> datetime:
        """When the results go."""
        return self.created_at + RESULTS_KEPT

    @cached_property
    def rows(self) -> Rows:
        """The result lines, as they are once the batch has ended."""
        if self.ends_at == self.finishes_at:
            return self.planned
        done = self._done_at(self.ends_at)
        if self.ends_at != self.cancel_done_at or self.cancel_initiated_at is None:
            return self.planned.cut(done, EXPIRED)
        under_way = -(-len(self.planned) // 30)
        return self.planned.cut(min(self._done_at(self.cancel_initiated_at) + under_way, len(self.planned)), CANCELED)

    def has_ended(self, now: datetime) -> bool:
        """Whether nothing is being processed any more."""
        return now >= self.ends_at

    def has_results(self, now: datetime) -> bool:
        """Whether results can be fetched."""
        return self.has_ended(now) and not self.is_archived(now)

    def is_archived(self, now: datetime) -> bool:
        """Whether the results have gone."""
        return now >= self.archives_at

    def status(self, now: datetime) -> str:
        """Return the `processing_status`."""
        if self.has_ended(now):
            return "ended"
        return "canceling" if self.cancel_initiated_at else "in_progress"

    def counts(self, now: datetime, *, move_early: bool = False) -> Counts:
        """Return the counts: all in `processing` until the end, unless a gateway shows them early."""
        if self.has_ended(now):
            return self.rows.counts
        if not move_early:
            return Counts(processing=len(self.planned))
        done, total = self._done_at(now), len(self.planned)
        errored = done * self.planned.counts.errored // max(total, 1)
        return Counts(processing=total - done, succeeded=done - errored, errored=errored)

    def to_json(self, now: datetime, results_url: str, *, move_early: bool = False) -> dict[str, Any]:
        """Return the batch as the API shows it; `results_url` is where its results will be."""
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": self.status(now),
            "request_counts": self.counts(now, move_early=move_early).to_json(),
            "created_at": _moment(self.created_at),
            "expires_at": _moment(self.expires_at),
            "ended_at": _moment(self.ends_at) if self.has_ended(now) else None,
            "cancel_initiated_at": _moment(self.cancel_initiated_at) if self.cancel_initiated_at else None,
            "archived_at": _moment(self.archives_at) if self.is_archived(now) else None,
            "results_url": results_url if self.has_results(now) else None,
        }

    def _done_at(self, moment: datetime) -> int:
        whole = self.finishes_at - self.created_at
        share = (moment - self.created_at) / whole if whole else 1.0
        return min(int(len(self.planned) * share), len(self.planned))


def _moment(moment: datetime) -> str:
    """Return a time as the API writes it."""
    return moment.isoformat().replace("+00:00", "Z")
