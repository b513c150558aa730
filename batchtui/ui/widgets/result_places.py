"""Where a query stands in what is shown of a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from batchtui.errors import SpoolError
from batchtui.safe_text import safe_line
from batchtui.ui import glyphs
from batchtui.ui.widgets.row_table import Cell
from batchtui.workspace import Block, ResultDetail, ResultsStore, SearchQuery

PLACE_STYLE = "bold underline $text-accent on $accent-muted"
"""Underlined too, for terminals without colours."""

_BEFORE = 10
_AROUND = 240
_LONGEST_LINE = 200_000
_LONGEST_TEXT = 100_000


def mark_places(text: str, style: str, query: SearchQuery | None) -> Cell:
    """Return a safe text in pieces, those that match in a style of their own."""
    return tuple(_iter_pieces(text, style, query.spans(text) if query else ()))


def _iter_pieces(text: str, style: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    at = 0
    for start, end in spans:
        if start > at:
            yield text[at:start], style
        yield text[start:end], PLACE_STYLE
        at = end
    if at < len(text) or not spans:
        yield text[at:], style


def words_around(store: ResultsStore, row: int, query: SearchQuery) -> str:
    """Return the safe words around the first match in a row's texts; nothing where there is none, or it is long."""
    if store.index.lengths[row] > _LONGEST_LINE:
        return ""
    try:
        if not (query.is_expression or query.matches(store.line(row))):
            return ""
        return next(filter(None, (_cut_out(text, query) for text in _iter_texts(store.detail(row)))), "")
    except SpoolError:
        return ""


def _iter_texts(detail: ResultDetail) -> Iterator[str]:
    yield detail.error_message
    yield from map(_text_of, detail.blocks)


def _text_of(block: Block) -> str:
    return block.text


def _cut_out(text: str, query: SearchQuery) -> str:
    spans = query.spans(text[:_LONGEST_TEXT])
    if not spans:
        return ""
    start = max(spans[0][0] - _BEFORE, 0)
    words = " ".join(text[start : start + _AROUND].split())
    return safe_line(f"{glyphs.ELLIPSIS if start else ''}{words}")
