"""Every key of a screen, from the same declarations that bind them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.keys import key_to_character
from textual.widget import Widget
from textual.widgets import Static

from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command
from batchtui.ui.screens.reading_screen import ReadingBody, ReadingScreen
from batchtui.ui.widgets.key_bar import KeyBar

_KEY_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
}
_MIN_KEY_WIDTH = 8
_MIN_HELP_WIDTH = 12


def format_keys(command: Command) -> str:
    """Return a command's keys as they are printed on a keyboard."""
    return command.key_display or " ".join(map(_format_key, command.keys.split(",")))


def _format_key(key: str) -> str:
    character = key_to_character(key)
    return _KEY_NAMES.get(key) or (character if character and character.isprintable() and character != " " else key)


def group_commands(commands: Iterable[Command]) -> dict[str, list[Command]]:
    """Return the commands under their headings, both in the order of declaration."""
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    return groups


def help_lines(commands: Sequence[Command], width: int) -> Iterator[Content]:
    """Yield the table of keys, no line wider than `width` cells as long as that leaves room to read."""
    keys_width = max(_MIN_KEY_WIDTH, *(len(format_keys(command)) for command in commands)) + 3
    for number, (group, members) in enumerate(group_commands(commands).items()):
        if number:
            yield Content("")
        yield Content.styled(group, "bold $accent")
        for command in members:
            yield from _command_lines(command, keys_width, width)


def _command_lines(command: Command, keys_width: int, width: int) -> Iterator[Content]:
    words = textwrap.wrap(safe_line(command.help), max(width - keys_width - 2, _MIN_HELP_WIDTH)) or [""]
    yield Content.assemble("  ", (f"{format_keys(command):<{keys_width}}", "bold"), words[0])
    for line in words[1:]:
        yield Content(" " * (keys_width + 2) + line)


class KeyTable(Widget):
    """The keys of a screen, wrapped to the room there is."""

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's
        """Return the number of lines at this width."""
        return len(list(help_lines(self._commands, width)))

    def render(self) -> Content:
        """Draw the table."""
        return Content("\n").join(help_lines(self._commands, self.content_size.width))


class HelpScreen(ReadingScreen):
    """The help of one screen."""

    def __init__(self, about: str, commands: Sequence[Command]) -> None:
        super().__init__()
        self.title = f"Help · {about}" if about else "Help"
        self._commands = commands

    def compose(self) -> ComposeResult:
        """Lay out the title and the keys."""
        yield Static(Content(safe_line(self.title or "")), classes="screen-title")
        with ReadingBody():
            yield KeyTable(self._commands)
        yield KeyBar()

    def action_help(self) -> None:
        """Close: the same key opens and closes."""
        self.app.pop_screen()
