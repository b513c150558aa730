"""The results of one batch, kept on disk and indexed while they arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from batchtui.errors import SpoolError
from batchtui.indexing.indexer import LineProblem, Piece
from batchtui.results.detail import ResultDetail, parse_detail
from batchtui.results.feeder import IndexFeeder
from batchtui.results.index import ResultsIndex
from batchtui.results.nearby import NearbyLines
from batchtui.results.row import ResultRow, make_row
from batchtui.results.spool import Spool

PROBLEM_LIMIT = 1000
"""How many problems are remembered one by one."""

MANY_ROWS = 20_000
"""From how many rows on another process indexes them: for fewer it would start when they are all here."""

_PIECE_SIZE = 1024 * 1024


class ResultsStore:
    """Takes the bytes of a results file in any chunking and gives rows, lines and details back.

    One thread feeds and finishes; any thread reads meanwhile. Large results, which `expect` announces, are indexed by
    another process. All strings that come out are the server's own: making them safe is the screen's part. Methods
    that touch the disk raise `SpoolError`.
    """

    def __init__(self, spool_folder: Path) -> None:
        self.index = ResultsIndex()
        self.problem_count = 0
        self._spool = Spool(spool_folder)
        self._nearby = NearbyLines(self.index, self._spool.read)
        self._feeder = IndexFeeder(self._spool, self._take, self.index.start_after)
        self._problems: list[LineProblem] = []
        self._is_whole: bool | None = None

    @property
    def size(self) -> int:
        """The number of bytes kept; a download that resumes goes on from here."""
        return self._spool.size

    @property
    def is_whole(self) -> bool:
        """Whether everything has come, to the end of the last line."""
        return self._is_whole is True

    @property
    def problems(self) -> Sequence[LineProblem]:
        """The first thousand problems; `problem_count` counts all."""
        return self._problems

    def expect(self, rows: int) -> None:
        """Prepare for so many rows: for many, start the process that will index them. Before the first `feed`."""
        if rows >= MANY_ROWS:
            self._feeder.get_help()

    @property
    def is_helped(self) -> bool:
        """Whether a process that would index is there, or on its way."""
        return self._feeder.is_helped

    def feed(self, chunk: bytes) -> None:
        """Keep and index more bytes; after a `SpoolError` the rows so far stay, and the chunk is not among them.

        Where another process indexes, the rows come a little later, and all of them before `finish` returns.
        """
        for start in range(0, len(chunk), _PIECE_SIZE):
            piece = chunk[start : start + _PIECE_SIZE]
            self._spool.write(piece)
            self._feeder.feed(self._spool.size)

    def catch_up(self) -> None:
        """Wait until every line that was fed whole is a row, where another process indexes."""
        self._feeder.catch_up()

    def release(self) -> None:
        """End the process that indexes, after what it has yet to do: nothing more will be fed."""
        with suppress(SpoolError):  # closed meanwhile
            self.catch_up()
        self._feeder.close()

    def finish(self) -> bool:
        """Take in a last line without a newline; return False where it was cut off, which is then a problem, no row."""
        if self._is_whole is None:
            self._is_whole = self._feeder.finish()
        return self._is_whole

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
        return make_row(self.index, row, self._nearby.line(row))

    def close(self) -> None:
        """Give the disk's space back; rows can no longer be read."""
        self._feeder.close()
        self._spool.close()

    def _take(self, piece: Piece) -> None:
        for rows in piece.rows:
            self.index.append(rows)
        self.problem_count += len(piece.problems)
        self._problems += piece.problems[: PROBLEM_LIMIT - len(self._problems)]
