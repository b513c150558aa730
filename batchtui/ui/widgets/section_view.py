"""Titled sections of text under each other, each with a bar at its left, wrapped to the width and scrolled by line.

Only the lines in view are drawn, so a megabyte opens as fast as a sentence. A cursor is there where JSON can be folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.events import Click, Resize
from textual.message import Message
from textual.strip import Strip
from textual.worker import WorkType

from batchtui.background import in_background
from batchtui.ui import glyphs
from batchtui.ui.widgets.line_view import LineView
from batchtui.ui.widgets.result_sections import Section
from batchtui.ui.widgets.section_layout import JSON_KINDS, Fold, Line, all_folds, lay_out
from batchtui.workspace import SearchQuery

_BARS = {"text": "│", "thinking": "┊", "tool": "║", "error": "▌", "facts": " ", "raw": " "}
_LONG = 200_000
"""Characters that are wrapped between two key presses: some 30 ms at the worst, for scripts of wide characters."""

_JSON_KEY = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*")(:)')
_MARGIN = " "
_ABOVE = 3
"""Lines that are shown above a place that was gone to."""


class SectionView(LineView, can_focus=True, inherit_bindings=False):
    """Shows sections; `j k`, arrows and the paging keys scroll, enter folds JSON when `can_fold` says so."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        *(f"section-view--{kind}" for kind in _BARS),
        *(f"section-view--{kind}-title" for kind in _BARS),
        "section-view--json-key",
        "section-view--place",
        "section-view--cursor",
    }
    BINDINGS = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("enter", "fold", "Fold", show=False),
        Binding("space", "fold_or_page", "Fold, page down", show=False),
        Binding("pagedown,ctrl+d,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("g,home", "go_to_end(-1)", "Top", show=False),
        Binding("G,end", "go_to_end(1)", "End", show=False),
    ]

    class PlacesShown(Message):
        """The lines with a query are known, or another one of them is gone to."""

    def __init__(self, *, can_fold: bool = False, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._can_fold = can_fold
        self._sections: Sequence[Section] = ()
        self._lines: list[Line] = []
        self._width = 0
        self._folded: set[Fold] = set()
        self._cursor: int | None = None
        self._wanted_fold: Fold | None = None
        self._query: SearchQuery | None = None
        self._places: list[int] = []
        self._is_interim = False
        self._is_laid_out = False
        self._place: int | None = None
        self._wanted_place = self._wanted_from = 0
        self._wants_end = False

    # What is shown

    def show(self, sections: Sequence[Section], *, place: int = 1, is_interim: bool = False) -> None:
        """Show other sections, from their top or, while a query is shown, from its first place; -1: from its last.

        `is_interim` says that others will follow at once.
        """
        self._sections = sections
        self._wants_end &= self._is_interim
        self._is_interim = is_interim
        self._folded.clear()
        self._cursor = self._place = self._wanted_fold = None
        self._wanted_from = 0
        self._wanted_place = place if self._query is not None else 0
        self.scroll_home(animate=False)
        self._lay_out()

    def show_places_of(self, query: SearchQuery | None) -> None:
        """Show where a query stands in the text, from the first place that is in view or below."""
        if query is not self._query:
            self._query = query
            if query is not None:
                self._folded.clear()  # no place is out of sight
            self._place = None
            self._wanted_place = 1 if query is not None else 0
            self._wanted_from = self.scroll_offset.y
            self._lay_out()

    @property
    def knows_places(self) -> bool:
        """Whether it is known where the query stands in the text."""
        return self._is_laid_out and not self._is_interim

    @property
    def place_and_count(self) -> tuple[int, int]:
        """Which of the lines with places of the query was gone to, from 1, or 0 for none, and how many there are."""
        place = self._place
        return 0 if place is None or place not in self._places else self._places.index(place) + 1, len(self._places)

    def step_place(self, steps: int) -> bool:
        """Go to the next line with the query, or for -1 to the one before; return False where there is none."""
        here = self._place
        if here is None:
            here = self.scroll_offset.y - 1 if steps > 0 else self.scroll_offset.y + self.size.height
        others = [line for line in self._places if (line > here if steps > 0 else line < here)]
        if not others:
            return False
        self._go_to_place(others[0] if steps > 0 else others[-1])
        return True

    def on_resize(self, event: Resize) -> None:  # noqa: ARG002  # the size is read where it is used
        """Wrap again, when the width changed."""
        if self._width != self._room:
            self._lay_out()

    @property
    def _room(self) -> int:
        """Cells of a line, with a scrollbar whether there is one now or not: it comes only after the layout."""
        return max(self.outer_size.width - self.styles.scrollbar_size_vertical - 2 * len(_MARGIN), 0)

    def _lay_out(self) -> None:
        """Wrap: what is long, beside the event loop, with what was there before shown meanwhile."""
        self._width = self._room
        self._is_laid_out = False
        if self._width and sum(len(section.text) for section in self._sections) > _LONG:
            # Not called yet: a worker that is given up before it begins would leave a coroutine that nobody awaits.
            beside: WorkType[None] = self._lay_out_beside
            self.run_worker(beside, group="lay-out", exclusive=True)
            return
        self.workers.cancel_group(self, "lay-out")
        self._take(self._make_lines() if self._width else [])

    async def _lay_out_beside(self) -> None:
        self._take(await in_background(self._make_lines))

    def _make_lines(self) -> list[Line]:
        folded = frozenset(self._folded)
        return lay_out(self._sections, self._width, can_fold=self._can_fold, folded=folded, query=self._query)

    def _take(self, lines: list[Line]) -> None:
        self._lines = lines
        self._is_laid_out = bool(lines)
        self._places = [number for number, line in enumerate(lines) if line.spans] if self._query else []
        self.take_line_count(len(lines))
        self._place_cursor()
        if self._wanted_place and self._places:
            below = next((line for line in self._places if line >= self._wanted_from), self._places[0])
            self._go_to_place(below if self._wanted_place > 0 else self._places[-1])
        if lines:
            self._wanted_place = 0
        if self._wants_end and self.knows_places:
            self.action_go_to_end(1)
        self._tell_places()
        self.refresh()

    def _tell_places(self) -> None:
        if self._query is not None and self.knows_places:
            self.post_message(self.PlacesShown())

    def _go_to_place(self, line: int) -> None:
        self._place = line
        if self._cursor is not None:
            self._cursor = line
        top, rows = self.scroll_offset.y, max(self.size.height, 1)
        if not top <= line < top + rows:
            self.scroll_to(y=max(line - _ABOVE, 0), animate=False)
        self._tell_places()
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line in view."""
        place = y + self.scroll_offset.y
        width = self.size.width
        base = self.ground
        if place >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[place]
        is_cursor = place == self._cursor
        style, bar = self._style(line), self._component_style(f"section-view--{line.kind}-title")
        if is_cursor:
            ground = Style(bgcolor=self._component_style("section-view--cursor").bgcolor)
            base, style, bar = base + ground, style + ground, bar + ground
        sign = " " if not line.is_head else glyphs.FOLDED if line.is_folded else glyphs.UNFOLDED
        segments = [
            Segment(_MARGIN, self.ground),
            Segment((glyphs.CURSOR if is_cursor else _BARS[line.kind]) + sign, bar),
        ]
        return Strip([*segments, *self._draw(line, style)]).adjust_cell_length(width, base)

    def _draw(self, line: Line, style: Style) -> list[Segment]:
        key = _JSON_KEY.match(line.text) if line.kind in JSON_KINDS and line.part == "body" else None
        if key is None and not line.spans:
            return [Segment(line.text, style)]
        text = Text(line.text, style, end="", no_wrap=True)
        if key is not None:
            text.stylize(Style(color=self._component_style("section-view--json-key").color), *key.span(2))
        for start, end in line.spans:
            text.stylize(self._component_style("section-view--place"), start, end)
        return list(text.render(self.app.console))

    def _style(self, line: Line) -> Style:
        suffix = "-title" if line.part == "title" else ""
        return self._component_style(f"section-view--{line.kind}{suffix}")

    def _component_style(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    # Keys

    def action_move(self, lines: int) -> None:
        """Move the cursor where there is one, otherwise scroll."""
        if self._cursor is None:
            self.scroll_relative(y=lines, animate=False)
        else:
            self._move_cursor(self._cursor + lines)

    def action_page(self, pages: int) -> None:
        """Move a page."""
        rows = max(self.size.height - 1, 1)
        self.scroll_relative(y=pages * rows, animate=False)
        if self._cursor is not None:
            self._move_cursor(self._cursor + pages * rows)

    def action_go_to_end(self, way: int) -> None:
        """Go to the first line, or the last."""
        self._wants_end = way > 0 and not self.knows_places  # of what is still being read or wrapped
        if way < 0:
            self.scroll_home(animate=False)
        else:
            self.scroll_end(animate=False)
        if self._cursor is not None:
            self._move_cursor(0 if way < 0 else len(self._lines) - 1)

    def action_fold_or_page(self) -> None:
        """Fold where there is something to fold, otherwise go a page further."""
        if self._cursor is None:
            self.action_page(1)
        else:
            self.action_fold()

    def action_fold(self) -> None:
        """Fold the object or array that begins here, or that this line is in; or open it again."""
        fold = self._lines[self._cursor].fold if self._cursor is not None else None
        if fold is not None:
            self._folded ^= {fold}
            self._wanted_fold = fold
            self._lay_out()

    def action_fold_all(self) -> None:
        """Fold everything but the outermost, or open everything again."""
        self._folded = set() if self._folded else set(all_folds(self._sections))
        self._lay_out()

    def on_click(self, event: Click) -> None:
        """Put the cursor on a line; fold it when it begins a fold."""
        place = event.y + self.scroll_offset.y
        if self._cursor is not None and place < len(self._lines):
            self._move_cursor(place)
            if self._lines[place].is_head:
                self.action_fold()

    def _move_cursor(self, line: int) -> None:
        self._cursor = max(min(line, len(self._lines) - 1), 0)
        self._place = self._cursor
        top, rows = self.scroll_offset.y, max(self.size.height, 1)
        wanted = min(max(top, self._cursor - rows + 1), self._cursor)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False)
        self.refresh()

    def _place_cursor(self) -> None:
        """Give the view a cursor when it has something to fold, and keep it on the fold that was just changed."""
        heads = [number for number, line in enumerate(self._lines) if line.is_head]
        if not heads:
            self._cursor = None
            return
        wanted, self._wanted_fold = self._wanted_fold, None
        found = next((number for number in heads if self._lines[number].fold == wanted), None)
        line = found if found is not None else (self._cursor if self._cursor is not None else self.scroll_offset.y)
        self._move_cursor(line)
