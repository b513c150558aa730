"""Find the line of a key in a TOML text, for errors that a parser does not place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any


def locate(text: str, path: Sequence[str]) -> tuple[int | None, int | None]:
    """Return line and column, from 1, where the key of this path first stands in a valid TOML text.

    A key stands where the text up to the line before is valid without it, and valid with it some lines later: this
    holds for every spelling that TOML knows.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        column = line.find(path[-1])
        if column >= 0 and _begins(lines, number, path):
            return number + 1, column + 1
    return (None, None) if len(path) == 1 else locate(text, path[:-1])


def place_of(message: str) -> tuple[int | None, int | None]:
    """Return line and column from the words of the standard library's TOML errors."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    return (int(found[1]), int(found[2])) if found else (None, None)


def _begins(lines: Sequence[str], number: int, path: Sequence[str]) -> bool:
    before = _parse(lines[:number])
    if before is None or _contains(before, path):
        return False
    after = (_parse(lines[:end]) for end in range(number + 1, len(lines) + 1))
    return _contains(next((data for data in after if data is not None), {}), path)


def _parse(lines: Sequence[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except ValueError:
        return None


def _contains(data: object, path: Sequence[str]) -> bool:
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True
