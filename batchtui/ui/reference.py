"""All keys of all screens, for README and `batchtui info`, and what settings say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.theme import BUILTIN_THEMES

from batchtui.ui.commands import Command
from batchtui.ui.keymap import read_keymap
from batchtui.ui.screens.all_batches_screen import AllBatchesScreen
from batchtui.ui.screens.base import LEAVING, OF_THE_APP, BaseScreen
from batchtui.ui.screens.batches_screen import BatchesScreen
from batchtui.ui.screens.help_screen import format_keys
from batchtui.ui.screens.numbers_screen import NumbersScreen
from batchtui.ui.screens.result_screen import ResultScreen
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.screens.triage_screen import TriageScreen
from batchtui.ui.screens.welcome_screen import WelcomeScreen
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from batchtui.ui.themes import OWN_THEMES, explain_unknown_theme
from batchtui.workspace import BoundAction

SCREENS: tuple[tuple[str, type[BaseScreen]], ...] = (
    ("batches", BatchesScreen),
    ("all workspaces", AllBatchesScreen),
    ("results", ResultsScreen),
    ("triage", TriageScreen),
    ("one result", ResultScreen),
    ("in numbers", NumbersScreen),
    ("workspaces", WorkspacesScreen),
    ("welcome", WelcomeScreen),
)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What a key does: its keys as printed, its sentence, the screens where it does so, and its name in `[keys]`."""

    keys: str
    help: str
    screens: tuple[str, ...]
    name: str


def iter_keys() -> Iterator[KeyLine]:
    """Yield every command once, with the screens that have it; `everywhere` for what all have."""
    places: dict[tuple[str, str, str], list[str]] = {}
    everywhere = {_identify(command) for command in (*LEAVING, *OF_THE_APP)}
    for title, screen in SCREENS:
        for command in screen.COMMANDS:
            place = "everywhere" if _identify(command) in everywhere else title
            known = places.setdefault(_identify(command), [])
            known += [] if place in known else [place]
    for command in OF_THE_APP:
        places[_identify(command)] = ["everywhere"]
    for (keys, words, name), screens in places.items():
        yield KeyLine(keys, words, tuple(screens), name)


def keys_table() -> str:
    """Return all keys as a table in Markdown."""
    lines = ["| key | does | where | name in `[keys]` |", "|---|---|---|---|"]
    for line in iter_keys():
        keys = " ".join(f"`{key}`" for key in line.keys.split())
        lines.append(f"| {keys} | {line.help} | {', '.join(line.screens)} | `{line.name}` |")
    return "\n".join(lines)


def explain_settings(theme: str | None, keys: Sequence[BoundAction]) -> list[str]:
    """Return a sentence about each theme, action or key that there is not."""
    known = {*BUILTIN_THEMES, *(own.name for own in OWN_THEMES)}
    _, warnings = read_keymap(keys)
    return [*warnings, *([explain_unknown_theme(theme, known)] if theme is not None and theme not in known else [])]


def _identify(command: Command) -> tuple[str, str, str]:
    return format_keys(command), command.help, command.name
