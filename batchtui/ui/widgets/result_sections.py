"""One result as titled sections, the same for every screen that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from batchtui.formatting import format_count
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui.widgets.result_words import CUT_SHORT, advise_resending
from batchtui.workspace import UNREADABLE, Block, ResultDetail

_KINDS = {"text": "text", "thinking": "thinking", "tool_use": "tool", "tool_result": "tool"}
_NAME_WIDTH = 13
_PREVIEW_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its text, already safe.

    `kind` decides on bar and colour: text, thinking, tool, error, facts or raw.
    """

    kind: str
    title: str
    text: str


def result_sections(detail: ResultDetail) -> tuple[Section, ...]:
    """Return what there is to read about a result, the most wanted first."""
    return tuple(section for section in _iter_sections(detail) if section.text or section.title)


def raw_section(detail: ResultDetail) -> tuple[Section, ...]:
    """Return the result line as indented JSON, or as it is where it is no JSON."""
    title = f"JSON, {format_count(len(detail.raw))} bytes"
    return (Section("raw", title, safe_block(detail.pretty_json())),)


def shorten_sections(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections with no text longer than a pane can be scrolled through; what is left out is said."""
    return tuple(_shorten(section) for section in sections)


def _shorten(section: Section) -> Section:
    left = len(section.text) - _PREVIEW_CHARACTERS
    if left <= 0:
        return section
    words = f"\n… {format_count(left)} more characters: enter opens all of it"
    return replace(section, text=section.text[:_PREVIEW_CHARACTERS] + words)


def _iter_sections(detail: ResultDetail) -> Iterator[Section]:
    if detail.type == UNREADABLE:
        yield _explain_unreadable(detail)
        return
    if detail.type != "succeeded":
        yield _explain_failure(detail)
    for block in detail.blocks:
        yield _block_section(block)
    if detail.type == "succeeded" and not detail.blocks:
        yield Section("facts", "", "The answer has no content.")
    yield Section("facts", "", _table(_iter_facts(detail)))
    if detail.usage:
        yield Section("facts", "usage", _usage_table(detail.usage))


def _iter_facts(detail: ResultDetail) -> Iterator[tuple[str, str]]:
    stop = detail.stop_reason
    if stop in CUT_SHORT:
        stop = f"{stop}: {CUT_SHORT[stop]}"
    if detail.stop_sequence:
        stop = f"{stop}: {detail.stop_sequence}"
    yield "stop reason", stop
    yield "model", detail.model
    yield "message id", detail.message_id


def _explain_failure(detail: ResultDetail) -> Section:
    lines = [safe_block(detail.error_message)] if detail.error_message else []
    if detail.type == "expired":
        lines.append("The request was not processed within its batch's 24 hours.")
    if detail.type == "canceled":
        lines.append("The batch was canceled before this request was processed.")
    lines.append(advise_resending(detail.type, detail.error_type))
    request_id = detail.request_id or ("none was given" if detail.type == "errored" else "")
    lines += ["", _table([("request id", request_id), ("details", detail.error_details)])]
    title = safe_line(detail.error_type) if detail.error_type else safe_line(detail.type)
    return Section("error", title, "\n".join(lines).strip("\n"))


def _explain_unreadable(detail: ResultDetail) -> Section:
    words = "This line is not a result: no JSON object with a result type. It stands here as it came.\n\n"
    return Section("error", "unreadable line", words + safe_block(detail.raw.decode("utf-8", "replace")))


def _block_section(block: Block) -> Section:
    text = "\n".join([block.text, *(f"  ⤷ {citation}" for citation in block.citations)])
    return Section(_KINDS.get(block.kind, "facts"), safe_line(block.title), safe_block(text))


def _table(facts: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name:<{_NAME_WIDTH}}{safe_line(value)}" for name, value in facts if value)


def _usage_table(usage: Mapping[str, int]) -> str:
    width = max(len(safe_line(name)) for name in usage)
    digits = max(len(format_count(number)) for number in usage.values())
    return "\n".join(f"{safe_line(name):<{width}}  {format_count(number):>{digits}}" for name, number in usage.items())
