"""The spool in blocks of whole rows, to be looked through as bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from batchtui.indexing.lines import LINE_LIMIT
from batchtui.results.bytes_finder import BytesFinder
from batchtui.results.store import ResultsStore

BLOCK_SIZE = 2 * 1024 * 1024
"""Bytes of a block; a line that is longer is a block of its own."""


class Block:
    """Rows `first` to `stop` - 1 and their bytes, which are read at the first need. Raises `SpoolError`."""

    def __init__(self, store: ResultsStore, first: int, stop: int) -> None:
        self.first = first
        self.stop = stop
        self._store = store
        self._offsets = store.index.offsets
        self._lengths = store.index.lengths
        self._base = self._offsets[first]
        self._bytes: bytes | None = None

    @property
    def rows(self) -> range:
        """The rows that can be looked through: none where the line was too long to be read."""
        return range(self.first, self.stop if self._lengths[self.first] <= LINE_LIMIT else self.first)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self._offsets[self.stop - 1] + self._lengths[self.stop - 1] - self._base

    def find_rows(self, finder: BytesFinder) -> list[int]:
        """Return the rows in which something is found, ascending."""
        rows: list[int] = []
        offsets, lengths = self._offsets, self._lengths
        find_from = finder(self._data)
        place = find_from(0)
        while place >= 0:
            row = bisect_right(offsets, self._base + place, self.first, self.stop) - 1
            end = offsets[row] + lengths[row] - self._base
            if place < end:  # else it stands between two rows
                rows.append(row)
            place = find_from(max(end, place + 1))
        return rows

    def line(self, row: int) -> bytes:
        """Return a row's line."""
        start = self._offsets[row] - self._base
        return self._data[start : start + self._lengths[row]]

    @property
    def _data(self) -> bytes:
        if self._bytes is None:  # Python 3.11's cached_property would let one thread read at a time
            self._bytes = self._store.block(self.first, self.stop) if self.rows else b""
        return self._bytes


def iter_blocks(store: ResultsStore, start_row: int = 0) -> Iterator[Block]:
    """Yield the blocks from `start_row` on, until every row that is there was in one."""
    row = start_row
    while row < (total := len(store.index)):
        stop = _block_stop(store, row, total)
        yield Block(store, row, stop)
        row = stop


def _block_stop(store: ResultsStore, row: int, total: int) -> int:
    """Return the row after the last one that ends within a block that begins with `row`; it holds one at least."""
    offsets, limit = store.index.offsets, store.index.offsets[row] + BLOCK_SIZE
    stop = bisect_right(offsets, limit, row + 1, total)
    if stop - 1 > row and offsets[stop - 1] + store.index.lengths[stop - 1] > limit:
        stop -= 1
    return stop
