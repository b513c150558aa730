"""Sections as the lines of a view: wrapped to a width, JSON folded where that is asked for, places of a query noted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from batchtui.formatting import format_count
from batchtui.ui.widgets.result_sections import Section
from batchtui.ui.widgets.wrapping import TAB_SIZE, wrap_line
from batchtui.workspace import SearchQuery

MARGIN = 2
"""Cells at the left of every line: the section's bar, and the sign of a fold."""

JSON_KINDS = frozenset({"raw", "tool"})

Fold: TypeAlias = tuple[int, int]
"""An object or an array of a section's JSON: the section's number, and that of the line where it opens."""

_MOST_PLACES = 100_000
"""How many places are shown of one paragraph, each of which takes some 100 bytes; then only the first of a line."""

_OPENING, _CLOSING = ("{", "["), ("}", "]")


class Line(NamedTuple):
    """One line as it is drawn; `part` is title or body.

    `fold` is what it opens, or what it stands in; `spans` are the places of the query in `text`.
    """

    kind: str
    part: str
    text: str
    fold: Fold | None = None
    is_head: bool = False
    is_folded: bool = False
    spans: tuple[tuple[int, int], ...] = ()


def lay_out(
    sections: Sequence[Section],
    width: int,
    *,
    can_fold: bool = False,
    folded: Collection[Fold] = (),
    query: SearchQuery | None = None,
) -> list[Line]:
    """Return every line of the sections, with an empty one between two of them."""
    lines: list[Line] = []
    wrap = _Wrapping(max(width - MARGIN, 2), query)
    for number, section in enumerate(sections):
        if number:
            lines.append(Line("facts", "body", ""))
        if section.title:
            lines.extend(wrap(section.title, Line(section.kind, "title", "")))
        rows = section.text.split("\n")
        body = Line(section.kind, "body", "")
        if can_fold and section.kind in JSON_KINDS:
            closed = {start for each, start in folded if each == number}
            lines.extend(line for row, like in _iter_foldable(rows, body, number, closed) for line in wrap(row, like))
        else:
            lines.extend(line for row in rows for line in wrap(row, body))
    return lines


def all_folds(sections: Sequence[Section]) -> Iterator[Fold]:
    """Yield every fold that can be closed, but the outermost of each section."""
    for number, section in enumerate(sections):
        if section.kind in JSON_KINDS:
            yield from ((number, start) for start in _find_ends(section.text.split("\n")) if start)


def _iter_foldable(
    rows: Sequence[str], like: Line, section: int, closed: Collection[int]
) -> Iterator[tuple[str, Line]]:
    """Yield rows of JSON, without what is folded away, each with what is to be known of its lines."""
    ends = _find_ends(rows)
    opened: list[int] = []
    place = 0
    while place < len(rows):
        while opened and place > ends[opened[-1]]:
            opened.pop()
        row, is_head, is_folded = rows[place], place in ends, place in closed
        if is_head:
            opened.append(place)
        fold = (section, opened[-1]) if opened else None
        if is_folded:
            row, place = _fold_rows(rows, place, ends[place]), ends[place]
        yield row, like._replace(fold=fold, is_head=is_head, is_folded=is_folded)
        place += 1


def _fold_rows(rows: Sequence[str], start: int, end: int) -> str:
    """Return `"content": [ … 12 lines … ],` for what these rows say."""
    count = end - start - 1
    return f"{rows[start]} … {format_count(count)} {'line' if count == 1 else 'lines'} … {rows[end].strip()}"


def _find_ends(rows: Sequence[str]) -> Mapping[int, int]:
    """Return where each object and array of indented JSON ends, by the row where it begins; empty ones have no rows."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for place, row in enumerate(rows):
        if row.lstrip(" ").startswith(_CLOSING) and opened:
            ends[opened.pop()] = place
        if row.endswith(_OPENING):
            opened.append(place)
    return ends


class _Wrapping:
    """Breaks texts to a width and notes where the query stands."""

    def __init__(self, width: int, query: SearchQuery | None) -> None:
        self._width = width
        self._query = query

    def __call__(self, text: str, like: Line) -> Iterator[Line]:
        """Yield a text as lines of a kind; only the first of them can be the head of a fold."""
        text = text.expandtabs(TAB_SIZE)
        spans: Sequence[tuple[int, int]] = self._query.spans(text, _MOST_PLACES) if self._query is not None else ()
        known_to = spans[-1][1] if len(spans) >= _MOST_PLACES else len(text)
        at = reached = 0
        for number, piece in enumerate(wrap_line(text, self._width)):
            at += not text.startswith(piece, at)  # the space at which the line was broken
            end = at + len(piece)
            while reached < len(spans) and spans[reached][1] <= at:
                reached += 1
            found = tuple(_cut(spans, reached, at, end))
            if at >= known_to and self._query is not None:
                found = tuple(self._query.spans(piece, 1))
            yield like._replace(text=piece, spans=found, is_head=like.is_head and not number)
            at = end


def _cut(spans: Sequence[tuple[int, int]], reached: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of spans that lie within a piece; those before `reached` end before it."""
    for place in range(reached, len(spans)):
        first, last = spans[place]
        if first >= end:
            return
        yield max(first, start) - start, min(last, end) - start
