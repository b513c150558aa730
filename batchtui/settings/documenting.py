"""The settings in words: the table of README and the commented file, both from the schema."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from batchtui.settings.schema import FrozenModel, GlobalTable, NoticeSettings, WorkspaceTable

_WIDTH = 100
_OWN_NOTES = ("seen_workspace_id", "seen_organization_id")
"""What batchtui writes by itself."""

_EXAMPLE = re.compile(r'such as ((?:\[.*\])|"[^"]*")')
_FIRST_WORD = re.compile(r'"[^"]*"')
_INTRODUCTION = """\
The configuration of batchtui. Each setting stands here with its default, or with an example where there is none,
behind a #: take the # away, and the one of its table's line, and it holds. Keys never belong in this file.
"""
_KEYS = """\
Keys of your own: the name of an action, and its keys with commas between them, instead of those it has.
`batchtui info --actions` lists all names. Keys are called x, X, f5, ctrl+x, shift+left, space, slash.
"""


@dataclass(frozen=True, slots=True)
class SettingFact:
    """One setting: its table ("" for none), what it does, what it must be, its default and an example in TOML."""

    table: str
    name: str
    does: str
    must_be: str
    default: str
    example: str


def iter_settings() -> Iterator[SettingFact]:
    """Yield every setting, in the order of the file."""
    tables: tuple[tuple[str, type[FrozenModel]], ...] = (
        ("", GlobalTable),
        ("notices", NoticeSettings),
        ("workspaces.production", WorkspaceTable),
    )
    for table, model in tables:
        for name, field in model.model_fields.items():
            if name not in _OWN_NOTES:
                yield _describe(table, name, field)


def settings_table() -> str:
    """Return the settings as a table in Markdown."""
    lines = ["| setting | does | must be | default |", "|---|---|---|---|"]
    for fact in iter_settings():
        name = f"`{fact.name}`" if not fact.table else f"`[{fact.table.replace('production', 'NAME')}]` `{fact.name}`"
        default = f"`{fact.default}`" if fact.default else ""
        lines.append(f"| {name} | {fact.does} | {fact.must_be} | {default} |")
    lines.append('| `[keys]` `ACTION` | which keys an action has | keys between quotes, such as `"x,ctrl+x"` | |')
    return "\n".join(lines)


def example_file() -> str:
    """Return a configuration file that says what each setting does, and changes nothing."""
    parts = [_comment(_INTRODUCTION).rstrip()]
    table = ""
    for fact in iter_settings():
        if fact.table != table:
            table = fact.table
            parts.append(f"#[{table}]")
        words = f"{fact.does[:1].upper()}{fact.does[1:]}: {fact.must_be}."
        parts.append(f"{_comment(words)}#{fact.name} = {fact.example}")
    parts += [f'{_comment(_KEYS)}#[keys]\n#export = "x,f6"\n#"move(1)" = "n,down"']
    return "\n\n".join(parts) + "\n"


def _describe(table: str, name: str, field: FieldInfo) -> SettingFact:
    default = "" if field.default is None else _to_toml(field.default)
    must_be = field.description or ""
    return SettingFact(table, name, field.title or "", must_be, default, default or _find_example(must_be))


def _find_example(must_be: str) -> str:
    found = _EXAMPLE.search(must_be)
    if found:
        return found[1]
    word = _FIRST_WORD.search(must_be)
    return word[0] if word else '""'


def _to_toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _comment(words: str) -> str:
    lines = textwrap.wrap(" ".join(words.split()), _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)
