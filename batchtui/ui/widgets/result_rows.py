"""The rows of a results table: a filter and an order over the store, read by offset when they are drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from batchtui.formatting import format_count
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.result_words import CUT_SHORT, outcome_of
from batchtui.ui.widgets.row_table import Cell, Column
from batchtui.workspace import ResultRow, ResultsStore

RESULT_COLUMNS = (
    Column("custom_id", "custom_id", 20),
    Column("type", "result", 11),
    Column("cause", "cause or stop", 21, min_screen_width=64),
    Column("input_tokens", "in", 7, align="right", min_screen_width=100),
    Column("output_tokens", "out", 7, align="right", min_screen_width=76),
    Column("cached_tokens", "cached", 7, align="right", min_screen_width=100),
    Column("preview", "text", 0, is_sortable=False, min_screen_width=56),
)


class ResultRows:
    """What `RowTable` shows of a store. Keys are row numbers as text: unlike a `custom_id` they are never doubled."""

    def __init__(self, store: ResultsStore) -> None:
        self._store = store
        self.result_type: str | None = None
        self._order: Sequence[int] | None = None

    @property
    def rows(self) -> Sequence[int]:
        """The row numbers in the order of display."""
        return self._store.index.rows(self.result_type) if self._order is None else self._order

    def show(self, result_type: str | None, order: Sequence[int] | None = None) -> None:
        """Show one type of result, or all, in the order given or that of arrival."""
        self.result_type = result_type
        self._order = order

    def row(self, key: str) -> int:
        """Return the row number that a key stands for."""
        return int(key)

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, position: int) -> str:
        """Return the stable name of the row at this place."""
        return str(self.rows[position])

    def position(self, key: str) -> int | None:
        """Return where a row is shown, or None when the filter hides it."""
        row, rows = int(key), self.rows
        if self._order is not None:
            try:
                return rows.index(row)
            except ValueError:
                return None
        place = bisect_left(rows, row)
        return place if place < len(rows) and rows[place] == row else None

    def cells(self, position: int) -> Sequence[Cell]:
        """Return the cells of one row, read from the spool."""
        return result_cells(self._store.summary(self.rows[position]))


def result_cells(row: ResultRow) -> Sequence[Cell]:
    """Return a result as the cells of `RESULT_COLUMNS`."""
    outcome = outcome_of(row.type)
    cause_style = outcome.style if row.type != "succeeded" else ("$text-warning" if row.cause in CUT_SHORT else "")
    has_tokens = row.type == "succeeded"
    return (
        ((safe_line(row.custom_id), ""),),
        ((f"{outcome.glyph} {outcome.word}", outcome.style),),
        ((safe_line(row.cause), cause_style),),
        ((format_count(row.input_tokens) if has_tokens else "", ""),),
        ((format_count(row.output_tokens) if has_tokens else "", ""),),
        ((format_count(row.cached_tokens) if row.cached_tokens else "", ""),),
        ((safe_line(row.preview), ""),),
    )
