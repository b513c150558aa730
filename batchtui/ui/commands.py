"""A command is declared once: its keys, its footer label, its line in the help and in the palette come from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person can do.

    `keys` are Textual's key names, comma-separated; `action` is Textual's action string; `label` goes into footer and
    palette; `help` is the sentence of the help screen. `group` is the help screen's heading. A command that makes
    no sense to pick from a list (moving the cursor) is kept out of the palette. `id` is what the configuration calls
    it, the action itself where none is given; an empty one keeps its keys whatever the configuration says.
    """

    keys: str
    action: str
    label: str
    help: str
    group: str = "Here"
    key_display: str | None = None
    in_footer: bool = False
    in_palette: bool = True
    has_priority: bool = False
    id: str | None = None

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        return self.action if self.id is None else self.id

    def to_binding(self) -> Binding:
        """Return Textual's form of this command."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.in_footer,
            key_display=self.key_display,
            tooltip=self.help,
            priority=self.has_priority,
            id=self.name or None,
        )


MOVING = (
    Command("j,down", "move(1)", "Down", "Move down", "Moving", in_palette=False),
    Command("k,up", "move(-1)", "Up", "Move up", "Moving", in_palette=False),
    Command("g,home", "move_first", "First", "Go to the first row", "Moving", in_palette=False),
    Command("G,end", "move_last", "Last", "Go to the last row", "Moving", in_palette=False),
    Command("pagedown,ctrl+d,ctrl+f", "page(1)", "Page down", "A page down", "Moving", "PgDn ^d", in_palette=False),
    Command("pageup,ctrl+u,ctrl+b", "page(-1)", "Page up", "A page up", "Moving", "PgUp ^u", in_palette=False),
    Command("right,l", "shift(1)", "Right", "Scroll what is too long for its column", "Moving", in_palette=False),
    Command("left,h", "shift(-1)", "Left", "Scroll it back", "Moving", in_palette=False),
)
"""What every table answers to."""

_declared: dict[str, Command] = {}


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """Return the bindings of a screen's commands, which can then be given other keys."""
    commands = tuple(commands)
    _declared.update({command.name: command for command in commands if command.name})
    return [command.to_binding() for command in commands]


def declared_commands() -> Mapping[str, Command]:
    """Return every command that a screen has been given, by the name that the configuration uses."""
    return _declared


def rebound(commands: Iterable[Command], keymap: Mapping[str, str]) -> tuple[Command, ...]:
    """Return commands with the keys that a person has chosen for them."""
    return tuple(
        replace(command, keys=keymap[command.name], key_display=None) if command.name in keymap else command
        for command in commands
    )
