"""What a search looks at in a result line: what the server or the model said, never the words of JSON around it.

That is the `custom_id`, the error's message, texts, thinking, the values of tool inputs and the texts of tool results.
A line that is no JSON is searched as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from batchtui.indexing.loose import innermost_error, to_list, to_mapping

_NOTHING = msgspec.Raw()


class _Block(msgspec.Struct, gc=False):
    text: str | None = None
    thinking: str | None = None
    input: msgspec.Raw = _NOTHING
    content: msgspec.Raw = _NOTHING


class _Message(msgspec.Struct, gc=False):
    content: list[_Block] = []


class _Cause(msgspec.Struct, gc=False):
    message: str | None = None


class _Error(msgspec.Struct, gc=False):
    error: _Cause | None = None
    message: str | None = None


class _Result(msgspec.Struct, gc=False):
    message: _Message | None = None
    error: _Error | None = None


class _Line(msgspec.Struct, gc=False):
    custom_id: str
    result: _Result


class _RawMessage(msgspec.Struct, gc=False):
    content: list[_RawBlock] = []


class _RawBlock(msgspec.Struct, gc=False):
    text: msgspec.Raw = _NOTHING
    thinking: msgspec.Raw = _NOTHING
    input: msgspec.Raw = _NOTHING
    content: msgspec.Raw = _NOTHING


class _RawCause(msgspec.Struct, gc=False, frozen=True):
    message: msgspec.Raw = _NOTHING


class _RawError(msgspec.Struct, gc=False):
    error: _RawCause = _RawCause()
    message: msgspec.Raw = _NOTHING


class _RawResult(msgspec.Struct, gc=False):
    message: _RawMessage | None = None
    error: _RawError | None = None


class _RawLine(msgspec.Struct, gc=False):
    custom_id: msgspec.Raw
    result: _RawResult


_decode = msgspec.json.Decoder(_Line).decode
_decode_raw = msgspec.json.Decoder(_RawLine).decode


def iter_texts(line: bytes) -> Iterator[str]:
    """Yield every text of a result line that a search looks at; never raises."""
    try:
        facts = _decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        yield from _iter_leniently(line)
        return
    error, message = facts.result.error, facts.result.message
    if error is not None and error.error is not None and error.error.message is None:
        yield from _iter_leniently(line)  # an empty inner error leaves the word to the outer one
        return
    yield facts.custom_id
    if error is not None:
        yield (error.error or error).message or ""
    for block in message.content if message is not None else ():
        yield from _iter_block(block)


def raw_parts(line: bytes) -> list[bytes] | None:
    """Return the JSON of every value that `iter_texts` looks at; None where only that can tell.

    It takes half the time, because no text is made.
    """
    try:
        facts = _decode_raw(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    parts = [facts.custom_id]
    error, message = facts.result.error, facts.result.message
    if error is not None:
        if error.message and not error.error.message:
            return None
        parts.append(error.error.message)
    for block in message.content if message is not None else ():
        parts += (block.text, block.thinking, block.input, block.content)
    return [bytes(part) for part in parts if part]


def _iter_block(block: _Block) -> Iterator[str]:
    if block.text:
        yield block.text
    if block.thinking:
        yield block.thinking
    if block.input:
        yield from _leaves(_load_or_keep(bytes(block.input)))
    if block.content:
        yield from _iter_content(_load_or_keep(bytes(block.content)))


def _iter_leniently(line: bytes) -> Iterator[str]:
    try:
        value = to_mapping(_load(line))
    except ValueError:
        yield line.decode("utf-8", "replace")
        return
    result = to_mapping(value.get("result"))
    inner = innermost_error(result.get("error")) or to_mapping(result.get("error"))
    yield from _leaves([value.get("custom_id"), inner.get("message")])
    content = to_mapping(result.get("message")).get("content")
    if isinstance(content, str):
        yield content
    for item in to_list(content):
        block = to_mapping(item)
        yield from _leaves([block.get("text"), block.get("thinking"), block.get("input")])
        yield from _iter_content(block.get("content"))


def _iter_content(content: Any) -> Iterator[str]:
    """Yield the texts of a tool's result: a string, or parts that have one."""
    if isinstance(content, str):
        yield content
    yield from _leaves([to_mapping(part).get("text") for part in to_list(content)])


def _leaves(value: Any) -> Iterator[str]:
    """Yield the values inside of a JSON value, however deep, without the names of its fields."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
        elif isinstance(item, bool):
            yield "true" if item else "false"


def _load(data: bytes) -> Any:
    """Return JSON with its numbers as they are written; raise ValueError where it is none."""
    try:
        return json.loads(data.decode("utf-8", "replace"), parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _load_or_keep(data: bytes) -> Any:
    try:
        return _load(data)
    except ValueError:
        return data.decode("utf-8", "replace")
