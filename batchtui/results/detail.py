"""One result in full: what the details pane shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from batchtui.indexing.loose import format_json, innermost_error, to_list, to_mapping, to_pretty_json, to_text, to_value
from batchtui.indexing.parse import UNREADABLE, parse_line

BlockKind = Literal["text", "thinking", "tool_use", "tool_result", "other"]

_DEEPEST_USAGE = 4


@dataclass(frozen=True, slots=True)
class Block:
    """One content block; `title` says what it is, `text` what is to be read, `data` is the block as it came.

    `citations` holds one line for each citation of a text.
    """

    kind: BlockKind
    title: str
    text: str
    citations: tuple[str, ...] = ()
    data: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ResultDetail:
    """Everything that a result line says; strings are the server's own, not made safe.

    `usage` has every number of the message's usage, nested ones with a dotted name. `raw` is the line byte for byte.
    """

    custom_id: str
    type: str
    raw: bytes = field(repr=False)
    blocks: tuple[Block, ...] = ()
    stop_reason: str = ""
    stop_sequence: str = ""
    model: str = ""
    message_id: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    error_type: str = ""
    error_message: str = ""
    error_details: str = ""
    request_id: str = ""

    def pretty_json(self) -> str:
        """Return the whole line as indented JSON, or as it came where it is none."""
        return format_json(self.raw)


def parse_detail(line: bytes) -> ResultDetail:
    """Return everything in one line; what is missing or of another type is empty, never an error."""
    try:
        value = to_mapping(to_value(line))
    except ValueError:
        return ResultDetail(custom_id=parse_line(line).custom_id, type=UNREADABLE, raw=line)
    result = to_mapping(value.get("result"))
    message = to_mapping(result.get("message"))
    error = to_mapping(result.get("error"))
    inner = innermost_error(result.get("error"))
    return ResultDetail(
        custom_id=to_text(value.get("custom_id")),
        type=to_text(result.get("type")) or UNREADABLE,
        raw=line,
        blocks=_parse_content(message.get("content")),
        stop_reason=to_text(message.get("stop_reason")),
        stop_sequence=to_text(message.get("stop_sequence")),
        model=to_text(message.get("model")),
        message_id=to_text(message.get("id")),
        usage=dict(_iter_counts(to_mapping(message.get("usage")))),
        error_type=to_text(inner.get("type")),
        error_message=to_text(inner.get("message")),
        error_details=to_text(inner.get("details") or error.get("details")),
        request_id=to_text(error.get("request_id") or inner.get("request_id") or result.get("request_id")),
    )


def parse_block(block: Any) -> Block:
    """Return one content block; kinds that are not known are shown as their JSON."""
    fields = to_mapping(block)
    kind = to_text(fields.get("type"))
    parse = _PARSERS.get(kind)
    if parse is not None:
        return parse(fields)
    if kind.endswith("_tool_result"):
        return _parse_tool_result(fields)
    return Block("other", kind or "unknown block", to_text(block), data=block)


def _parse_content(content: Any) -> tuple[Block, ...]:
    if isinstance(content, str):
        return (Block("text", "text", content, data=content),)
    return tuple(parse_block(block) for block in to_list(content))


def _parse_text(block: Mapping[str, Any]) -> Block:
    citations = tuple(_format_citation(citation) for citation in to_list(block.get("citations")))
    return Block("text", "text", to_text(block.get("text")), citations, block)


def _parse_thinking(block: Mapping[str, Any]) -> Block:
    return Block("thinking", "thinking", to_text(block.get("thinking")), data=block)


def _parse_redacted_thinking(block: Mapping[str, Any]) -> Block:
    size = len(to_text(block.get("data")))
    return Block("thinking", "redacted thinking", f"({size:,} encrypted characters)", data=block)


def _parse_tool_use(block: Mapping[str, Any]) -> Block:
    title = " ".join(filter(None, (to_text(block.get("type")).replace("_", " "), to_text(block.get("name")))))
    return Block("tool_use", title, to_pretty_json(block.get("input")), data=block)


def _parse_tool_result(block: Mapping[str, Any]) -> Block:
    kind = to_text(block.get("type")).replace("_", " ")
    title = f"{kind} (error)" if block.get("is_error") else kind
    content = block.get("content")
    texts = [to_mapping(part).get("text") for part in to_list(content)]
    if texts and all(isinstance(text, str) for text in texts):
        return Block("tool_result", title, "\n".join(map(to_text, texts)), data=block)
    return Block("tool_result", title, to_text(content), data=block)


def _format_citation(citation: Any) -> str:
    """Return where a citation points and what it quotes, in one line."""
    fields = to_mapping(citation)
    source = fields.get("document_title") or fields.get("title") or fields.get("url") or fields.get("source")
    quote = " ".join(to_text(fields.get("cited_text")).split())
    parts = [to_text(source), f"“{quote}”" if quote else ""]
    return ": ".join(filter(None, parts)) or to_text(citation)


def _iter_counts(usage: Mapping[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, int]]:
    for name, value in usage.items():
        if isinstance(value, dict) and depth < _DEEPEST_USAGE:
            yield from _iter_counts(value, f"{prefix}{name}.", depth + 1)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield prefix + name, value


_PARSERS: dict[str, Callable[[Mapping[str, Any]], Block]] = {
    "text": _parse_text,
    "thinking": _parse_thinking,
    "redacted_thinking": _parse_redacted_thinking,
    "tool_use": _parse_tool_use,
    "server_tool_use": _parse_tool_use,
    "mcp_tool_use": _parse_tool_use,
    "tool_result": _parse_tool_result,
}
