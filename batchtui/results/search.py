r"""Every result that matches a query, found in the spool's bytes at the speed of a file search.

A block of the spool is looked through as bytes, which are many times quicker than texts, and several blocks at once.
Only lines in which something was found, or which write characters as `\u` escapes, are then read as JSON, because a
match counts only in what `searched_text` names.
"""

from __future__ import annotations

import os
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from batchtui.results import blocks
from batchtui.results.blocks import Block, iter_blocks
from batchtui.results.bytes_finder import BytesFinder, bytes_finder, escape_finder
from batchtui.results.search_query import SearchQuery
from batchtui.results.search_threads import SearchThreads
from batchtui.results.searched_text import raw_parts
from batchtui.results.store import ResultsStore

THREADS = min(os.cpu_count() or 1, 4)
"""How many blocks are searched at once."""

_MANY = 0.2
"""From which share of a block's rows on that must be read as JSON threads only hinder each other."""

_LONGEST_ESCAPE = 6
_QUOTE = ord('"')
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
    if query.needle is None:
        yield from _iter_read(store, query, start_row, is_cancelled)
        return
    finder = bytes_finder(query.needle, ignores_case=query.ignores_case)
    escapes = _escapes_of(store, query)
    coming = iter_blocks(store, start_row)
    with SearchThreads[_Found](THREADS) as threads:
        searches: deque[tuple[Block, Future[_Found]]] = deque()
        room = 1
        while not is_cancelled():
            while _size_of(searches) < room and (block := next(coming, None)) is not None:
                searches.append((block, threads.submit(_Search(block, query, finder, escapes))))
            if not searches:
                return
            block, search = searches.popleft()
            found = search.result()
            escapes.learn(block, found.escaped)
            room = 1 if found.read > _MANY * len(block.rows) else 2 * THREADS * blocks.BLOCK_SIZE
            yield SearchStep(found.rows, block.stop, len(store.index))


def _iter_read(
    store: ResultsStore, query: SearchQuery, start_row: int, is_cancelled: Callable[[], bool]
) -> Iterator[SearchStep]:
    """Yield the matches of a query that tells nothing of the bytes, so that every line is read."""
    for block in iter_blocks(store, start_row):
        rows = []
        for row in block.rows:
            if is_cancelled():
                return
            if query.matches_decoded(block.line(row)):
                rows.append(row)
        yield SearchStep(rows, block.stop, len(store.index))


def prepare_search(store: ResultsStore) -> None:
    """Look for escapes once, before anybody searches, which halves the time of a first search. Raises `SpoolError`."""
    of_ascii = _escapes_among(store)[0]
    for block in iter_blocks(store):
        if of_ascii.known(block) is None:
            of_ascii.learn(block, of_ascii.find(block))


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


class _Escapes:
    """Rows that write characters as escapes, found once for all searches in a store."""

    def __init__(self, *, of_ascii: bool) -> None:
        self._of_ascii = of_ascii
        self._rows = array("I")
        self._scanned = 0
        self._guard = threading.Lock()

    def known(self, block: Block) -> Sequence[int] | None:
        """Return those of a block; None where it has not been looked through."""
        with self._guard:
            if block.stop > self._scanned:
                return None
            return self._rows[bisect_left(self._rows, block.first) : bisect_left(self._rows, block.stop)]

    def find(self, block: Block) -> Sequence[int]:
        """Look a block through."""
        return block.find_rows(escape_finder(of_ascii=self._of_ascii))

    def learn(self, block: Block, rows: Sequence[int]) -> None:
        """Remember those of a block, where all rows before it are known."""
        with self._guard:
            if block.first <= self._scanned < block.stop:
                self._rows.extend(row for row in rows if row >= self._scanned)
                self._scanned = block.stop


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of a block that match, those with escapes, and how many had to be read as JSON."""

    rows: Sequence[int]
    escaped: Sequence[int]
    read: int


@dataclass(frozen=True, slots=True)
class _Search:
    """One search in one block."""

    block: Block
    query: SearchQuery
    finder: BytesFinder
    escapes: _Escapes

    def __call__(self) -> _Found:
        block, query = self.block, self.query
        known = self.escapes.known(block)
        escaped = self.escapes.find(block) if known is None else known
        hidden = set(escaped)
        plain = [row for row in block.find_rows(self.finder) if row not in hidden]
        found = [row for row in plain if _is_match(query, self.finder, block.line(row))]
        found += [row for row in escaped if query.matches_decoded(block.line(row))]
        return _Found(sorted(found), escaped, len(plain) + len(escaped))


def _size_of(searches: Iterable[tuple[Block, Future[_Found]]]) -> int:
    return sum(block.size for block, _ in searches)


def _is_match(query: SearchQuery, finder: BytesFinder, line: bytes) -> bool:
    """Return whether a line without escaped ASCII matches; as bytes, where they tell it without a doubt."""
    parts = raw_parts(line)
    if parts is None or not query.is_needle_all:
        return query.matches_decoded(line)
    is_doubtful = False
    for part in parts:
        place = finder(part)(0)
        if place >= 0:
            if part[0] == _QUOTE and b"\\" not in part[max(place - _LONGEST_ESCAPE, 0) : place]:
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
        return _ESCAPES.setdefault(store, (_Escapes(of_ascii=True), _Escapes(of_ascii=False)))
