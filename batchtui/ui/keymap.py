"""The keys that a person has chosen: the table `[keys]` of the configuration, checked against what there is."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator

from textual.keys import REPLACED_KEYS, Keys

from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command, declared_commands
from batchtui.workspace import BoundAction

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_NAMED = frozenset([*(key.value for key in Keys), *REPLACED_KEYS])


def is_key(name: str) -> bool:
    """Whether Textual knows a key of this name: `x`, `?`, `slash`, `f5`, `ctrl+x`, `shift+left`."""
    if len(name) == 1:
        return name.isprintable() and name != ","
    *modifiers, key = name.split("+")
    if not key or not _MODIFIERS.issuperset(modifiers):
        return False
    return len(key) == 1 or name in _NAMED or key in _NAMED or _is_character_name(key)


def read_keymap(chosen: Iterable[BoundAction]) -> tuple[dict[str, str], list[str]]:
    """Return Textual's keymap, and a sentence for each line of the table that is left out or takes a key away."""
    commands = declared_commands()
    keymap: dict[str, str] = {}
    warnings: list[str] = []
    for line in chosen:
        problem = _problem_of(line, commands)
        if problem:
            warnings.append(_place(line) + problem)
        else:
            keymap[line.action] = ",".join(line.keys)
    warnings += _iter_clashes(keymap, commands.values())
    return keymap, warnings


def _problem_of(line: BoundAction, commands: Iterable[str]) -> str:
    names = list(commands)
    if line.action not in names:
        close = difflib.get_close_matches(line.action, names, 1)
        meant = f"; did you mean `{close[0]}`?" if close else "; `batchtui info --actions` lists them"
        return f"`{safe_line(line.action)}` is nothing that keys can do, and is ignored{meant}"
    wrong = [key for key in line.keys if not is_key(key)]
    if wrong:
        return f"`{safe_line(wrong[0])}` is no key; `{line.action}` keeps its own"
    return "" if line.keys else f"`{line.action}` has no key here, and keeps its own"


def _iter_clashes(keymap: dict[str, str], commands: Iterable[Command]) -> Iterator[str]:
    """Yield a sentence for each key that was taken from another command of the same group."""
    others = [command for command in commands if command.name not in keymap]
    groups = {command.name: command.group for command in declared_commands().values()}
    for action, keys in keymap.items():
        for key in keys.split(","):
            for other in others:
                if key in other.keys.split(",") and other.group in {groups[action], "Everywhere", "Moving"}:
                    yield f"`{key}` is now `{action}` and no longer `{other.name}`"


def _place(line: BoundAction) -> str:
    return f"line {line.line}: " if line.line else ""


def _is_character_name(key: str) -> bool:
    try:
        unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return False
    return True
