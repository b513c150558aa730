"""What draws each of its lines itself, from edge to edge, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

_STEPS = 8
"""In how many steps a thumb moves over a line."""


class LineView(ScrollView, inherit_bindings=False):
    """A view without border and padding, in which a line more or less costs nothing.

    Textual puts the styles of a box round each line that it draws, and lays out the whole screen when the number of
    lines changes: more than half of what a key press took.
    """

    _ground: Style | None = None

    @property
    def ground(self) -> Style:
        """The view's own style; made once for all lines that are drawn together."""
        return self._ground or self.rich_style

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a part of the view."""
        width, filters, background = self.region.width, self.get_line_filters(), self.background_colors[1]
        self._ground = self.rich_style
        strips = [_filtered(self.whole_line(y, width), filters, background) for y in crop.line_range]
        self._ground = None
        start, end = crop.column_span
        return strips if (start, end) == (0, width) else [strip.crop(start, end) for strip in strips]

    def whole_line(self, y: int, width: int) -> Strip:
        """Draw one line over the whole width, which the scrollbar may cover a part of."""
        return self.render_line(y).adjust_cell_length(width, self.ground)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll; the scrollbar is drawn anew only where its thumb is seen to move."""
        bar = self.vertical_scrollbar
        before = _thumb_of(bar)
        bar.set_reactive(ScrollBar.position, bar.validate_position(new_value))
        if _thumb_of(bar) != before:
            bar.refresh()
        super().watch_scroll_y(old_value, new_value)

    def take_line_count(self, count: int) -> None:
        """Adapt to so many lines, without a layout of the screen."""
        size = Size(0, count)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)


def _thumb_of(bar: ScrollBar) -> tuple[int, int] | None:
    """Return where a scrollbar's thumb begins, in eighths of a line, and how long it is in lines; None without one."""
    height, window, lines = bar.size.height, bar.window_size, bar.window_virtual_size
    if not height or window >= lines:
        return None
    length = max(1, window * height / lines)
    return int((height - length) * bar.position / (lines - window) * _STEPS), round(length)


def _filtered(strip: Strip, filters: Sequence[LineFilter], background: Color) -> Strip:
    for each in filters:
        strip = strip.apply_filter(each, background)  # which the strip remembers
    return strip
