"""What a table shows of one result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from batchtui.indexing.loose import innermost_error, to_list, to_mapping, to_text, to_value
from batchtui.results.index import ResultsIndex

PREVIEW_LENGTH = 200
TOOL = "⚙"
THOUGHT = "✱"
"""What stands before the words of an answer that has no text."""

_SLICE = 4096
_NOTHING = msgspec.Raw()


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of the results table; the strings are the server's own, not made safe.

    `cause` is the error's type, or the stop reason, or empty. `preview` is the first words of the answer or of the
    error's message, at most 200 characters on one line; of an answer without text, its first tool call or its thinking.
    """

    row: int
    custom_id: str
    type: str
    cause: str
    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    preview: str


class _Block(msgspec.Struct, gc=False):
    type: str
    text: str | None = None
    thinking: str | None = None
    name: str | None = None
    input: msgspec.Raw = _NOTHING


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
    result: _Result


_decode = msgspec.json.Decoder(_Line).decode


def make_row(index: ResultsIndex, row: int, line: bytes) -> ResultRow:
    """Join what the index knows of a row with the first words of its line."""
    return ResultRow(
        row=row,
        custom_id=index.custom_id(row),
        type=index.type_of(row),
        cause=index.cause_of(row),
        model=index.model_of(row),
        input_tokens=index.input_tokens[row],
        output_tokens=index.output_tokens[row],
        cached_tokens=index.cache_read_tokens[row],
        preview=preview_line(line),
    )


def preview_line(line: bytes) -> str:
    """Return the first words of a line's error, or of its first text, or of what stands there instead."""
    try:
        result = _decode(line).result
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _preview_leniently(line)
    error = result.error
    words = ((error.error.message if error.error else error.message) or "") if error else ""
    return _first_words(words) if words or result.message is None else _preview_blocks(result.message.content)


def _preview_leniently(line: bytes) -> str:
    try:
        result = to_mapping(to_mapping(to_value(line)).get("result"))
    except ValueError:
        return _first_words(line[:_SLICE].decode("utf-8", "replace"))
    if words := _first_words(to_text(innermost_error(result.get("error")).get("message"))):
        return words
    content = to_mapping(result.get("message")).get("content")
    return _first_words(content) if isinstance(content, str) else _preview_blocks(map(_to_block, to_list(content)))


def _preview_blocks(blocks: Iterable[_Block]) -> str:
    """Return the first text; where there is none, what the first tool is asked; where there is none, a thought."""
    tool = thought = ""
    for block in blocks:
        if block.text:
            return _first_words(block.text)
        if not tool and block.name and bytes(block.input):
            asked = bytes(block.input)[:_SLICE].decode("utf-8", "replace")
            tool = _first_words(f"{TOOL} {block.name} {asked}")
        if not thought and block.thinking:
            thought = _first_words(f"{THOUGHT} {block.thinking[:_SLICE]}")
    return tool or thought


def _to_block(value: Any) -> _Block:
    """Return a block whose fields may hold anything."""
    fields = to_mapping(value)
    text, thinking, name = (to_text(fields.get(each)) for each in ("text", "thinking", "name"))
    asked = msgspec.Raw(to_text(fields["input"]).encode("utf-8", "replace")) if "input" in fields else _NOTHING
    return _Block("", text, thinking, name, asked)


def _first_words(text: str) -> str:
    return " ".join(text[:_SLICE].split())[:PREVIEW_LENGTH]
