"""All facts of one batch, in a pane beside or below the table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from batchtui.formatting import format_count, format_countdown, format_duration, format_moment, format_share
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.batch_words import results_are_gone, state_of

Fact = tuple[str, str, str]
"""A name, its value, and the value's style."""

_NAME_WIDTH = 20
_GAP = 2
_TWO_COLUMNS = 76
_COUNT_STYLES = {
    "succeeded": "$text-success",
    "errored": "$text-error",
    "expired": "$text-error",
    "canceled": "$text-warning",
    "processing": "$text-primary",
}


def iter_facts(batch: MessageBatch, now: datetime) -> Iterator[Fact]:
    """Yield everything that is known of a batch, unknown fields included; times in the reader's time zone."""
    state = state_of(batch)
    yield "status", f"{state.glyph} {safe_line(batch.processing_status)}", state.style
    yield "requests", format_count(batch.request_counts.total), ""
    yield from _iter_counts(batch)
    yield "created", format_moment(batch.created_at), ""
    yield "running for" if batch.is_active else "ran for", _format_run(batch, now), ""
    yield "processing expires", _format_until(batch.expires_at, now, is_over=not batch.is_active), ""
    if batch.cancel_initiated_at:
        yield "cancel initiated", format_moment(batch.cancel_initiated_at), "$text-warning"
    if batch.ended_at:
        yield "ended", format_moment(batch.ended_at), ""
    yield "results until", *_format_results(batch, now)
    yield "results link", "present" if batch.results_url else "none", "" if batch.results_url else "$foreground-muted"
    for name, value in (batch.model_extra or {}).items():
        yield safe_line(name), safe_line(json.dumps(value, ensure_ascii=False)), "$foreground-muted"


def _iter_counts(batch: MessageBatch) -> Iterator[Fact]:
    counts = batch.request_counts
    for name, style in _COUNT_STYLES.items():
        number = getattr(counts, name)
        share = f"  {format_share(number, counts.total)}" if number else ""
        yield f"  {name}", f"{format_count(number)}{share}", style if number else "$foreground-muted"
    for name, value in (counts.model_extra or {}).items():
        yield f"  {safe_line(name)}", safe_line(json.dumps(value, ensure_ascii=False)), "$foreground-muted"


def _format_run(batch: MessageBatch, now: datetime) -> str:
    if batch.is_active:
        minutes = int(batch.duration(now).total_seconds()) // 60
        return format_duration(timedelta(minutes=minutes)) if minutes > 59 else f"{minutes} m"  # noqa: PLR2004  # an hour
    return format_duration(batch.duration(now))


def _format_until(moment: datetime, now: datetime, *, is_over: bool) -> str:
    if is_over:
        return format_moment(moment)
    left = moment - now
    return f"in {format_countdown(left)}, {format_moment(moment)}" if left > timedelta() else format_moment(moment)


def _format_results(batch: MessageBatch, now: datetime) -> tuple[str, str]:
    if results_are_gone(batch, now):
        word = "archived" if batch.archived_at else "gone since"
        return f"{word} {format_moment(batch.results_available_until)}", "$foreground-muted"
    return _format_until(batch.results_available_until, now, is_over=batch.is_active), ""


class BatchDetails(Widget):
    """The facts of one batch, in one column, or in two where there is room; repaints only the lines that changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._title = ""
        self._facts: tuple[Fact, ...] = ()
        self._lines: list[Content] = []

    def show_batch(self, batch: MessageBatch | None, now: datetime) -> None:
        """Show a batch, or that there is none."""
        self._title = "" if batch is None else safe_line(batch.id)
        self._facts = () if batch is None else tuple(iter_facts(batch, now))
        before, after = self._lines, self._lay_out()
        if len(before) != len(after):
            self.refresh()
            return
        changed = [place for place, line in enumerate(after) if not line.is_same(before[place])]
        if changed:
            self.refresh(*(Region(0, place, self.content_size.width, 1) for place in changed))

    def render(self) -> Content:
        """Draw the facts."""
        self._lines = self._lay_out()
        return Content("\n").join(self._lines)

    def _lay_out(self) -> list[Content]:
        title = Content.styled(self._title, "bold")
        width = self.content_size.width
        if width < _TWO_COLUMNS:
            return [title, *(_render_fact(fact, _NAME_WIDTH, width) for fact in self._facts)]
        half = (len(self._facts) + 1) // 2
        return [title, *_render_pairs(self._facts[:half], self._facts[half:], width)]


def _render_pairs(left: Sequence[Fact], right: Sequence[Fact], width: int) -> Iterator[Content]:
    """Yield two columns side by side: halves, unless the right one needs more and the left one can do with less."""
    edge, left_names, right_names = width // 2, _NAME_WIDTH, _NAME_WIDTH
    if _width_of(right, right_names) > width - edge:
        left_names, right_names = _name_width(left), _name_width(right)
        edge = min(_width_of(left, left_names) + _GAP, edge)
    for one, other in zip_longest(left, right):
        rendered = _render_fact(one, left_names, edge - _GAP).truncate(edge, pad=True)
        others = [_render_fact(other, right_names, width - edge)] if other else []
        yield Content.assemble(rendered, *others)


def _name_width(facts: Iterable[Fact]) -> int:
    return min(max((cell_len(name) + 1 for name, _, _ in facts), default=0), _NAME_WIDTH)


def _width_of(facts: Iterable[Fact], names: int) -> int:
    return max((names + cell_len(value) for _, value, _ in facts), default=0)


def _render_fact(fact: Fact, names: int, width: int) -> Content:
    name, value, style = fact
    line = Content.assemble((f"{name:<{names}}", "$foreground-muted"), (value, style))
    return line.truncate(width, ellipsis=True)
