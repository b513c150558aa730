"""The rows of a results table: a filter and an order over the store, read by offset when they are drawn."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from batchtui.errors import SpoolError
from batchtui.formatting import format_bytes, format_count
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.filter_tabs import Filter
from batchtui.ui.widgets.result_narrowing import Narrowing, common_rows, count_types, rows_of_type
from batchtui.ui.widgets.result_places import mark_places, words_around
from batchtui.ui.widgets.result_words import CUT_SHORT, outcome_of
from batchtui.ui.widgets.row_table import Cell, Column
from batchtui.workspace import ResultRow, ResultsStore, SearchQuery

RESULT_COLUMNS = (
    Column("custom_id", "custom_id", 20),
    Column("type", "result", 12),
    Column("cause", "cause or stop", 21, min_screen_width=64),
    Column("input_tokens", "in", 7, align="right", min_screen_width=100),
    Column("output_tokens", "out", 7, align="right", min_screen_width=90),
    Column("cached_tokens", "cached", 7, align="right", min_screen_width=100),
    Column("preview", "text", 0, is_sortable=False, min_screen_width=56),
)
RESULT_FILTERS = (
    Filter("all", "all"),
    Filter("succeeded", "succeeded", "ok", "$text-success"),
    Filter("errored", "errored", "err", "$text-error"),
    Filter("canceled", "canceled", "canc", "$text-warning"),
    Filter("expired", "expired", "exp", "$text-warning"),
)
ALL = "all"
LARGEST_PREVIEW = 4_000_000
"""Bytes of a line that are read for one row of the table; the first words of a longer one are not shown."""


class ResultRows:
    """What `RowTable` shows of a store. Keys are row numbers as text: unlike a `custom_id` they are never doubled.

    Rows that arrive are shown after `take`: a table that asks twice while it draws gets one answer. Under an order they
    stand at the end until the whole is sorted again.
    """

    def __init__(self, store: ResultsStore) -> None:
        self.store = store
        self.chosen = ALL
        self.narrowings: tuple[Narrowing, ...] = ()
        self.query: SearchQuery | None = None
        self.version = 0
        self._order: array[int] | None = None
        self._rows: Sequence[int] = ()
        self._length = 0
        self._taken = 0
        self._arrived_taken = 0
        self._is_late = False

    def __len__(self) -> int:
        return self._length

    def key(self, position: int) -> str:
        """Return the stable name of the row at this place."""
        return str(self._rows[position])

    def row(self, key: str) -> int:
        """Return the row number that a key stands for."""
        return int(key)

    def position(self, key: str) -> int | None:
        """Return where a row is shown, or None when the filter hides it."""
        if self._order is not None:
            return self._find_sorted(int(key))
        place = self._place(int(key))
        return place if place < self._length and self._rows[place] == int(key) else None

    def nearest(self, key: str) -> int:
        """Return the place of a row or, where it is hidden, of the one that would follow it."""
        found = self.position(key)
        if found is not None or self._order is not None:
            return found or 0
        return min(self._place(int(key)), max(self._length - 1, 0))

    def cells(self, position: int) -> Sequence[Cell]:
        """Return the cells of one row, read from the spool."""
        row = summarize(self.store, self._rows[position])
        query = self.query
        if query is not None and not query.spans(safe_line(row.preview)):
            words = words_around(self.store, row.row, query)
            row = replace(row, preview=words) if words else row
        return result_cells(row, query)

    def custom_id(self, key: str) -> str:
        """Return a row's `custom_id`, as the server wrote it."""
        return self.store.index.custom_id(self.row(key))

    def translate(self, keys: Iterable[str], later: ResultRows) -> dict[str, str]:
        """Return the keys that the same results have in another download, where they are in it, by those here.

        They are found by `custom_id`.
        """
        after = later.store.index
        names = {key: self.custom_id(key) for key in keys}
        moved = {key for key, name in names.items() if int(key) >= len(after) or after.custom_id(int(key)) != name}
        found = after.rows_of({names[key] for key in moved}) if moved else {}
        there = {key: str(found[names[key]]) for key in moved if names[key] in found}
        return {key: key for key in names if key not in moved} | there

    def shown_rows(self) -> Sequence[int]:
        """Return the numbers of all rows that are shown, as they are now."""
        return self._rows[: self._length]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each type, within what the rows are narrowed to; `all` is their sum."""
        index = self.store.index
        counts = count_types(index, common_rows(self.narrowings)) if self.narrowings else index.counts()
        return {**counts, ALL: sum(counts.values())}

    @property
    def is_sorted_through(self) -> bool:
        """Whether no row has come since the rows were sorted."""
        return self._order is None or (len(self._order) == len(self.store.index) and not self._is_late)

    def take(self) -> bool:
        """Show what has come; return whether anything did."""
        before, self._taken = (self._taken, self._length), len(self.store.index)
        arrived = self._arrived()
        if self._order is None:
            self._rows = arrived
        elif len(arrived) > self._arrived_taken:
            self._rows = array("I", self._rows) + array("I", arrived[self._arrived_taken :])
            self._is_late = True
        self._arrived_taken = len(arrived)
        self._length = len(self._rows)
        return (self._taken, self._length) != before

    def filter_by(self, chosen: str) -> None:
        """Show the rows of one type, or `all`."""
        self.chosen = chosen
        self._show()

    def narrow_to(self, *narrowings: Narrowing) -> None:
        """Show only rows that are in all of these; none of them shows all again."""
        self.narrowings = narrowings
        self._show()

    def show_places_of(self, query: SearchQuery | None) -> None:
        """Show where a query stands in each row."""
        self.query = query

    def sort_by(self, order: array[int] | None) -> None:
        """Show the rows in an order made by `sort_rows`; None is that of arrival."""
        self._order = order
        self._show()

    @property
    def names(self) -> tuple[str, ...]:
        """What the shown rows have in common, a word each: a type, a cause, a search."""
        return (*self.chosen_types, *(each.name for each in self.narrowings))

    @property
    def chosen_types(self) -> tuple[str, ...]:
        """The type that the filter leaves; nothing where it leaves all."""
        return () if self.chosen == ALL else (self.chosen,)

    @property
    def is_everything(self) -> bool:
        """Whether no row is hidden."""
        return self.chosen == ALL and not self.narrowings

    @property
    def is_as_arrived(self) -> bool:
        """Whether all rows are shown, in the order of their arrival: a row's place is then its number."""
        return self._order is None and self.is_everything

    def _show(self) -> None:
        self.version += 1
        if self._order is not None:
            self._rows = self._order if self.is_everything else self._pick(self._order)
            self._taken, self._arrived_taken = len(self._order), len(self._rows)
            self._length = len(self._rows)
            self._is_late = False
        self.take()

    def _pick(self, order: array[int]) -> array[int]:
        if self.narrowings:
            order = array("I", filter(set(common_rows(self.narrowings)).__contains__, order))
        return order if self.chosen == ALL else rows_of_type(self.store.index, order, self.chosen)

    def _arrived(self) -> Sequence[int]:
        index = self.store.index
        if not self.narrowings:
            return index.rows(None if self.chosen == ALL else self.chosen)
        rows = common_rows(self.narrowings)
        return rows if self.chosen == ALL else rows_of_type(index, rows, self.chosen)

    def _place(self, row: int) -> int:
        return bisect_left(self._rows, row, hi=self._length)

    def _find_sorted(self, row: int) -> int | None:
        try:
            return self._rows.index(row)
        except ValueError:
            return None


def summarize(store: ResultsStore, row: int) -> ResultRow:
    """Return what a table shows of a row; a very long line, or one that cannot be read back, has a word instead."""
    index = store.index
    length = index.lengths[row]
    try:
        if length <= LARGEST_PREVIEW:
            return store.summary(row)
        words = f"({format_bytes(length)}, enter opens it)"
    except SpoolError as error:
        words = f"({error.title}: {error.detail})"
    return ResultRow(
        row=row,
        custom_id=index.custom_id(row),
        type=index.type_of(row),
        cause=index.cause_of(row),
        model=index.model_of(row),
        input_tokens=index.input_tokens[row],
        output_tokens=index.output_tokens[row],
        cached_tokens=index.cache_read_tokens[row],
        preview=words,
    )


def result_cells(row: ResultRow, query: SearchQuery | None = None) -> Sequence[Cell]:
    """Return a result as the cells of `RESULT_COLUMNS`, with the places that match a query marked."""
    outcome = outcome_of(row.type)
    has_tokens = row.type == "succeeded"
    cause_style = outcome.style
    if has_tokens:
        cause_style = "$text-warning" if row.cause in CUT_SHORT else "$foreground-muted"
    return (
        mark_places(safe_line(row.custom_id) or "(none)", "", query),
        ((f"{outcome.glyph} {outcome.word}", outcome.style),),
        ((safe_line(row.cause), cause_style),),
        ((format_count(row.input_tokens) if has_tokens else "", ""),),
        ((format_count(row.output_tokens) if has_tokens else "", ""),),
        ((format_count(row.cached_tokens) if row.cached_tokens else "", "$foreground-muted"),),
        mark_places(safe_line(row.preview), "", query),
    )
