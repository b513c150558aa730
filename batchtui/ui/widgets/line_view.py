"""What draws each of its lines itself, from edge to edge, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


class LineView(ScrollView, inherit_bindings=False):
    """A view without border and padding, in which a line more or less costs nothing.

    Textual puts the styles of a box round each line that it draws, and lays out the whole screen when the number of
    lines changes: more than half of what a key press took.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a part of the view."""
        width, filters, background = self.region.width, self.get_line_filters(), self.background_colors[1]
        strips = [_filtered(self.whole_line(y, width), filters, background) for y in crop.line_range]
        start, end = crop.column_span
        return strips if (start, end) == (0, width) else [strip.crop(start, end) for strip in strips]

    def whole_line(self, y: int, width: int) -> Strip:
        """Draw one line over the whole width, which the scrollbar may cover a part of."""
        return self.render_line(y).adjust_cell_length(width, self.rich_style)

    def take_line_count(self, count: int) -> None:
        """Adapt to so many lines, without a layout of the screen."""
        size = Size(0, count)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)


def _filtered(strip: Strip, filters: Sequence[LineFilter], background: Color) -> Strip:
    for each in filters:
        strip = strip.apply_filter(each, background)  # which the strip remembers
    return strip
