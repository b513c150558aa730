"""Which results an export takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from batchtui.results import ResultsIndex, is_retryable

DEFAULT_TYPES = ("errored", "expired", "canceled")
"""The results that are no answer: what one wants to send again."""


def select_rows(
    index: ResultsIndex,
    types: Collection[str] | None = None,
    *,
    retryable: bool = False,
    rows: Sequence[int] | None = None,
) -> Sequence[int]:
    """Return the rows of these types, in the order in which they came.

    Without `types`, those are `DEFAULT_TYPES`, or every type where `rows` says which rows are meant; `rows` keep their
    own order. `retryable` leaves only what can be sent again unchanged.
    """
    if rows is None:
        chosen: Sequence[int] = _rows_of(index, DEFAULT_TYPES if types is None else types)
    elif types is None:
        chosen = rows
    else:
        chosen = [row for row in rows if index.type_of(row) in types]
    if retryable:
        chosen = [row for row in chosen if is_retryable(index.type_of(row), index.cause_of(row))]
    return chosen


def selection_kind(types: Collection[str] | None = None, *, retryable: bool = False) -> str:
    """Return the word for a selection that stands in a file's name: `failed`, one type's name, or `selected`."""
    if retryable:
        return "retryable"
    wanted = set(DEFAULT_TYPES if types is None else types)
    if wanted == set(DEFAULT_TYPES):
        return "failed"
    return wanted.pop() if len(wanted) == 1 else "selected"


def _rows_of(index: ResultsIndex, types: Collection[str]) -> list[int]:
    return sorted(row for result_type in set(types) for row in index.rows(result_type)[:])
