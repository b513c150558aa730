"""A table of any number of rows that draws only those in view.

It keeps nothing for each row: what rows there are, in which order and what their cells say is asked of a `RowSource`
when a line is drawn. The cursor and the marks are kept by key, so they survive every change of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from batchtui.ui.commands import MOVING, bindings
from batchtui.ui.widgets.row_layout import Cell, Column, Sorting, column_at, overhang
from batchtui.ui.widgets.row_source import RowSource
from batchtui.ui.widgets.row_view import RowView

__all__ = ["Cell", "Column", "RowSource", "RowTable", "Sorting"]

_NEAR_END = 10
_SHIFT = 8


class RowTable(RowView, can_focus=True, inherit_bindings=False):
    """Shows rows under a heading line; the cursor is a sign as well as a colour.

    After the rows came, went or moved, call `source_changed`; when only what rows say changed, `refresh_rows` or, to
    send fewer bytes to the terminal, `refresh_cells`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "Open", id="open"),
        Binding("space", "toggle_mark", "Mark", id="mark"),
        *bindings(MOVING),
    ]

    @dataclass
    class _TableMessage(Message):
        table: RowTable

        @property
        def control(self) -> RowTable:
            """The table, for selectors of `@on`."""
            return self.table

    @dataclass
    class CursorMoved(_TableMessage):
        """The cursor stands on another row; without rows, `key` is None."""

        key: str | None
        position: int

    @dataclass
    class RowOpened(_TableMessage):
        """Enter, or a second click on the same row."""

        key: str

    @dataclass
    class NearEnd(_TableMessage):
        """The cursor, or the view, came close to the last row; posted again at each further step."""

    @dataclass
    class MarksChanged(_TableMessage):
        """The person marked or unmarked rows."""

    @dataclass
    class SortRequested(_TableMessage):
        """A sortable column's heading was clicked."""

        column: str

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(columns, id=id)
        self._clicked_key: str | None = None

    def move_cursor(self, *, key: str | None = None, position: int | None = None) -> None:
        """Put the cursor on a row and scroll as far as needed to show it; an unknown key changes nothing."""
        super().move_cursor(key=key, position=position)
        self._tell_near_end(self._cursor_position)

    def _cursor_moved(self) -> None:
        self.post_message(self.CursorMoved(self, self._cursor_key, self._cursor_position))

    # Keys

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._clicked_key = None
        self.move_cursor(position=self._cursor_position + rows)

    def action_move_first(self) -> None:
        """Move to the first row."""
        self.move_cursor(position=0)

    def action_move_last(self) -> None:
        """Move to the last row."""
        self.move_cursor(position=len(self._source) - 1)

    def action_page(self, pages: int) -> None:
        """Move by what fits on a page, keeping one line in common."""
        self.action_move(pages * max(self.page_rows - 1, 1))

    def action_shift(self, steps: int) -> None:
        """Scroll the texts that are too long for their columns."""
        top = self.scroll_offset.y
        rows = map(self._source.cells, range(top, min(top + self.page_rows, len(self._source))))
        most = max((overhang(cells[place.index], place) for cells in rows for place in self._places), default=0)
        self._shift = min(max(self._shift + steps * _SHIFT, 0), most)
        self.refresh()  # also where nothing moves: a source may take what it was asked for as drawn

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away."""
        if self._cursor_key is not None:
            self.marks = self._marks ^ {self._cursor_key}
            self.post_message(self.MarksChanged(self))

    def action_open_row(self) -> None:
        """Open the row under the cursor."""
        if self._cursor_key is not None:
            self.post_message(self.RowOpened(self, self._cursor_key))

    # Textual's events

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002  # the size is read where it is used
        """Keep the cursor in view."""
        self._resize_rows()
        self._show_cursor()

    def on_click(self, event: events.Click) -> None:
        """Select the row, open it when it was clicked before, or ask for an order by the heading."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y == 0:
            column = column_at(self._places, offset.x)
            if column is not None and column.is_sortable:
                self.post_message(self.SortRequested(self, column.key))
            return
        position = self.scroll_offset.y + offset.y - 1
        if position < len(self._source):
            self._click_row(position)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember which row is the first in view."""
        super().watch_scroll_y(old_value, new_value)
        self._note_top()
        if new_value > old_value:
            self._tell_near_end(round(new_value) + self.page_rows)

    def _tell_near_end(self, position: int) -> None:
        if len(self._source) and position >= len(self._source) - _NEAR_END:
            self.post_message(self.NearEnd(self))

    def _click_row(self, position: int) -> None:
        key = self._source.key(position)
        is_second = self._clicked_key == key == self._cursor_key
        self.move_cursor(position=position)
        self._clicked_key = None if is_second else key
        if is_second:
            self.action_open_row()
