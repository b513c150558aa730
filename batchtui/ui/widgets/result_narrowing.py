"""Some of a batch's results, and those that several such choices have in common."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

from batchtui.workspace import ResultsIndex

MATCHING = "matching"
"""The name of what a search found."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Some results: `rows` gives their numbers, ascending, as they are known now; `name` is a word for them."""

    name: str
    rows: Callable[[], Sequence[int]]


def common_rows(narrowings: Iterable[Narrowing]) -> Sequence[int]:
    """Return the rows that are in all of these, ascending; there must be one at least."""
    fewest, *others = sorted((each.rows() for each in narrowings), key=len)
    if not others:
        return fewest
    return array("I", sorted(set(fewest).intersection(*others)))


def rows_of_type(index: ResultsIndex, rows: Sequence[int], result_type: str) -> array[int]:
    """Return those of some rows that have a type."""
    names, codes = index.types
    if result_type not in names:
        return array("I")
    wanted = names.index(result_type)
    return array("I", compress(rows, map(wanted.__eq__, map(codes.__getitem__, rows))))


def count_types(index: ResultsIndex, rows: Sequence[int]) -> dict[str, int]:
    """Return how many of some rows there are of each type."""
    names, codes = index.types
    counts = Counter(map(codes.__getitem__, rows))
    return {name: counts[code] for code, name in enumerate(names)}
