"""What the screens that are read from top to bottom share."""

from __future__ import annotations

from textual.containers import VerticalScroll

from batchtui.ui.commands import Command, bindings
from batchtui.ui.screens.base import BaseScreen

SCROLLING = (
    Command("j,down", "scroll('down')", "Down", "A line down", "Moving", in_palette=False),
    Command("k,up", "scroll('up')", "Up", "A line up", "Moving", in_palette=False),
    Command("pagedown,space", "scroll('page_down')", "Page down", "A page down", "Moving", in_palette=False),
    Command("pageup", "scroll('page_up')", "Page up", "A page up", "Moving", in_palette=False),
    Command("g,home", "scroll('home')", "Top", "To the top", "Moving", in_palette=False),
    Command("G,end", "scroll('end')", "End", "To the end", "Moving", in_palette=False),
)


class ReadingBody(VerticalScroll, can_focus=False):
    """The part that scrolls; the screen has the keys."""


class ReadingScreen(BaseScreen):
    """A screen whose one `ReadingBody` moves with the keys that move everywhere."""

    BINDINGS = bindings(SCROLLING)

    def action_scroll(self, way: str) -> None:
        """Move the text one of Textual's ways: up, down, page_up, page_down, home, end."""
        getattr(self.query_one(ReadingBody), f"scroll_{way}")(animate=False)
