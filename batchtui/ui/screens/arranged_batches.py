"""A table of batches that is filtered by number and by words, and put in order."""

from __future__ import annotations

from typing import ClassVar, Generic, Protocol, TypeVar

from textual import on

from batchtui.ui.commands import Command
from batchtui.ui.screens.base import LEAVING, BaseScreen
from batchtui.ui.widgets.filter_tabs import FilterTabs
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.row_table import RowTable, Sorting

_ALL = "all"


class ArrangedRows(Protocol):
    """Rows that know how they are filtered and ordered."""

    sorting: Sorting
    chosen: str
    words: str

    def arrange(self) -> bool:
        """Filter and sort again; return whether any row came, went or moved."""

    def sort_by(self, column: str) -> None:
        """Sort by a column; by the same one again the other way round."""


Rows = TypeVar("Rows", bound=ArrangedRows)


class ArrangedBatches(BaseScreen, Generic[Rows]):
    """Filters and order of a screen that has a `RowTable`, `FilterTabs` and a `FindLine`."""

    COMMANDS: ClassVar[tuple[Command, ...]] = LEAVING
    shows_kept_words: ClassVar[bool] = False
    """Whether the field stays in view while its words filter, because nothing else tells them."""

    rows: Rows

    @property
    def _table(self) -> RowTable:
        return self.query_one(RowTable)

    @property
    def _find(self) -> FindLine:
        return self.query_one(FindLine)

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
        self.rows.chosen = value
        self._rearrange()

    def action_find(self) -> None:
        """Ask for words."""
        self._find.open()

    @on(FindLine.Changed)
    def _filter_as_typed(self, event: FindLine.Changed) -> None:
        self.rows.words = event.value
        self._rearrange()

    @on(FindLine.Submitted)
    def _close_find(self) -> None:
        if not (self.shows_kept_words and self.rows.words):
            self._find.close()
        self._table.focus()

    async def action_back(self) -> None:
        """Take back what narrows the rows; then go back."""
        if not self._take_back():
            await super().action_back()

    def _take_back(self) -> bool:
        """Clear the words, then the number's filter; return whether there was any."""
        if self._find.is_open or self.rows.words:
            self._find.value = self.rows.words = ""
            self._close_find()
            self._rearrange()
            return True
        if self.rows.chosen == _ALL:
            return False
        self._filter_by(_ALL)
        return True

    @on(RowTable.SortRequested)
    def _sort_by_click(self, event: RowTable.SortRequested) -> None:
        self._sort_by(event.column)

    def action_sort(self) -> None:
        """Sort by the next column that is shown."""
        shown = self._table.visible_columns
        before = self.rows.sorting.column
        place = shown.index(before) + 1 if before in shown else 0
        self._sort_by(shown[place % len(shown)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._sort_by(self.rows.sorting.column)

    def _sort_by(self, column: str) -> None:
        self.rows.sort_by(column)
        self._table.sorting = self.rows.sorting
        self._rearrange()

    def _rearrange(self) -> None:
        if self.rows.arrange():
            self._table.source_changed()
