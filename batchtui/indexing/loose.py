"""JSON that may hold anything, read without ever failing for its types.

Python's own reader is the measure here: it takes lone surrogates, NaN and duplicate keys (the last one counts).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import msgspec

LARGEST_COUNT = 2**32 - 1
"""What a column of the index can hold; larger numbers are shown as this."""

_LONGEST_INT = 400
_INDENT = 2
_DEEPEST = 1000
_WIDEST = 32 * 1024 * 1024
_NOTHING: Mapping[str, Any] = {}


def to_value(data: bytes) -> Any:
    """Return the JSON value; raise ValueError where it is none, or is nested too deeply to be read."""
    try:
        return json.loads(data.decode("utf-8", "replace"), parse_int=_to_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def is_object(data: bytes) -> bool:
    """Return whether this is one whole JSON object."""
    try:
        return isinstance(to_value(data), dict)
    except ValueError:
        return False


def to_mapping(value: Any) -> Mapping[str, Any]:
    """Return the object, or an empty one where the value is none."""
    return value if isinstance(value, dict) else _NOTHING


def to_list(value: Any) -> list[Any]:
    """Return the array, or an empty one where the value is none."""
    return value if isinstance(value, list) else []


def innermost_error(error: Any) -> Mapping[str, Any]:
    """Return the object that names a cause: two levels down as documented, or one where there is no second.

    Words that stand in the place of an object are its message.
    """
    if isinstance(error, str):
        return {"message": error}
    outer = to_mapping(error)
    inner = outer.get("error")
    if isinstance(inner, str):
        return {**outer, "message": inner}
    return inner if isinstance(inner, dict) else outer


def to_text(value: Any) -> str:
    """Return a string as it is, nothing for null, and anything else as its JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else to_pretty_json(value)


def to_count(value: Any) -> int:
    """Return a number as a count from 0 to `LARGEST_COUNT`, and 0 for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  # NaN alone
        return 0
    return int(min(max(value, 0), LARGEST_COUNT))


def to_pretty_json(value: Any) -> str:
    """Return the value as indented JSON, or a word about why it cannot be shown so."""
    try:
        return _indent(msgspec.json.encode(value), value)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, TypeError):
        return _to_plain_json(value)


def format_json(data: bytes) -> str:
    """Return a line as indented JSON, its numbers and doubled keys as they came; what is no JSON comes back as text."""
    try:
        value = to_value(data)
    except ValueError:
        return data.decode("utf-8", "replace")
    try:
        return _indent(data, value)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return to_pretty_json(value)


def _indent(data: bytes, value: Any) -> str:
    """Indent JSON, unless deep nesting would make it many times longer than it is."""
    lines = data.count(b",") + 2 * (data.count(b"[") + data.count(b"{"))
    is_too_wide = lines * _INDENT * _DEEPEST > _WIDEST and lines * _INDENT * _depth(value) > _WIDEST
    return (data if is_too_wide else msgspec.json.format(data, indent=_INDENT)).decode()


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        parents = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = list(itertools.chain.from_iterable(parents))
    return depth


def _to_plain_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to be shown)"


def _to_number(digits: str) -> int | float:
    """Python refuses to read integers of thousands of digits; as a float they become infinite."""
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)
