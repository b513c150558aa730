"""Results in a filter and an order, with the cursor on the same one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import on, work

from batchtui.background import in_background
from batchtui.ui.commands import Command
from batchtui.ui.screens.base import BaseScreen
from batchtui.ui.screens.results_commands import GOING_BACK
from batchtui.ui.widgets.filter_tabs import FilterTabs
from batchtui.ui.widgets.result_order import SORTED_COLUMNS, natural_order, next_order, sort_rows
from batchtui.ui.widgets.result_rows import ResultRows
from batchtui.ui.widgets.row_table import RowTable, Sorting

_SORT_AGAIN_SECONDS = 1.0


class ArrangedResults(BaseScreen):
    """Filters and orders the rows of its one table, also while more of them come."""

    COMMANDS: ClassVar[tuple[Command, ...]] = GOING_BACK

    _rows: ResultRows

    def __init__(self) -> None:
        super().__init__()
        self._wanted: tuple[str, str] | None = None
        self._sort_due = 0.0
        self._sorting: Sorting | None = None

    @property
    def _table(self) -> RowTable:
        return self.query_one(RowTable)

    @property
    def _cursor_row(self) -> int | None:
        key = self._table.cursor_key
        return None if key is None else self._rows.row(key)

    def _show_notice(self) -> None:
        """Say why there is no row, where there is none."""

    # Filters

    @on(FilterTabs.Chosen)
    def _filter_by_click(self, event: FilterTabs.Chosen) -> None:
        self._filter_by(event.value)

    def action_filter(self, number: int) -> None:
        """Show what a number key stands for."""
        value = self.query_one(FilterTabs).value_at(number)
        if value is not None:
            self._filter_by(value)

    def _filter_by(self, value: str) -> None:
        self.query_one(FilterTabs).chosen = value
        self._reshow(lambda: self._rows.filter_by(value))

    def _reshow(self, change: Callable[[], None]) -> None:
        """Show other rows, with the cursor on the same result or the one that would follow it."""
        key = self._table.cursor_key
        if self._wanted is not None and self._wanted[0] == key:
            key = self._wanted[1]  # the row that an earlier filter hid, unless the cursor was moved since
        change()
        self._table.source_changed()
        if key is not None and len(self._rows):
            self._table.move_cursor(position=self._rows.nearest(key))
            is_shown = self._table.cursor_key == key
            self._wanted = None if is_shown else (self._table.cursor_key or "", key)
        elif key is not None:
            self._wanted = ("", key)
        self._show_notice()

    # Order

    @on(RowTable.SortRequested)
    def _sort_by_click(self, event: RowTable.SortRequested) -> None:
        sorting = self._sorting
        is_again = sorting is not None and sorting.column == event.column
        self._sort(_reverse(sorting) if sorting and is_again else natural_order(event.column))

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._sort(next_order(self._sorting))

    def action_reverse(self) -> None:
        """Turn the order round."""
        sorting = self._sorting or Sorting(SORTED_COLUMNS[0], is_descending=False)
        self._sort(_reverse(sorting))

    def _sort(self, sorting: Sorting | None) -> None:
        """Bring the rows into an order, soon; what is asked next counts from it, also before it is there."""
        self._sorting = sorting
        self._sort_rows(sorting)

    @work(group="sort", exclusive=True, exit_on_error=False)
    async def _sort_rows(self, sorting: Sorting | None) -> None:
        rows = self._rows
        order = None if sorting is None else await in_background(sort_rows, rows.store, sorting)
        if rows is not self._rows:
            return
        rows.sort_by(order)
        self._table.sorting = sorting
        self._table.source_changed()

    def _sort_newcomers(self, *, is_last: bool) -> None:
        """Sort rows in that came at the end: now and then while they come, and once more when all are here."""
        now = time.monotonic()
        if self._sorting is not None and (is_last or now >= self._sort_due):
            self._sort_due = now + _SORT_AGAIN_SECONDS
            self._sort(self._sorting)


def _reverse(sorting: Sorting) -> Sorting:
    return Sorting(sorting.column, not sorting.is_descending)
