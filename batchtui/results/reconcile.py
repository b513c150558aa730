"""Rows against the batch's own counts: what was promised and is not there."""

from __future__ import annotations

from batchtui.indexing.parse import UNREADABLE
from batchtui.models import RESULT_TYPES, RequestCounts
from batchtui.results.index import ResultsIndex


def missing_rows(counts: RequestCounts, index: ResultsIndex) -> int:
    """Return how many promised results are not there as readable rows; 0 when all are."""
    readable = len(index) - len(index.rows(UNREADABLE))
    return max(counts.finished - readable, 0)


def surplus_rows(counts: RequestCounts, index: ResultsIndex) -> int:
    """Return how many readable rows there are that nobody promised."""
    readable = len(index) - len(index.rows(UNREADABLE))
    return max(readable - counts.finished, 0)


def differing_counts(counts: RequestCounts, index: ResultsIndex) -> dict[str, tuple[int, int]]:
    """Return the types whose rows do not add up, as (promised, found)."""
    found = index.counts()
    promised = {name: getattr(counts, name) for name in RESULT_TYPES}
    return {name: (promised[name], found[name]) for name in RESULT_TYPES if promised[name] != found[name]}
