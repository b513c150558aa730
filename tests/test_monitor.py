from __future__ import annotations

from datetime import UTC, datetime, timedelta

from batchtui.models import BatchPage, MessageBatch, RequestCounts
from batchtui.monitor import BatchMonitor, refresh_pause

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def batch(number: int, *, status: str = "ended", age_hours: float | None = None) -> MessageBatch:
    created = NOW - timedelta(hours=number if age_hours is None else age_hours)
    return MessageBatch(
        id=f"b{number}",
        processing_status=status,
        request_counts=RequestCounts(processing=5),
        created_at=created,
        expires_at=created + timedelta(hours=24),
    )


def page(*batches: MessageBatch, has_more: bool = True) -> BatchPage:
    return BatchPage(data=batches, has_more=has_more)


def ids(monitor: BatchMonitor) -> list[str]:
    return [each.id for each in monitor.snapshot.batches]


def test_a_refresh_says_which_batches_came_changed_and_went() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(1, status="in_progress"), batch(2), batch(3)))
    snapshot = monitor.merge_newest(page(batch(0), batch(1), batch(3)))
    assert (set(snapshot.added), set(snapshot.changed), set(snapshot.removed)) == ({"b0"}, {"b1"}, {"b2"})
    assert ids(monitor) == ["b0", "b1", "b3"]


def test_older_pages_stay_when_the_newest_are_refreshed() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(1), batch(2)))
    monitor.merge_older(page(batch(3), batch(4), has_more=False))
    monitor.merge_newest(page(batch(0), batch(1)))
    assert ids(monitor) == ["b0", "b1", "b2", "b3", "b4"]
    assert not monitor.snapshot.has_more


def test_a_batch_that_a_refresh_does_not_reach_is_not_taken_for_deleted() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(1), batch(2), batch(3)))
    monitor.merge_newest(page(batch(1)))
    assert ids(monitor) == ["b1", "b2", "b3"]


def test_a_refresh_that_does_not_overlap_starts_afresh_rather_than_leave_a_hole() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(8), batch(9)))
    fresh = page(batch(1), batch(2))
    assert not monitor.overlaps(fresh)
    snapshot = monitor.merge_newest(fresh)
    assert ids(monitor) == ["b1", "b2"]
    assert snapshot.has_more


def test_one_request_reaches_the_oldest_batch_that_can_still_change() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(*(batch(n, status="in_progress" if n == 30 else "ended") for n in range(40))))
    assert monitor.refresh_limit() == 30 + 1 + 20


def test_every_batch_that_can_still_run_is_covered_once_a_day_is_loaded() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(1), batch(20)))
    assert not monitor.covers_active(NOW)
    monitor.merge_older(page(batch(26)))
    assert monitor.covers_active(NOW)


def test_a_cancellation_changes_its_batch_in_place_and_a_deletion_removes_it() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(1, status="in_progress"), batch(2)))
    assert monitor.merge_one(batch(1, status="canceling")).changed == {"b1"}
    assert ids(monitor) == ["b1", "b2"]
    assert monitor.forget("b2").removed == {"b2"}
    assert ids(monitor) == ["b1"]


def test_polling_slows_down_when_nothing_can_change_and_never_exceeds_ten_a_minute() -> None:
    monitor = BatchMonitor()
    idle = monitor.merge_newest(page(batch(1), has_more=False))
    assert refresh_pause(idle, 10) == 60
    busy = monitor.merge_newest(page(batch(1, status="in_progress"), has_more=False))
    assert refresh_pause(busy, 10) == 10
    assert refresh_pause(busy, 1) == 6


def test_an_older_page_that_brings_nothing_new_is_the_last_one() -> None:
    monitor = BatchMonitor()
    monitor.merge_newest(page(batch(1), batch(2)))
    assert monitor.merge_older(page(batch(3))).has_more
    assert not monitor.merge_older(page(batch(2), batch(3))).has_more
    assert ids(monitor) == ["b1", "b2", "b3"]
