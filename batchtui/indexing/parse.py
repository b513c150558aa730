"""One result line → the few facts that a table shows.

The text of an answer is most of a line and nothing of the table, so the reader skips it instead of building it: a
partial msgspec struct, two to three times as fast as building it all.

What the struct refuses is read again with the standard library, field by field, whatever its types: a new result
type, a missing count or a number where a string belongs is shown as it is. Only what is no JSON object with a result
type becomes `unreadable`, which is a row like any other, so that nothing is lost.

All texts are the server's own and may hold anything; making them safe is the screen's part.
"""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

from batchtui.indexing.loose import LARGEST_COUNT, innermost_error, to_count, to_mapping, to_text, to_value

UNREADABLE = "unreadable"

_Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_COUNT)] | None
_LEADING_ID = re.compile(rb'\s*\{\s*"custom_id"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)*")')


class LineFacts(NamedTuple):
    """What the index keeps of a line; `cause` is the error's type, or the stop reason, or empty.

    `cache_write_1h_tokens` are those of `cache_write_tokens` that are kept for an hour, not for five minutes.
    """

    custom_id: str
    type: str
    cause: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0


Facts: TypeAlias = tuple[str, str, str, str, int, int, int, int, int]
"""The same as a plain tuple, which is made several times as fast."""


class _CacheCreation(msgspec.Struct, gc=False):
    ephemeral_1h_input_tokens: _Count = None


class _Usage(msgspec.Struct, gc=False):
    input_tokens: _Count = None
    output_tokens: _Count = None
    cache_read_input_tokens: _Count = None
    cache_creation_input_tokens: _Count = None
    cache_creation: _CacheCreation | None = None


class _Message(msgspec.Struct, gc=False):
    model: str | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class _Cause(msgspec.Struct, gc=False):
    type: str | None = None


class _Error(msgspec.Struct, gc=False):
    type: str | None = None
    error: _Cause | None = None


class _Result(msgspec.Struct, gc=False):
    type: str
    message: _Message | None = None
    error: _Error | None = None


class _Line(msgspec.Struct, gc=False):
    custom_id: str
    result: _Result


_decoder = msgspec.json.Decoder(_Line)
_NO_USAGE = _Usage()
_NO_CREATION = _CacheCreation()
_NO_ERROR = _Error()


def parse_line(data: bytes) -> LineFacts:
    """Return the facts of one line; never raises."""
    try:
        facts = _facts_of(_decoder.decode(data))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        facts = None
    return _parse_leniently(data) if facts is None else LineFacts._make(facts)


def parse_lines(data: bytes | memoryview, count: int) -> list[Facts] | None:
    """Return the facts of `count` lines, many at a time, or None where one of them needs a closer look by itself.

    The reader ignores where lines end, so each value must lie within one line; several on a line show in the number.
    """
    try:
        decoded = _decoder.decode_lines(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    facts = [found for line in decoded if (found := _facts_of(line)) is not None]
    return facts if len(facts) == len(decoded) == count else None


def _facts_of(line: _Line) -> Facts | None:
    """Return what `LineFacts` is made of; None where the line's shape is not the documented one."""
    result = line.result
    kind, message = result.type, result.message
    if not kind or kind == UNREADABLE:
        return None
    if message is None:
        error = result.error or _NO_ERROR
        return line.custom_id, kind, (error.error.type if error.error else error.type) or "", "", 0, 0, 0, 0, 0
    if result.error is not None:
        return None
    usage = message.usage or _NO_USAGE
    return (
        line.custom_id,
        kind,
        message.stop_reason or "",
        message.model or "",
        usage.input_tokens or 0,
        usage.output_tokens or 0,
        usage.cache_read_input_tokens or 0,
        usage.cache_creation_input_tokens or 0,
        (usage.cache_creation or _NO_CREATION).ephemeral_1h_input_tokens or 0,
    )


def _parse_leniently(data: bytes) -> LineFacts:
    """Read a line whose shape is not the documented one."""
    try:
        line = to_value(data)
    except ValueError:
        return LineFacts(_find_leading_id(data), UNREADABLE)
    custom_id = to_text(to_mapping(line).get("custom_id"))
    result = to_mapping(to_mapping(line).get("result"))
    result_type = to_text(result.get("type")) or UNREADABLE
    message = to_mapping(result.get("message"))
    inner = innermost_error(result.get("error"))
    usage = to_mapping(message.get("usage"))
    return LineFacts(
        custom_id,
        result_type,
        to_text(inner.get("type")) or to_text(message.get("stop_reason")),
        to_text(message.get("model")),
        to_count(usage.get("input_tokens")),
        to_count(usage.get("output_tokens")),
        to_count(usage.get("cache_read_input_tokens")),
        to_count(usage.get("cache_creation_input_tokens")),
        to_count(to_mapping(usage.get("cache_creation")).get("ephemeral_1h_input_tokens")),
    )


def _find_leading_id(data: bytes) -> str:
    """Return the `custom_id` that a broken line begins with; nothing further inside can be trusted."""
    match = _LEADING_ID.match(data)
    try:
        return to_text(to_value(match[1])) if match else ""
    except ValueError:
        return ""  # an escape that JSON does not have
