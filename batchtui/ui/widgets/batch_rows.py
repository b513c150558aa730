"""The rows of the batches table: which batches, in which order, and what each cell says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from textual.content import Content

from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.batch_words import (
    CANCELED,
    CANCELING,
    ENDED,
    FAILED,
    RUNNING,
    countdown,
    expires_soon,
    format_created,
    format_elapsed,
    format_failures,
    results_are_gone,
    state_of,
    used_share,
)
from batchtui.ui.widgets.counts_bar import draw_outcome
from batchtui.ui.widgets.filter_tabs import Filter
from batchtui.ui.widgets.row_table import Column, Sorting
from batchtui.ui.widgets.time_gauge import draw_gauge, used_percent
from batchtui.workspace import Snapshot

COLUMNS = (
    Column("status", "status", 11),
    Column("id", "id", 0, max_width=33, keeps_end=True),
    Column("created", "created", 12, min_screen_width=118),
    Column("elapsed", "elapsed", 9, align="right", min_screen_width=100),
    Column("requests", "requests", 8, align="right", min_screen_width=60),
    Column("outcome", "outcome", 16, min_screen_width=78),
    Column("failures", "failures", 8, align="right"),
    Column("used", "24 h used", 10, min_screen_width=110),
    Column("left", "time left", 17, min_screen_width=56),
)
LEAN_COLUMNS = tuple(
    replace(column, max_width=min(column.max_width, 11)) for column in COLUMNS if column.key not in {"outcome", "used"}
)
"""Without what is drawn, and with the end of the id only: a page of them is a third of the bytes."""

FILTERS = (
    Filter("all", "all"),
    Filter("running", "running"),
    Filter("ended", "ended"),
    Filter("failures", "with failures", "failures", "$text-error"),
    Filter("soon", "expiring soon", "soon", "$text-warning"),
)
TESTS: Mapping[str, Callable[[MessageBatch, datetime], bool]] = {
    "all": lambda _batch, _now: True,
    "running": lambda batch, _now: batch.is_active,
    "ended": lambda batch, _now: not batch.is_active,
    "failures": lambda batch, _now: batch.has_failures,
    "soon": expires_soon,
}
_STATE_ORDER = (RUNNING, CANCELING, FAILED, CANCELED, ENDED)
_FAR_AWAY = float("inf")


@dataclass(frozen=True, slots=True)
class RowsChange:
    """What a new snapshot did to the rows: which show something else, and whether any came, went or moved."""

    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    is_rearranged: bool = False


def is_matching(batch: MessageBatch, words: str) -> bool:
    """Whether every word that was typed occurs in the batch's id or status."""
    haystack = f"{batch.id} {batch.processing_status} {state_of(batch).word}".casefold()
    return all(word in haystack for word in words.casefold().split())


def _state_rank(batch: MessageBatch) -> int:
    state = state_of(batch)
    return _STATE_ORDER.index(state) if state in _STATE_ORDER else len(_STATE_ORDER)


def _seconds_left(batch: MessageBatch, now: datetime) -> float:
    if results_are_gone(batch, now):
        return _FAR_AWAY
    until = batch.expires_at if batch.is_active else batch.results_available_until
    return (until - now).total_seconds()


SORT_KEYS: Mapping[str, Callable[[MessageBatch, datetime], float | str]] = {
    "status": lambda batch, _now: _state_rank(batch),
    "id": lambda batch, _now: batch.id,
    "created": lambda batch, _now: batch.created_at.timestamp(),
    "elapsed": lambda batch, now: batch.duration(now).total_seconds(),
    "requests": lambda batch, _now: batch.request_counts.total,
    "outcome": lambda batch, _now: batch.request_counts.succeeded,
    "used": used_share,
    "left": _seconds_left,
    "failures": lambda batch, _now: batch.request_counts.failed,
}
ASCENDING_FIRST = frozenset({"status", "id", "left"})


class BatchRows:
    """A view on a snapshot: filtered, sorted, and drawn a cell at a time; `now` is the server's time."""

    def __init__(self, columns: Sequence[Column], now: Callable[[], datetime]) -> None:
        self.snapshot = Snapshot()
        self.sorting = Sorting("created")
        self.chosen = "all"
        self.words = ""
        self._columns = tuple(columns)
        self._now = now
        self._rows: tuple[MessageBatch, ...] = ()
        self._places: dict[str, int] = {}
        self._painted: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, position: int) -> str:
        """Return the id of the batch in this row."""
        return self._rows[position].id

    def position(self, key: str) -> int | None:
        """Return the row of this batch, or None when it is filtered out or gone."""
        return self._places.get(key)

    def cells(self, position: int) -> list[Content]:
        """Return what a row says, one part for each column."""
        batch, now = self._rows[position], self._now()
        self._painted[batch.id] = ticking_words(batch, now)
        return [draw_cell(column, batch, now) for column in self._columns]

    def batch(self, key: str | None) -> MessageBatch | None:
        """Return a loaded batch, filtered out or not."""
        return self.snapshot.get(key) if key is not None else None

    def apply(self, snapshot: Snapshot) -> RowsChange:
        """Take a new snapshot and say what it changed."""
        before, self.snapshot = self.snapshot, snapshot
        known = {batch.id for batch in before.batches}
        loaded = {batch.id for batch in snapshot.batches}
        changed = {batch.id for batch in snapshot.batches if batch.id in known and before.get(batch.id) != batch}
        return RowsChange(frozenset(changed), frozenset(known - loaded), self.arrange())

    def arrange(self) -> bool:
        """Filter and sort again; return whether any row came, went or moved."""
        now = self._now()
        test = TESTS[self.chosen]
        kept = (batch for batch in self.snapshot.batches if test(batch, now) and is_matching(batch, self.words))
        sort_key = SORT_KEYS[self.sorting.column]
        rows = tuple(sorted(kept, key=lambda batch: sort_key(batch, now), reverse=self.sorting.is_descending))
        order = [batch.id for batch in rows]
        is_rearranged = order != [batch.id for batch in self._rows]
        self._rows = rows
        self._places = {batch_id: place for place, batch_id in enumerate(order)}
        return is_rearranged

    def sort_by(self, column: str) -> None:
        """Sort by a column in its own natural direction; by the same one again the other way round."""
        if column == self.sorting.column:
            self.sorting = Sorting(column, not self.sorting.is_descending)
        else:
            self.sorting = Sorting(column, column not in ASCENDING_FIRST)

    def counts(self) -> dict[str, int]:
        """Return how many loaded batches each filter holds."""
        now = self._now()
        return {name: sum(test(batch, now) for batch in self.snapshot.batches) for name, test in TESTS.items()}

    def ticked(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Return, by column, which of these rows were painted with words that time has changed since."""
        now = self._now()
        ticked: dict[str, set[str]] = {}
        for key in keys:
            batch, painted = self.snapshot.get(key), self._painted.get(key)
            if batch is None or painted is None:
                continue
            for column, words in ticking_words(batch, now).items():
                if painted[column] != words:
                    ticked.setdefault(column, set()).add(key)
        return ticked


def ticking_words(batch: MessageBatch, now: datetime) -> dict[str, str]:
    """Return, by column, everything in a row that time alone changes."""
    return {
        "left": countdown(batch, now)[0],
        "elapsed": format_elapsed(batch, now),
        "used": f"{used_percent(batch, now)}%",
        "created": format_created(batch, now),
    }


def draw_cell(column: Column, batch: MessageBatch, now: datetime) -> Content:
    """Return one cell."""
    return _PAINTERS[column.key](batch, now, column.width)


def _draw_status(batch: MessageBatch) -> Content:
    state = state_of(batch)
    return Content.styled(f"{state.glyph} {state.word}", state.style)


def _draw_failures(batch: MessageBatch) -> Content:
    return Content.styled(format_failures(batch), "bold $text-error" if batch.has_failures else "$foreground-muted")


_PAINTERS: Mapping[str, Callable[[MessageBatch, datetime, int], Content]] = {
    "status": lambda batch, _now, _width: _draw_status(batch),
    "id": lambda batch, _now, _width: Content(safe_line(batch.id)),
    "created": lambda batch, now, _width: Content.styled(format_created(batch, now), "$foreground-muted"),
    "elapsed": lambda batch, now, _width: Content(format_elapsed(batch, now)),
    "requests": lambda batch, _now, _width: Content(format_count(batch.request_counts.total)),
    "outcome": lambda batch, _now, width: draw_outcome(batch, width),
    "used": draw_gauge,
    "left": lambda batch, now, _width: Content.styled(*countdown(batch, now)),
    "failures": lambda batch, _now, _width: _draw_failures(batch),
}
