"""Results in another order than that of their arrival: an array of row numbers, made beside the event loop."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from batchtui.ui.widgets.row_table import Sorting
from batchtui.workspace import ResultsStore

_TYPE_ORDER = {"errored": 0, "unreadable": 1, "expired": 2, "canceled": 3, "succeeded": 4}
_OTHER_TYPES = 1.5


def _custom_ids(store: ResultsStore, rows: range) -> Sequence[Any]:
    return [store.index.custom_id(row) for row in rows]


def _types(store: ResultsStore, rows: range) -> Sequence[Any]:
    names = [store.index.type_of(row) for row in rows]
    return [(_TYPE_ORDER.get(name, _OTHER_TYPES), name) for name in names]


def _causes(store: ResultsStore, rows: range) -> Sequence[Any]:
    causes = [store.index.cause_of(row) for row in rows]
    return [(not cause, cause) for cause in causes]


_KEYS: Mapping[str, Callable[[ResultsStore, range], Sequence[Any]]] = {
    "custom_id": _custom_ids,
    "type": _types,
    "cause": _causes,
    "input_tokens": lambda store, _rows: store.index.input_tokens,
    "output_tokens": lambda store, _rows: store.index.output_tokens,
    "cached_tokens": lambda store, _rows: store.index.cache_read_tokens,
}
"""What each column is sorted by; failures come before answers, rows without a cause after those with one."""

SORTED_COLUMNS = tuple(_KEYS)
"""The columns that can order the rows, in the order in which `o` goes through them."""

_BIGGEST_FIRST = frozenset({"input_tokens", "output_tokens", "cached_tokens"})


def natural_order(column: str) -> Sorting:
    """Return how a column is sorted when it is asked for first: names from A, numbers from the biggest."""
    return Sorting(column, column in _BIGGEST_FIRST)


def next_order(sorting: Sorting | None) -> Sorting | None:
    """Return the order of the next column; after the last one, that of arrival."""
    if sorting is None:
        return natural_order(SORTED_COLUMNS[0])
    place = SORTED_COLUMNS.index(sorting.column) + 1
    return natural_order(SORTED_COLUMNS[place]) if place < len(SORTED_COLUMNS) else None


def sort_rows(store: ResultsStore, sorting: Sorting) -> array[int]:
    """Return all rows that have arrived in this order; rows that are equal stay in the order of arrival."""
    rows = range(len(store.index))
    keys = _KEYS[sorting.column](store, rows)
    return array("I", sorted(rows, key=keys.__getitem__, reverse=sorting.is_descending))
