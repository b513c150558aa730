"""The lines of a table as they are painted: a heading, rows of a source, a cursor and marks, each drawn once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple, Self

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style

from batchtui.ui import glyphs
from batchtui.ui.widgets.line_view import LineView
from batchtui.ui.widgets.row_layout import (
    Cell,
    Column,
    Place,
    Sorting,
    fit,
    iter_pieces,
    label_of,
    lay_out,
    overhang,
)
from batchtui.ui.widgets.row_source import NoRows, RowSource


class Drawn(NamedTuple):
    """A row as it was drawn; `state` is its width, and whether it has the cursor and a mark."""

    state: tuple[int, bool, bool]
    strip: Strip


class RowCanvas(LineView, inherit_bindings=False):
    """Paints what is in view, and keeps drawn rows by key until they look otherwise.

    It keeps nothing for each row but the keys of marked ones: the rest is asked of the source when a line is drawn.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--heading",
        "row-table--cursor",
        "row-table--marked",
        "row-table--mark",
        "row-table--sign",
    }

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.columns = tuple(columns)
        self._source: RowSource = NoRows()
        self._marks: set[str] = set()
        self._sorting: Sorting | None = None
        self._laid_out: tuple[Place, ...] = ()
        self._laid_out_width = -1
        self._cursor_position = 0
        self._cursor_key: str | None = None
        self._shift = 0
        self._painted: dict[int, str | None] = {}
        self._drawn: dict[str, Drawn] = {}
        self._drawn_before: dict[str, Drawn] = {}
        self._looks: dict[tuple[str, ...], Style] = {}

    # What is drawn already

    def notify_style_update(self) -> None:
        """Forget the styles of the theme before."""
        self._looks.clear()
        self._drawn.clear()
        super().notify_style_update()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw these lines anew, or all of them."""
        if not regions:
            self._drawn.clear()
        for line in {line for region in regions for line in region.line_range}:
            self._drawn.pop(self._key_at(line) or "", None)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Keep what is drawn: the rows are the same, on other lines."""
        drawn, self._drawn = self._drawn, {}
        super().watch_scroll_y(old_value, new_value)
        self._drawn = drawn

    def _forget(self, keys: Iterable[str]) -> set[str]:
        """Have rows drawn anew, also behind another screen, where what is in view is not drawn."""
        keys = set(keys)
        for key in keys:
            self._drawn.pop(key, None)
        return keys

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines; a row that was in view before is not drawn again, also when it stands on another line now.

        For a single line, as Textual asks for where the mouse is, all others are kept.
        """
        self._drawn_before = self._drawn
        self._drawn = {} if crop.height == self.region.height else dict(self._drawn)
        return super().render_lines(crop)

    def whole_line(self, y: int, width: int) -> Strip:
        """Draw the heading or one row, unless it is drawn already."""
        key = self._painted[y] = self._key_at(y)
        if key is None:
            return super().whole_line(y, width)
        state = (width, key == self._cursor_key, key in self._marks)
        drawn = self._drawn_before.get(key)
        if drawn is None or drawn.state != state:
            drawn = Drawn(state, super().whole_line(y, width))
        self._drawn[key] = drawn
        return drawn.strip

    def _key_at(self, line: int) -> str | None:
        """Return which row stands on a line; None for the heading and below the last row."""
        position = self.scroll_offset.y + line - 1
        return self._source.key(position) if line > 0 and position < len(self._source) else None

    def render_line(self, y: int) -> Strip:
        """Draw the heading or one row."""
        width = self.size.width
        if y == 0:
            return self._draw(self._draw_heading(), width, self._style("row-table--heading"))
        position = self.scroll_offset.y + y - 1
        if position >= len(self._source):
            return Strip.blank(width, self.ground)
        key = self._source.key(position)
        return self._draw(self._draw_row(position, key), width, self._row_style(position, key))

    def _draw(self, pieces: Iterable[tuple[int, Iterable[tuple[str, Style]]]], width: int, base: Style) -> Strip:
        segments: list[Segment] = []
        at = 0
        for x, texts in pieces:
            if x > at:
                segments.append(Segment(" " * (x - at), base.rich_style))
            drawn = [Segment(text, style.rich_style) for text, style in texts]
            segments += drawn
            at = x + Segment.get_line_length(drawn)
        return Strip(segments, at).adjust_cell_length(width, base.rich_style)

    def _draw_heading(self) -> Iterator[tuple[int, Iterable[tuple[str, Style]]]]:
        style = self._style("row-table--heading")
        for column_place in self._places:
            label, place = label_of(column_place, self._sorting)
            yield place.x, fit([(label, style)], place, style)

    def _draw_row(self, position: int, key: str) -> Iterator[tuple[int, Iterable[tuple[str, Style]]]]:
        base = self._row_style(position, key)
        is_marked = key in self._marks
        sign = glyphs.CURSOR if position == self._cursor_position else " "
        mark = glyphs.MARK if is_marked else " "
        yield 0, [(sign, base + self._own_style("row-table--sign")), (mark, base + self._own_style("row-table--mark"))]
        cells = self._source.cells(position)
        for place in self._places:
            cell = cells[place.index]
            pieces = iter_pieces(cell, base, self._parse)
            yield place.x, fit(pieces, place, base, skip=self._skip(cell, place))

    def _skip(self, cell: Cell, place: Place) -> int:
        """Return how far a text is shifted: what takes the rest as a column, any other until its end is in view."""
        if not self._shift or place.column.width == 0:
            return self._shift
        return min(self._shift, overhang(cell, place))

    def _row_style(self, position: int, key: str) -> Style:
        names = ["row-table--marked"] if key in self._marks else []
        if position == self._cursor_position:
            names.append("row-table--cursor")
        return self._style(*names)

    def _style(self, *names: str) -> Style:
        if names not in self._looks:
            is_reverse = any(self.get_component_styles(name).text_style.reverse for name in names)  # Textual drops it
            self._looks[names] = self.get_visual_style(*names) + Style(reverse=is_reverse or None)
        return self._looks[names]

    def _own_style(self, name: str) -> Style:
        if (name, "") not in self._looks:
            self._looks[name, ""] = self.get_visual_style(name, partial=True)
        return self._looks[name, ""]

    def _parse(self, style: str | Style) -> Style:
        return self.app.stylesheet.parse_style(style)

    # Places

    @property
    def _places(self) -> tuple[Place, ...]:
        width = self.scrollable_content_region.width
        if self._laid_out_width != width:
            self._laid_out_width = width
            self._laid_out = lay_out(self.columns, width)
        return self._laid_out

    def _line(self, position: int) -> int:
        return position - self.scroll_offset.y + 1

    def _repaint(self, *lines: int) -> None:
        """Paint lines again, on which another row or the cursor may stand; rows that look the same stay drawn."""
        width, height = self.size
        regions = [Region(0, line, width, 1) for line in lines if 0 <= line < height]
        if regions:
            super().refresh(*regions)
