"""A batch in words: its state, its clocks and its outcome, as rows and details say them.

Two clocks, never confused: *processing* expires 24 hours after creation, *results* go 29 days after creation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from batchtui.formatting import format_count, format_countdown, format_duration, local_time
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui import glyphs

PROCESSING_SOON = timedelta(hours=1)
RESULTS_SOON = timedelta(days=2)
_SHOWN_YEAR = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class State:
    """What a batch is doing, as a sign, a word and a colour; the sign alone tells the states apart."""

    glyph: str
    word: str
    style: str


RUNNING = State(glyphs.RUNNING, "running", "$text-primary")
CANCELING = State(glyphs.CANCELING, "canceling", "$text-warning")
ENDED = State(glyphs.SUCCEEDED, "ended", "$text-success")
FAILED = State(glyphs.FAILED, "failures", "bold $text-error")
CANCELED = State(glyphs.CANCELED, "canceled", "$text-warning")


def state_of(batch: MessageBatch) -> State:
    """Return a batch's state; one that we do not know is shown as the server says it."""
    if batch.processing_status == "in_progress":
        return RUNNING
    if batch.processing_status == "canceling":
        return CANCELING
    if batch.processing_status != "ended":
        return State(glyphs.UNKNOWN, safe_line(batch.processing_status) or "no status", "$text-warning")
    if batch.has_failures:
        return FAILED
    return CANCELED if batch.cancel_initiated_at or batch.request_counts.canceled else ENDED


def results_are_gone(batch: MessageBatch, now: datetime) -> bool:
    """Whether the results can no longer be fetched."""
    return not batch.is_active and batch.results_available_until <= now


def expires_soon(batch: MessageBatch, now: datetime) -> bool:
    """Whether less than an hour of processing is left, or less than two days of results that can still be saved."""
    if batch.is_active:
        return batch.expires_at - now < PROCESSING_SOON
    return timedelta() < batch.results_available_until - now < RESULTS_SOON


def countdown(batch: MessageBatch, now: datetime) -> tuple[str, str]:
    """Return the countdown that applies, with the clock's name, and its style."""
    style = "$text-warning" if expires_soon(batch, now) else ""
    if batch.is_active:
        left = batch.expires_at - now
        return (f"expires {format_countdown(left)}" if left > timedelta() else "expiring now"), style
    if results_are_gone(batch, now):
        return "results gone", "$foreground-muted"
    return f"results {format_countdown(batch.results_available_until - now)}", style


def format_elapsed(batch: MessageBatch, now: datetime) -> str:
    """Return how long a batch ran or has been running, without seconds while it does."""
    length = batch.duration(now)
    if not batch.is_active or length >= timedelta(hours=1):
        return format_duration(length)
    minutes = int(length.total_seconds()) // 60
    return f"{minutes} m" if minutes else "< 1 m"


def used_share(batch: MessageBatch, now: datetime) -> float:
    """Return which part of its processing time a batch has used, from 0 to 1."""
    whole = (batch.expires_at - batch.created_at).total_seconds()
    used = batch.duration(now).total_seconds()
    return min(max(used / whole, 0.0), 1.0) if whole > 0 else 1.0


def format_created(batch: MessageBatch, now: datetime) -> str:
    """Return when a batch was made, in the reader's own time zone: `06:49` today, otherwise with its day."""
    created, today = local_time(batch.created_at), local_time(now)
    if created.date() == today.date():
        return f"today {created:%H:%M}"
    return f"{created:%b %d %H:%M}" if created.year == today.year else f"{created:{_SHOWN_YEAR}}"


def format_failures(batch: MessageBatch) -> str:
    """Return how many requests errored or expired; a dash while nobody can know."""
    if batch.request_counts.failed:
        return format_count(batch.request_counts.failed)
    return "0" if not batch.is_active else "-"


def describe_outcome(batch: MessageBatch) -> str:
    """Return the outcomes that are not zero, failures first, as `17 errored, 3 expired, 5,980 succeeded`."""
    counts = batch.request_counts
    parts = (
        (counts.errored, "errored"),
        (counts.expired, "expired"),
        (counts.canceled, "canceled"),
        (counts.succeeded, "succeeded"),
        (counts.processing, "processing"),
    )
    return ", ".join(f"{format_count(number)} {word}" for number, word in parts if number) or "no requests"
