"""Where a table's columns stand, and cells cut or padded to their place, measured in terminal cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from rich.cells import cell_len, split_text
from textual.content import Content
from textual.style import Style

from batchtui.ui import glyphs

Piece: TypeAlias = tuple[str, str]
"""A text and the name of its style."""

Cell: TypeAlias = Content | Sequence[Piece]
"""What one cell says, safe and on one line."""

GUTTER = 3
"""The cursor's sign, the mark's sign and a space, at the left of every row."""

_WIDE = 140
_MIN_REST = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` in cells, 0 for the one that takes the rest; hidden in tables below `min_screen_width`.

    `max_width` limits the one that takes the rest; 0 means no limit. `keeps_end` cuts what is too long at its start.
    """

    key: str
    label: str
    width: int
    align: Literal["left", "right"] = "left"
    is_sortable: bool = True
    min_screen_width: int = 0
    max_width: int = 0
    keeps_end: bool = False


@dataclass(frozen=True, slots=True)
class Sorting:
    """The column that orders the rows, and whether the biggest (the newest, the last) comes first."""

    column: str
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the screen: which of the cells it shows, where it begins, how wide it is."""

    column: Column
    index: int
    x: int
    width: int


def lay_out(columns: Sequence[Column], width: int) -> tuple[Place, ...]:
    """Return the columns that are shown in `width` cells, from left to right."""
    shown = [(index, column) for index, column in enumerate(columns) if column.min_screen_width <= width]
    gap = 2 if width >= _WIDE else 1
    fixed = GUTTER + sum(column.width for _, column in shown) + gap * (len(shown) - 1)
    rest = width - fixed
    places: list[Place] = []
    x = GUTTER
    for index, column in shown:
        if column.width == 0 and rest < _MIN_REST:
            continue
        room = column.width or min(rest, column.max_width or rest)
        room = min(room, width - x)
        if room > 0:
            places.append(Place(column, index, x, room))
        x += room + gap
    return tuple(places)


def column_at(places: Iterable[Place], x: int) -> Column | None:
    """Return the column whose place, with the gap after it, holds this cell."""
    before = [place.column for place in places if place.x <= x]
    return before[-1] if before else None


def label_of(place: Place, sorting: Sorting | None) -> tuple[str, Place]:
    """Return a column's heading and its place.

    A column that orders the rows has an arrow, for which a cell of the gap beside it is there: ▲ smallest first, ▼
    biggest first.
    """
    label, is_right = place.column.label, place.column.align == "right"
    if sorting is None or sorting.column != place.column.key:
        return label, place
    arrow = glyphs.DESCENDING if sorting.is_descending else glyphs.ASCENDING
    wider = replace(place, x=place.x - is_right, width=place.width + 1)
    return (f"{arrow}{label}" if is_right else f"{label}{arrow}"), wider


def cell_width(cell: Cell) -> int:
    """Return how many terminal cells a cell's text takes."""
    return cell.cell_length if isinstance(cell, Content) else sum(cell_len(text) for text, _ in cell)


def overhang(cell: Cell, place: Place) -> int:
    """Return how many cells of a text do not fit where it stands; none of a number, or of what is cut at its start."""
    if place.column.align == "right" or place.column.keeps_end:
        return 0
    return max(cell_width(cell) - place.width, 0)


def iter_pieces(cell: Cell, base: Style, parse: Callable[[str | Style], Style]) -> Iterator[tuple[str, Style]]:
    """Yield a cell's texts with their whole styles."""
    if isinstance(cell, Content):
        yield from cell.render(base, "", parse)
    else:
        for text, name in cell:
            yield text, base + parse(name) if name else base


def fit(
    pieces: Iterable[tuple[str, Style]], place: Place, base: Style, *, skip: int = 0
) -> Iterator[tuple[str, Style]]:
    """Yield pieces that fill a place exactly: what is too long gets a `…`, `skip` cells at the start are left out.

    A wide character that would stand across an edge becomes a space, so that the next column stays where it is.
    """
    kept = list(_skip(pieces, skip)) if skip else list(pieces)
    free = place.width - sum(cell_len(text) for text, _ in kept)
    if free < 0:
        yield from _cut_start(kept, 1 - free) if place.column.keeps_end else _cut_end(kept, place.width)
        return
    if free and place.column.align == "right":
        yield " " * free, base
    yield from kept
    if free and place.column.align == "left":
        yield " " * free, base


def _skip(pieces: Iterable[tuple[str, Style]], cells: int) -> Iterator[tuple[str, Style]]:
    for text, style in pieces:
        size = cell_len(text)
        if size > cells:
            yield (split_text(text, cells)[1] if cells else text), style
        cells = max(cells - size, 0)


def _cut_end(pieces: Iterable[tuple[str, Style]], width: int) -> Iterator[tuple[str, Style]]:
    room = width - 1
    for text, style in pieces:
        size = cell_len(text)
        if size > room:
            kept = split_text(text, room)[0] if room else ""
            yield kept + " " * (room - cell_len(kept)) + glyphs.ELLIPSIS, style
            return
        yield text, style
        room -= size


def _cut_start(pieces: Sequence[tuple[str, Style]], cells: int) -> Iterator[tuple[str, Style]]:
    kept = list(_skip(pieces, cells))
    yield glyphs.ELLIPSIS, pieces[0][1]
    yield from kept
