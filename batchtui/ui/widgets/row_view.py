"""A table that keeps its cursor and its marks on their rows while rows come, go and move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.geometry import Region

from batchtui.ui.widgets.row_canvas import RowCanvas
from batchtui.ui.widgets.row_layout import Column, Sorting
from batchtui.ui.widgets.row_source import RowSource


class RowView(RowCanvas, inherit_bindings=False):
    """Rows with a cursor and marks, both kept by key."""

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(columns, id=id)
        self._top_key: str | None = None
        self._lost_key: str | None = None

    # What is shown

    @property
    def source(self) -> RowSource:
        """The rows."""
        return self._source

    @source.setter
    def source(self, source: RowSource) -> None:
        self._source = source
        self._painted.clear()
        self.source_changed()
        self.refresh()

    @property
    def sorting(self) -> Sorting | None:
        """The order that the heading shows."""
        return self._sorting

    @sorting.setter
    def sorting(self, sorting: Sorting | None) -> None:
        if sorting != self._sorting:
            self._sorting = sorting
            self._repaint(0)

    @property
    def marks(self) -> set[str]:
        """The keys of the marked rows, shown or not; assign a new set to change it."""
        return set(self._marks)

    @marks.setter
    def marks(self, keys: Iterable[str]) -> None:
        before, self._marks = self._marks, set(keys)
        self.refresh_rows(before ^ self._marks)

    @property
    def cursor_position(self) -> int:
        """The place of the row under the cursor; 0 without rows."""
        return self._cursor_position

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; None without rows."""
        return self._cursor_key

    @property
    def page_rows(self) -> int:
        """How many rows are in view."""
        return max(self.size.height - 1, 1)

    @property
    def visible_keys(self) -> list[str]:
        """The keys of the rows in view."""
        top = self.scroll_offset.y
        return [self._source.key(place) for place in range(top, min(top + self.page_rows, len(self._source)))]

    @property
    def visible_columns(self) -> list[str]:
        """The keys of the columns that this width has room for."""
        return [place.column.key for place in self._places]

    # What changed

    def _cursor_moved(self) -> None:
        """React to the cursor on another row."""

    def source_changed(self) -> None:
        """Rows came, went or moved: keep the cursor on its row, that row on its line, and repaint what differs.

        When the row under the cursor is gone the cursor stays at its place; it goes back to its row when that comes
        back, as after a filter, unless it was moved in between.
        """
        old_position, old_key, old_top = self._cursor_position, self._cursor_key, self.scroll_offset.y
        found = self._find_cursor(old_key)
        position = self._clamp(old_position if found is None else found)
        self._cursor_position = position
        self._cursor_key = self._source.key(position) if len(self._source) else None
        self._resize_rows()
        self._keep_scroll_place(old_position, old_top)
        self._refresh_moved_lines(old_position)
        if (self._cursor_key, position) != (old_key, old_position):
            self._cursor_moved()

    def _find_cursor(self, key: str | None) -> int | None:
        for wanted in (self._lost_key, key):
            found = None if wanted is None else self._source.position(wanted)
            if found is not None:
                self._lost_key = None if wanted == self._lost_key else self._lost_key
                return found
        self._lost_key = self._lost_key or key
        return None

    def refresh_rows(self, keys: Iterable[str]) -> None:
        """Repaint these rows, as far as they are in view."""
        self._repaint(*self._lines_of(self._forget(keys)))

    def refresh_cells(self, keys: Iterable[str], column: str) -> None:
        """Repaint one column of these rows, as far as it is in view."""
        place = next((place for place in self._places if place.column.key == column), None)
        lines = self._lines_of(self._forget(keys))
        regions = [Region(place.x, line, place.width, 1) for line in lines] if place is not None else []
        if regions:
            self.refresh(*regions)

    def move_cursor(self, *, key: str | None = None, position: int | None = None) -> None:
        """Put the cursor on a row and scroll as far as needed to show it; an unknown key changes nothing."""
        if key is not None:
            position = self._source.position(key)
        if position is None or not len(self._source):
            return
        self._lost_key = None
        old = self._cursor_position
        self._cursor_position = self._clamp(position)
        self._cursor_key = self._source.key(self._cursor_position)
        self._show_cursor()
        if old != self._cursor_position:
            self._repaint(self._line(old), self._line(self._cursor_position))
            self._cursor_moved()

    # Places

    def _clamp(self, position: int) -> int:
        return max(min(position, len(self._source) - 1), 0)

    def _lines_of(self, keys: set[str]) -> list[int]:
        return [line for line, key in enumerate(self.visible_keys, start=1) if key in keys] if keys else []

    def _refresh_moved_lines(self, old_position: int) -> None:
        is_moved = old_position != self._cursor_position
        cursors = {self._line(old_position), self._line(self._cursor_position)} if is_moved else set()
        lines = range(1, self.size.height)
        self._repaint(*(line for line in lines if line in cursors or self._painted.get(line, "") != self._key_at(line)))

    def _resize_rows(self) -> None:
        self.take_line_count(len(self._source) + 1)

    def _show_cursor(self) -> None:
        top, rows, position = self.scroll_offset.y, self.page_rows, self._cursor_position
        wanted = min(max(top, position - rows + 1), position)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False)

    def _keep_scroll_place(self, old_position: int, old_top: int) -> None:
        """Keep the cursor on its line; when it was out of view, the first row in view; at the top, the top."""
        was_visible = old_top <= old_position < old_top + self.page_rows
        if was_visible:
            is_still_visible = self._cursor_position < self.page_rows
            top = 0 if old_top == 0 and is_still_visible else old_top + self._cursor_position - old_position
        else:
            found = self._source.position(self._top_key) if old_top and self._top_key is not None else None
            top = old_top if found is None else found
        top = max(top, 0)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
        if was_visible:
            self._show_cursor()
        self._note_top()

    def _note_top(self) -> None:
        top = self.scroll_offset.y
        self._top_key = self._source.key(top) if top < len(self._source) else None
