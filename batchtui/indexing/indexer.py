"""The bytes of a results file, in any chunking → packed rows, and what is wrong with lines."""

from __future__ import annotations

import msgspec

from batchtui.indexing.lines import LINE_LIMIT, Line, Lines, LineSplitter
from batchtui.indexing.loose import is_object
from batchtui.indexing.packing import PackedRows, RowPacker, decode_names
from batchtui.indexing.parse import UNREADABLE, LineFacts, parse_line, parse_lines


class LineProblem(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A line that is not what it should be; `number` counts from 1, `offset` in bytes from 0."""

    number: int
    offset: int
    what: str


class Start(msgspec.Struct, array_like=True):
    """Where indexing begins: after `number` lines that took `offset` bytes and gave `row` rows.

    `ids_end` and `names` (types, causes, models, as `encode_names` makes them) are what a `RowPacker` goes on from.
    """

    offset: int
    number: int
    row: int
    ids_end: int
    names: list[list[bytes]]


class Piece(msgspec.Struct, array_like=True):
    """What some bytes brought; `offset` and `number` are those of a `Start` that would go on from here.

    `taken` is how many bytes of the file have been looked at. In the last piece, `is_whole` is False where the file
    ends with a line that was cut off.
    """

    rows: list[PackedRows]
    problems: list[LineProblem]
    offset: int
    number: int
    taken: int
    is_last: bool = False
    is_whole: bool = True


class Indexer:
    """Takes chunks that follow each other; every line becomes a row, but for blank ones."""

    def __init__(self, start: Start) -> None:
        self._splitter = LineSplitter(start.number, start.offset)
        self._packer = RowPacker(start.row, start.ids_end, [decode_names(names) for names in start.names])
        self._rows: list[PackedRows] = []
        self._problems: list[LineProblem] = []

    def feed(self, chunk: bytes) -> Piece:
        """Return the rows of the lines that end in this chunk."""
        lines = self._splitter.feed(chunk)
        if lines.first is not None:
            self._add(lines.first)
        self._add_others(lines)
        return self._give()

    def finish(self) -> Piece:
        """Return a last line without a newline as a row; where it was cut off, that is a problem and no row.

        An object that is not closed has no other reading, so whatever is a whole object was not cut off.
        """
        last = self._splitter.finish()
        if last is None:
            return self._give(is_last=True)
        is_whole = last.data is not None and is_object(last.data)
        if is_whole:
            self._add(last)
        else:
            self._note(last, f"the last line is cut off after {last.length:,} bytes")
        return self._give(is_last=True, is_whole=is_whole)

    def _add_others(self, lines: Lines) -> None:
        """Index lines: all at once, or one by one where one of them is not as documented."""
        if not len(lines):
            return
        facts = parse_lines(lines.data, len(lines)) if lines.are_whole_objects else None
        if facts is not None:
            self._rows.append(self._packer.pack(lines.offsets, lines.lengths, facts))
            return
        for line in lines.others():
            self._add(line)

    def _add(self, line: Line) -> None:
        facts = LineFacts("", UNREADABLE) if line.data is None else parse_line(line.data)
        if facts.type == UNREADABLE:
            self._note(line, _describe(line))
        self._rows.append(self._packer.pack([line.offset], [line.length], [facts]))

    def _note(self, line: Line, what: str) -> None:
        self._problems.append(LineProblem(line.number, line.offset, what))

    def _give(self, *, is_last: bool = False, is_whole: bool = True) -> Piece:
        at = self._splitter
        taken = at.line_offset + at.pending_bytes
        piece = Piece(self._rows, self._problems, at.line_offset, at.line_number, taken, is_last, is_whole)
        self._rows, self._problems = [], []
        return piece


def _describe(line: Line) -> str:
    if line.data is None:
        return f"longer than {LINE_LIMIT // 1024**2} MiB ({line.length:,} bytes)"
    return "not a result: no JSON object with a result type"
