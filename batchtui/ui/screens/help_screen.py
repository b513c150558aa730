"""Every key of a screen, from the same declarations that bind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from batchtui.ui.commands import Command, bindings
from batchtui.ui.screens.base import LEAVING, BaseScreen

_KEY_WIDTH = 16


def format_keys(command: Command) -> str:
    """Return a command's keys as they are printed on a keyboard."""
    if command.key_display:
        return command.key_display
    names = {"escape": "esc", "question_mark": "?", "slash": "/", "space": "space"}
    return " ".join(names.get(key, key) for key in command.keys.split(","))


def help_lines(commands: Iterable[Command]) -> Content:
    """Return the table of keys, by group in the order of declaration."""
    order: dict[str, list[Command]] = {}
    for command in commands:
        order.setdefault(command.group, []).append(command)
    parts: list[Content] = []
    for group, members in groupby(((name, row) for name, rows in order.items() for row in rows), key=lambda pair: pair[0]):
        parts.append(Content.styled(f"\n{group}\n", "bold $accent"))
        parts.extend(_help_line(command) for _, command in members)
    return Content("").join(parts)


def _help_line(command: Command) -> Content:
    keys = Content.styled(f"  {format_keys(command):<{_KEY_WIDTH}}", "bold")
    return Content.assemble(keys, command.help, "\n")


class HelpScreen(BaseScreen):
    """The help of one screen."""

    BINDINGS = bindings(LEAVING)

    def __init__(self, about: str, commands: Sequence[Command]) -> None:
        super().__init__()
        self.title = f"Help: {about}" if about else "Help"
        self._commands = commands

    def compose(self) -> ComposeResult:
        """Lay out the title and the keys."""
        yield Static(Content(self.title or "Help"), id="title")
        with VerticalScroll():
            yield Static(help_lines(self._commands), id="keys")

    def action_help(self) -> None:
        """Close: the same key opens and closes."""
        self.app.pop_screen()
