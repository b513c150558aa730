"""Which of the rows that are shown match a search, in the order in which they are shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import compress, count

from batchtui.ui.results_inquiries import SearchInquiry
from batchtui.ui.widgets.result_narrowing import MATCHING
from batchtui.ui.widgets.result_rows import ResultRows


class ShownMatches:
    """Places of matches in the rows of a table; found anew only when the rows or the matches have changed."""

    def __init__(self, rows: ResultRows) -> None:
        self.search: SearchInquiry | None = None
        self._rows = rows
        self._places: Sequence[int] = ()
        self._found_for: tuple[object, ...] = ()

    def count(self) -> int:
        """Return how many of the shown rows match."""
        return len(self._find())

    def rank(self, position: int) -> int | None:
        """Return which match the row at a place is, from 1; None where it is none."""
        places = self._find()
        rank = bisect_left(places, position)
        return rank + 1 if rank < len(places) and places[rank] == position else None

    def at_or_after(self, position: int) -> int | None:
        """Return the place of the first match from here on, from the top again where there is none."""
        return self.step(position - 1, 1)

    def step(self, position: int, steps: int) -> int | None:
        """Return the place of the next match, or for -1 the one before, round and round; None without matches."""
        places = self._find()
        if not places:
            return None
        following = bisect_right(places, position) if steps > 0 else bisect_left(places, position) - 1
        return places[following % len(places)]

    def _find(self) -> Sequence[int]:
        if self.search is None:
            return ()
        rows, matches = self._rows, self.search.rows
        state = (rows.version, len(rows), len(matches), self.search)
        if state != self._found_for:
            self._found_for = state
            self._places = self._place(rows, matches[: len(matches)])
        return self._places

    def _place(self, rows: ResultRows, matches: Sequence[int]) -> Sequence[int]:
        if rows.is_as_arrived:
            return matches[: bisect_left(matches, len(rows))]
        if any(each.name == MATCHING for each in rows.narrowings):
            return range(len(rows))
        wanted = set(matches)
        return list(compress(count(), map(wanted.__contains__, rows.shown_rows())))
