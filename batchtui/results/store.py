"""The results of one batch, kept on disk and indexed while they arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from batchtui.results.detail import ResultDetail, parse_detail
from batchtui.results.index import ResultsIndex
from batchtui.results.lines import LINE_LIMIT, Line, Lines, LineSplitter
from batchtui.results.loose import is_object
from batchtui.results.parse import UNREADABLE, LineFacts, parse_line, parse_lines
from batchtui.results.row import ResultRow, make_row
from batchtui.results.spool import Spool

PROBLEM_LIMIT = 1000
"""How many problems are remembered one by one."""

_PIECE_SIZE = 1024 * 1024


class LineProblem(NamedTuple):
    """A line that is not what it should be; `number` counts from 1, `offset` in bytes from 0."""

    number: int
    offset: int
    what: str


class ResultsStore:
    """Takes the bytes of a results file in any chunking and gives rows, lines and details back.

    One thread feeds and finishes; any thread reads meanwhile. All strings that come out are the server's own: making
    them safe is the screen's part. Methods that touch the disk raise `SpoolError`.
    """

    def __init__(self, spool_folder: Path) -> None:
        self.index = ResultsIndex()
        self.problem_count = 0
        self._spool = Spool(spool_folder)
        self._splitter = LineSplitter()
        self._problems: list[LineProblem] = []
        self._is_finished = False

    @property
    def size(self) -> int:
        """The number of bytes kept; a download that resumes goes on from here."""
        return self._spool.size

    @property
    def problems(self) -> Sequence[LineProblem]:
        """The first thousand problems; `problem_count` counts all."""
        return self._problems

    @property
    def pending_bytes(self) -> int:
        """How many bytes of a line that has not ended yet have arrived."""
        return self._splitter.pending_bytes

    def feed(self, chunk: bytes) -> None:
        """Keep and index more bytes; after a `SpoolError` the rows so far stay, and the chunk is not among them."""
        for start in range(0, len(chunk), _PIECE_SIZE):
            piece = chunk[start : start + _PIECE_SIZE]
            self._spool.write(piece)
            self._take(self._splitter.feed(piece))

    def finish(self) -> bool:
        """Take in a last line without a newline; return False where it was cut off, which is then a problem, no row.

        An object that is not closed has no other reading, so whatever is a whole object was not cut off.
        """
        if self._is_finished:
            return True
        self._is_finished = True
        last = self._splitter.finish()
        if last is None:
            return True
        if last.data is not None and is_object(last.data):
            self._add(last)
            return True
        self._note(last, f"the last line is cut off after {last.length:,} bytes")
        return False

    def line(self, row: int) -> bytes:
        """Return a row's line byte for byte, without its line ending."""
        return self._spool.read(self.index.offsets[row], self.index.lengths[row])

    def iter_lines(self, rows: Sequence[int]) -> Iterator[bytes]:
        """Yield the lines of these rows in this order."""
        return map(self.line, rows)

    def block(self, first: int, end: int) -> bytes:
        """Return the bytes from the beginning of row `first` to the end of the row before `end`, as they came.

        What stands between the rows comes with them: line endings, blank lines.
        """
        start = self.index.offsets[first]
        return self._spool.read(start, self.index.offsets[end - 1] + self.index.lengths[end - 1] - start)

    def iter_chunks(self) -> Iterator[bytes]:
        """Yield everything that arrived, byte for byte, blank lines and line endings included."""
        return self._spool.iter_chunks()

    def detail(self, row: int) -> ResultDetail:
        """Return everything that a row's line says; never raises for what the line holds."""
        return parse_detail(self.line(row))

    def summary(self, row: int) -> ResultRow:
        """Return what a table shows of a row, with the first words of its text."""
        return make_row(self.index, row, self.line(row))

    def close(self) -> None:
        """Give the disk's space back; rows can no longer be read."""
        self._spool.close()

    def _take(self, lines: Lines) -> None:
        """Index lines: all at once, or one by one where one of them is not as documented."""
        if lines.first is not None:
            self._add(lines.first)
        facts = parse_lines(lines.data, len(lines)) if lines.are_whole_objects else None
        if facts is not None:
            self.index.extend(lines.offsets, lines.lengths, facts)
            return
        for line in lines.others():
            self._add(line)

    def _add(self, line: Line) -> None:
        facts = LineFacts("", UNREADABLE) if line.data is None else parse_line(line.data)
        if facts.type == UNREADABLE:
            self._note(line, _describe(line))
        self.index.extend([line.offset], [line.length], [facts])

    def _note(self, line: Line, what: str) -> None:
        self.problem_count += 1
        if len(self._problems) < PROBLEM_LIMIT:
            self._problems.append(LineProblem(line.number, line.offset, what))


def _describe(line: Line) -> str:
    if line.data is None:
        return f"longer than {LINE_LIMIT // 1024**2} MiB ({line.length:,} bytes)"
    return "not a result: no JSON object with a result type"
