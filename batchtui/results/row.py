"""What a table shows of one result."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from batchtui.results.index import ResultsIndex
from batchtui.results.loose import innermost_error, to_list, to_mapping, to_text, to_value

PREVIEW_LENGTH = 200
_SLICE = 4096


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of the results table; the strings are the server's own, not made safe.

    `cause` is the error's type, or the stop reason, or empty. `preview` is the first words of the answer or of the
    error's message, at most 200 characters on one line.
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
    """Return the first words of a line's first text, or of its error's message, or of what stands there instead."""
    try:
        result = _decode(line).result
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _preview_leniently(line)
    if result.message is not None:
        return _first_words(next((block.text for block in result.message.content if block.text), ""))
    error = result.error
    return _first_words((error.error.message if error.error else error.message) or "") if error else ""


def _preview_leniently(line: bytes) -> str:
    try:
        result = to_mapping(to_mapping(to_value(line)).get("result"))
    except ValueError:
        return _first_words(line[:_SLICE].decode("utf-8", "replace"))
    content = to_mapping(result.get("message")).get("content")
    if isinstance(content, str):
        return _first_words(content)
    texts = (to_mapping(block).get("text") for block in to_list(content))
    error = to_mapping(result.get("error"))
    inner = innermost_error(error)
    return _first_words(to_text(next((text for text in texts if text), None) or inner.get("message")))


def _first_words(text: str) -> str:
    return " ".join(text[:_SLICE].split())[:PREVIEW_LENGTH]
