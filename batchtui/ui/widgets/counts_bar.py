"""What became of a batch's requests, as a small stacked bar and a number."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from batchtui.formatting import format_count
from batchtui.models import MessageBatch, RequestCounts
from batchtui.ui import glyphs

BAR_WIDTH = 8

_SUCCEEDED = (glyphs.BAR_SUCCEEDED, "$text-success")
_FAILED = (glyphs.BAR_FAILED, "bold $text-error")
_CANCELED = (glyphs.BAR_CANCELED, "$text-warning")
_OPEN = (glyphs.BAR_OPEN, "$foreground-muted")


def apportion(parts: Sequence[int], width: int) -> list[int]:
    """Share `width` cells out among the parts: none that is there vanishes, and what is left goes by size.

    With more parts than cells the first ones are served.
    """
    total = sum(parts)
    if not total:
        return [0 for _ in parts]
    cells = [min(1, part) for part in parts]
    while sum(cells) > width:
        cells[max(place for place, cell in enumerate(cells) if cell)] = 0
    while sum(cells) < width:
        neediest = max(range(len(parts)), key=lambda place: parts[place] * width / total - cells[place])
        cells[neediest] += 1
    return cells


def draw_bar(counts: RequestCounts, width: int = BAR_WIDTH) -> Content:
    """Return the shares of the outcomes, failures before what is still open; an empty batch has no bar."""
    parts = (counts.failed, counts.succeeded, counts.canceled, counts.processing)
    failed, succeeded, canceled, still_open = apportion(parts, width)
    drawn = ((_SUCCEEDED, succeeded), (_CANCELED, canceled), (_FAILED, failed), (_OPEN, still_open))
    pieces = [(glyph * cells, style) for (glyph, style), cells in drawn if cells]
    return Content.assemble(*pieces) if pieces else Content(" " * width)


def draw_outcome(batch: MessageBatch, width: int) -> Content:
    """Return the bar and how many requests succeeded.

    While a batch runs the API keeps all counts at 0, so nothing is known; counts that moved early are provisional and
    say so by a `~`.
    """
    counts = batch.request_counts
    number = format_count(counts.succeeded)
    if batch.is_active:
        number = f"~{number}" if counts.finished else ""
    room = max(width - BAR_WIDTH, 0)
    style = "$foreground-muted" if batch.is_active or not counts.succeeded else ""
    return Content.assemble(draw_bar(counts, min(BAR_WIDTH, width)), (f"{number:>{room}}", style))
