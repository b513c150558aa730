from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from batchtui.exports import DEFAULT_TYPES, select_rows, selection_kind
from batchtui.results import ResultsStore
from tests.support.result_lines import bare, errored, fill_store, succeeded


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    lines = [
        succeeded("0"),
        bare("1", "expired"),
        errored("2", "invalid_request_error"),
        bare("3", "canceled"),
        succeeded("4"),
        errored("5", "overloaded_error"),
        bare("6", "paused"),
        b"no json",
    ]
    store = fill_store(tmp_path, lines)
    yield store
    store.close()


def test_by_default_everything_without_an_answer_is_taken_in_its_order(store: ResultsStore) -> None:
    assert select_rows(store.index) == [1, 2, 3, 5]


def test_types_are_taken_as_named_whatever_their_order(store: ResultsStore) -> None:
    assert select_rows(store.index, ("expired", "succeeded", "expired")) == [0, 1, 4]
    assert select_rows(store.index, ("paused",)) == [6]
    assert select_rows(store.index, ("unheard of",)) == []


def test_retryable_leaves_out_what_must_be_fixed_first(store: ResultsStore) -> None:
    assert select_rows(store.index, retryable=True) == [1, 3, 5]
    assert select_rows(store.index, ("errored",), retryable=True) == [5]


def test_chosen_rows_keep_their_order_and_every_type(store: ResultsStore) -> None:
    assert select_rows(store.index, rows=[7, 4, 2]) == [7, 4, 2]
    assert select_rows(store.index, ("errored",), rows=[7, 4, 2]) == [2]
    assert select_rows(store.index, rows=[]) == []


def test_a_selection_does_not_grow_with_the_download(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    store.feed(errored("0") + b"\n")
    before = select_rows(store.index, ("errored",))
    store.feed(errored("1") + b"\n")
    store.close()
    assert before == [0]


@pytest.mark.parametrize(
    ("types", "retryable", "word"),
    [
        (None, False, "failed"),
        (reversed(DEFAULT_TYPES), False, "failed"),
        (("errored",), False, "errored"),
        (("errored", "succeeded"), False, "selected"),
        (None, True, "retryable"),
    ],
)
def test_a_selection_has_a_word_for_its_file(types: Iterable[str] | None, *, retryable: bool, word: str) -> None:
    assert selection_kind(tuple(types) if types else None, retryable=retryable) == word
