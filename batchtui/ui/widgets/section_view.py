"""Titled sections of text under each other, each with a bar at its left, wrapped to the width and scrolled by line.

Only the lines in view are drawn, so a megabyte opens as fast as a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.background import in_background
from batchtui.ui.widgets.result_sections import Section
from batchtui.ui.widgets.wrapping import wrap_text
from batchtui.workspace import SearchQuery

_BARS = {"text": "│", "thinking": "┊", "tool": "║", "error": "▌", "facts": " ", "raw": " "}
_MARGIN = 2
_LONG = 200_000
"""Characters that are wrapped between two key presses: some 30 ms at the worst, for scripts of wide characters."""

_JSON_KEY = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*")(:)')


class _Line(NamedTuple):
    """One line as it is drawn; `part` is title or body."""

    kind: str
    part: str
    text: str


def lay_out(sections: Sequence[Section], width: int) -> list[_Line]:
    """Return every line of the sections, with an empty one between two of them."""
    return list(_iter_lines(sections, max(width - _MARGIN, 2)))


def _iter_lines(sections: Sequence[Section], width: int) -> Iterator[_Line]:
    for number, section in enumerate(sections):
        if number:
            yield _Line("facts", "body", "")
        if section.title:
            yield from (_Line(section.kind, "title", text) for text in wrap_text(section.title, width))
        yield from (_Line(section.kind, "body", text) for text in wrap_text(section.text, width))


class SectionView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows sections; `j k`, arrows and the paging keys scroll."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        *(f"section-view--{kind}" for kind in _BARS),
        *(f"section-view--{kind}-title" for kind in _BARS),
        "section-view--json-key",
    }
    BINDINGS = [
        Binding("j,down", "scroll_down", "Down", show=False),
        Binding("k,up", "scroll_up", "Up", show=False),
        Binding("space,pagedown", "page_down", "Page down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("g,home", "scroll_home", "Top", show=False),
        Binding("G,end", "scroll_end", "End", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._sections: Sequence[Section] = ()
        self._lines: list[_Line] = []
        self._width = 0
        self._query: SearchQuery | None = None

    def show(self, sections: Sequence[Section]) -> None:
        """Show other sections, from their top."""
        self._sections = sections
        self._lay_out()
        self.scroll_home(animate=False)

    def show_places_of(self, query: SearchQuery | None) -> None:
        """Show where a query stands in the text."""
        self._query = query
        self.refresh()

    def on_resize(self, event: Resize) -> None:  # noqa: ARG002  # the size is read where it is used
        """Wrap again, when the width changed."""
        if self._width != self._room:
            self._lay_out()

    def render_line(self, y: int) -> Strip:
        """Draw one line in view."""
        place = y + self.scroll_offset.y
        width = self.size.width
        base = self.rich_style
        if place >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[place]
        style = self._style(line)
        bar = self._component_style(f"section-view--{line.kind}-title")
        segments = [Segment(f"{_BARS[line.kind]} ", bar), *self._draw(line, style)]
        return Strip(segments).adjust_cell_length(width, base)

    def action_scroll_down(self) -> None:
        """Scroll a line."""
        self.scroll_relative(y=1, animate=False)

    def action_scroll_up(self) -> None:
        """Scroll a line back."""
        self.scroll_relative(y=-1, animate=False)

    def action_page_down(self) -> None:
        """Scroll a page."""
        self.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll a page back."""
        self.scroll_page_up(animate=False)

    def action_scroll_home(self) -> None:
        """Scroll to the first line."""
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        """Scroll to the last line."""
        self.scroll_end(animate=False)

    @property
    def _room(self) -> int:
        """Cells of a line, with a scrollbar whether there is one now or not: it comes only after the layout."""
        return max(self.content_region.width - self.styles.scrollbar_size_vertical, 0)

    def _lay_out(self) -> None:
        """Wrap: what is long, beside the event loop, with what was there before shown meanwhile."""
        self._width = self._room
        if sum(len(section.text) for section in self._sections) > _LONG:
            self.run_worker(self._lay_out_beside(self._sections, self._width), group="lay-out", exclusive=True)
            return
        self.workers.cancel_group(self, "lay-out")
        self._take(lay_out(self._sections, self._width) if self._width else [])

    async def _lay_out_beside(self, sections: Sequence[Section], width: int) -> None:
        self._take(await in_background(lay_out, sections, width))

    def _take(self, lines: list[_Line]) -> None:
        self._lines = lines
        self.virtual_size = Size(self._width, len(lines))
        self.refresh()

    def _draw(self, line: _Line, style: Style) -> list[Segment]:
        if line.kind not in {"raw", "tool"} or line.part == "title":
            return [Segment(line.text, style)]
        match = _JSON_KEY.match(line.text)
        if match is None:
            return [Segment(line.text, style)]
        key = style + self._component_style("section-view--json-key")
        return [
            Segment(match[1], style),
            Segment(match[2], key),
            Segment(line.text[match.end(2) :], style),
        ]

    def _style(self, line: _Line) -> Style:
        suffix = "-title" if line.part == "title" else ""
        return self._component_style(f"section-view--{line.kind}{suffix}")

    def _component_style(self, name: str) -> Style:
        return self.get_component_rich_style(name)
