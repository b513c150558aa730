"""Lines broken to a width in cells, fast enough for a megabyte between two key presses.

Almost all text has one cell a character, so lines are cut by `rfind`; only a line with wide or combining characters is
measured character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import get_character_cell_size

TAB_SIZE = 4
_AS_EMOJI = "\ufe0f"
_LONGEST_SEARCH = 40
"""How far back from the edge a space is looked for, so that a long word does not leave half a line empty."""

_ONE_CELL_EACH = re.compile(
    r"[ -~\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0556"
    r"\u2010-\u2027\u2190-\u22ff\u2400-\u2421\u2500-\u259f]*"
)


def wrap_text(text: str, width: int) -> list[str]:
    """Return `text`, already safe, as lines of at most `width` cells; an empty line stays one."""
    return [piece for line in text.split("\n") for piece in wrap_line(line.expandtabs(TAB_SIZE), max(width, 2))]


def wrap_line(line: str, width: int) -> Iterator[str]:
    """Yield one line, without tabs, in pieces; where it is broken at a space, that space is left out."""
    if _ONE_CELL_EACH.fullmatch(line):
        return _cut_by_characters(line, width)
    return _cut_by_cells(line, width)


def _cut_by_characters(line: str, width: int) -> Iterator[str]:
    start, length = 0, len(line)
    while length - start > width:
        end = start + width
        space = line.rfind(" ", max(start + 1, end - _LONGEST_SEARCH), end + 1)
        yield line[start : end if space < 0 else space]
        start = end if space < 0 else space + 1
    yield line[start:]


def _cut_by_cells(line: str, width: int) -> Iterator[str]:
    start, space, cells = 0, -1, 0
    for place, character in enumerate(line):
        size = _size_at(line, place)
        while cells + size > width and place > start:
            cut = space if space > start else place
            yield line[start:cut]
            start = cut + (cut == space)
            cells = sum(_size_at(line, each) for each in range(start, place))
        if character == " ":
            space = place
        cells += size
    yield line[start:]


def _size_at(line: str, place: int) -> int:
    """Return the cells of a character, two for one that is to be drawn as an emoji, never too few."""
    size = get_character_cell_size(line[place])
    return max(size, 2) if line.startswith(_AS_EMOJI, place + 1) else size
