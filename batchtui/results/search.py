r"""Every result that matches a query, found in the spool's bytes at the speed of a file search.

A block of the spool is looked through as bytes, which are many times quicker than texts. Only lines in which something
was found, or which write characters as `\u` escapes, are then read as JSON, because a match counts only in what
`searched_text` names.
"""

from __future__ import annotations

import re
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from batchtui.indexing.lines import LINE_LIMIT
from batchtui.results.search_query import SearchQuery
from batchtui.results.searched_text import raw_parts
from batchtui.results.store import ResultsStore

BLOCK_SIZE = 1024 * 1024
"""Bytes that are searched between two looks at `is_cancelled`."""

_LONGEST_ESCAPE = 6
_QUOTE = ord('"')
_ESCAPED_ASCII = re.compile(rb"\\u00[2-7]")
_ESCAPED = re.compile(rb"\\u")
_GUARD = threading.Lock()


@dataclass(frozen=True, slots=True)
class SearchStep:
    """The matching rows of a few more rows, ascending. All rows before `searched` have been looked at, of `total`."""

    rows: Sequence[int]
    searched: int
    total: int


def iter_matches(
    store: ResultsStore, query: SearchQuery, start_row: int = 0, *, is_cancelled: Callable[[], bool] = lambda: False
) -> Iterator[SearchStep]:
    """Yield the matches from `start_row` on, a step a block, until every row that is there has been looked at.

    While rows still arrive, go on later with the last step's `searched`. Lines that were too long to be read are no
    matches. Raises `SpoolError`.
    """
    escapes = _escapes_of(store, query)
    row = start_row
    while row < (total := len(store.index)) and not is_cancelled():
        stop = _block_stop(store, row, total)
        is_readable = store.index.lengths[row] <= LINE_LIMIT
        rows = _Block(store, row, stop).find(query, escapes) if is_readable else ()
        yield SearchStep(rows, stop, len(store.index))
        row = stop


def prepare_search(store: ResultsStore) -> None:
    """Look for escapes once, before anybody searches, which halves the time of a first search. Raises `SpoolError`."""
    of_ascii = _escapes_among(store)[0]
    row = 0
    while row < (total := len(store.index)):
        stop = _block_stop(store, row, total)
        if store.index.lengths[row] <= LINE_LIMIT:
            of_ascii.find(_Block(store, row, stop))
        row = stop


class ResultsSearch:
    """A query, and the rows found so far, for a screen: one thread searches, any thread reads.

    `rows` is ascending and grows; it must not be changed.
    """

    def __init__(self, store: ResultsStore, query: SearchQuery) -> None:
        self.query = query
        self.rows = array("I")
        self.searched = 0
        self._store = store

    @property
    def is_caught_up(self) -> bool:
        """Whether every row that is there has been looked at."""
        return self.searched >= len(self._store.index)

    def advance(
        self,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
        on_step: Callable[[SearchStep], None] = lambda _: None,
    ) -> None:
        """Look at the rows that have come since the last time."""
        for step in iter_matches(self._store, self.query, self.searched, is_cancelled=is_cancelled):
            self.rows.extend(step.rows)
            self.searched = step.searched
            on_step(step)

    def next_after(self, row: int) -> int | None:
        """Return the first match after a row, from the top again where there is none; None without matches."""
        if not self.rows:
            return None
        place = bisect_right(self.rows, row)
        return self.rows[place if place < len(self.rows) else 0]

    def previous_before(self, row: int) -> int | None:
        """Return the last match before a row, from the bottom again where there is none."""
        return self.rows[bisect_left(self.rows, row) - 1] if self.rows else None


def _block_stop(store: ResultsStore, row: int, total: int) -> int:
    """Return the row after the last one that ends within a block that begins with `row`; it holds one at least."""
    offsets, limit = store.index.offsets, store.index.offsets[row] + BLOCK_SIZE
    stop = bisect_right(offsets, limit, row + 1, total)
    if stop - 1 > row and offsets[stop - 1] + store.index.lengths[stop - 1] > limit:
        stop -= 1
    return stop


class _Escapes:
    """Rows that write characters as escapes, found once for all searches in a store."""

    def __init__(self, escape: re.Pattern[bytes]) -> None:
        self._escape = escape
        self._rows = array("I")
        self._scanned = 0
        self._guard = threading.Lock()

    def find(self, block: _Block) -> Sequence[int]:
        """Return those of a block."""
        with self._guard:
            if block.stop <= self._scanned:
                return self._rows[bisect_left(self._rows, block.first) : bisect_left(self._rows, block.stop)]
            rows = sorted(block.find_rows(self._escape))
            if block.first == self._scanned:
                self._rows.extend(rows)
                self._scanned = block.stop
            return rows


class _Block:
    """Some rows and their bytes."""

    def __init__(self, store: ResultsStore, first: int, stop: int) -> None:
        self.first = first
        self.stop = stop
        self._offsets = store.index.offsets
        self._lengths = store.index.lengths
        self._base = self._offsets[first]
        self._data = store.block(first, stop)

    def find(self, query: SearchQuery, escapes: _Escapes) -> list[int]:
        """Return the rows that match."""
        needle = query.needle
        if needle is None:
            return [row for row in range(self.first, self.stop) if query.matches_decoded(self._line(row))]
        rows: set[int] = set()
        for pattern in query.byte_patterns:
            rows |= self.find_rows(pattern)
        hidden = set(escapes.find(self))
        found = [row for row in rows - hidden if _is_match(query, needle, self._line(row))]
        found += [row for row in hidden if query.matches_decoded(self._line(row))]
        return sorted(found)

    def find_rows(self, pattern: re.Pattern[bytes]) -> set[int]:
        """Return the rows in which a pattern is found."""
        rows = set()
        search, data, offsets, lengths = pattern.search, self._data, self._offsets, self._lengths
        found = search(data)
        while found is not None:
            place = found.start()
            row = bisect_right(offsets, self._base + place, self.first, self.stop) - 1
            end = offsets[row] + lengths[row] - self._base
            if place < end:
                rows.add(row)
            found = search(data, max(end, place + 1))
        return rows

    def _line(self, row: int) -> bytes:
        start = self._offsets[row] - self._base
        return self._data[start : start + self._lengths[row]]


def _is_match(query: SearchQuery, needle: bytes, line: bytes) -> bool:
    """Return whether a line without escaped ASCII matches; as bytes, where they tell it without a doubt."""
    parts = raw_parts(line)
    if parts is None or not query.is_needle_all:
        return query.matches_decoded(line)
    is_doubtful = False
    for part in parts:
        for pattern in query.byte_patterns:
            if found := pattern.search(part):
                before = part[max(found.start() - len(needle) - _LONGEST_ESCAPE, 0) : found.start()]
                if part[0] == _QUOTE and b"\\" not in before:
                    return True
                is_doubtful = True
    return is_doubtful and query.matches_decoded(line)


_ESCAPES: WeakKeyDictionary[ResultsStore, tuple[_Escapes, _Escapes]] = WeakKeyDictionary()


def _escapes_of(store: ResultsStore, query: SearchQuery) -> _Escapes:
    """Return the escapes that can hide a query's needle: those of ASCII, or all of them."""
    of_ascii, all_escapes = _escapes_among(store)
    return of_ascii if query.needle is None or query.needle.isascii() else all_escapes


def _escapes_among(store: ResultsStore) -> tuple[_Escapes, _Escapes]:
    with _GUARD:
        return _ESCAPES.setdefault(store, (_Escapes(_ESCAPED_ASCII), _Escapes(_ESCAPED)))
