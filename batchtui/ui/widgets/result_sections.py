"""One result as titled sections, the same for every screen that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from batchtui.formatting import format_count
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui.widgets.result_words import advise_resending
from batchtui.workspace import Block, ResultDetail

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its text, already safe. `kind` decides on bar and colour: the widget knows text, thinking, tool,
    error, facts and raw.
    """

    kind: str
    title: str
    text: str


def result_sections(detail: ResultDetail) -> tuple[Section, ...]:
    """Return what there is to read about a result, the most wanted first."""
    return tuple(_iter_sections(detail))


def raw_section(detail: ResultDetail) -> tuple[Section, ...]:
    """Return the result line as indented JSON, or as it is where it is no JSON."""
    text = detail.raw.decode("utf-8", "replace")
    return (Section("raw", f"JSON, {format_count(len(detail.raw))} bytes", safe_block(_indent_json(text))),)


def _iter_sections(detail: ResultDetail) -> Iterator[Section]:
    if detail.type != "succeeded":
        yield _explain_failure(detail)
    for block in detail.blocks:
        yield _block_section(block)
    if detail.type == "succeeded" and not detail.blocks:
        yield Section("facts", "text", "The answer has no content.")
    if detail.usage:
        yield Section("facts", "usage", _usage_table(detail.usage))


def _explain_failure(detail: ResultDetail) -> Section:
    lines = [safe_block(detail.error_message)] if detail.error_message else []
    if detail.type == "expired":
        lines.append("The request was not processed within its batch's 24 hours.")
    if detail.type == "canceled":
        lines.append("The batch was canceled before this request was processed.")
    lines.append(advise_resending(detail.type, detail.error_type or ""))
    if detail.type == "errored":
        lines.append(f"Request id: {safe_line(detail.request_id) if detail.request_id else 'none was given'}")
    title = safe_line(detail.error_type) if detail.error_type else safe_line(detail.type)
    return Section("error", title, "\n".join(line for line in lines if line))


def _block_section(block: Block) -> Section:
    title = safe_line(block.title)
    if block.kind == "tool_use":
        return Section("tool", title, safe_block(_indent_json(block.text)))
    if block.kind == "thinking":
        return Section("thinking", title, safe_block(block.text))
    if block.kind == "text":
        return Section("text", title, safe_block(block.text))
    return Section("facts", title, safe_block(_indent_json(block.text)))


def _usage_table(usage: dict[str, int]) -> str:
    width = max(len(name) for name in usage)
    digits = max(len(format_count(number)) for number in usage.values())
    return "\n".join(f"{safe_line(name):<{width}}  {format_count(number):>{digits}}" for name, number in usage.items())


def _indent_json(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(value, indent=_INDENT, ensure_ascii=False)
