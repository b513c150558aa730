"""A command is declared once: its keys, its footer label, its line in the help and in the palette come from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person can do.

    `keys` are Textual's key names, comma-separated; `action` is Textual's action string; `label` goes into footer and
    palette; `help` is the sentence of the help screen. `group` is the help screen's heading. A command that makes
    no sense to pick from a list (moving the cursor) is kept out of the palette.
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
            id=self.action,
        )


MOVING = (
    Command("j,down", "move", "Down", "Move down, up", "Moving", "j k ↓ ↑", in_palette=False),
    Command("g,home", "move", "First", "Go to the first, the last row", "Moving", "g G", in_palette=False),
    Command("pagedown", "move", "Page", "A page down, up", "Moving", "PgDn PgUp", in_palette=False),
)
"""What every table answers to; the bindings themselves belong to the table."""


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """Return the bindings of a screen's commands."""
    return [command.to_binding() for command in commands]
