"""Batches as a table for people: as wide as the terminal; where there is none, nothing is cut or left out."""

from __future__ import annotations

from datetime import datetime

from batchtui.cli.result_table import cut
from batchtui.formatting import format_count, format_countdown, format_duration, format_moment
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line

_WIDTHS = {"STATUS": 12, "ID": 36, "CREATED": 16, "REQUESTS": 9, "FAILED": 7, "TOOK": 9}
_OF_NUMBERS = frozenset({"REQUESTS", "FAILED", "TOOK"})
_FOR_ALL, _WITHOUT_DATE, _WITHOUT_LENGTH = 117, 100, 90
_SHORT_ID = 33


def batch_headings(width: int | None = None) -> str:
    """Return the line above the batches."""
    return _join({name: name for name in _WIDTHS}, "LEFT", width)


def format_batch(batch: MessageBatch, now: datetime, width: int | None = None) -> str:
    """Return one line about a batch, safe to print; the columns that a narrow terminal has no room for are left out."""
    cells = {
        "STATUS": safe_line(batch.processing_status),
        "ID": safe_line(batch.id),
        "CREATED": format_moment(batch.created_at),
        "REQUESTS": format_count(batch.request_counts.total),
        "FAILED": "" if batch.is_active else format_count(batch.request_counts.failed),
        "TOOK": format_duration(batch.duration(now)),
    }
    return _join(cells, _format_left(batch, now, is_short=width is not None and width < _WITHOUT_LENGTH), width)


def _format_left(batch: MessageBatch, now: datetime, *, is_short: bool) -> str:
    until = batch.expires_at if batch.is_active else batch.results_available_until
    if not batch.is_active and until <= now:
        return "results gone"
    what = "" if is_short else " to run" if batch.is_active else " for results"
    return f"{format_countdown(until - now)}{what}"


def _join(cells: dict[str, str], left: str, width: int | None) -> str:
    widths = dict(_WIDTHS)
    if width is not None:
        if width < _FOR_ALL:
            del widths["CREATED"]
        if width < _WITHOUT_DATE:
            del widths["TOOK"]
        if width < _WITHOUT_LENGTH:
            widths["ID"] = _SHORT_ID
    columns = [
        f"{cells[name]:>{room}}" if name in _OF_NUMBERS else f"{cells[name]:<{room}}" for name, room in widths.items()
    ]
    line = f"{' '.join(columns)}  {left}"
    return line if width is None else cut(line, width)
