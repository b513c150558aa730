from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from batchtui.errors import InterruptedStreamError, SpoolError
from batchtui.models import RequestCounts
from batchtui.results import LoadProgress, ResultsStore, differing_counts, is_retryable, missing_rows, read_results
from tests.support.result_lines import bare, errored, succeeded

LINES = [bare(f"request-{number}", "expired") + b"\n" for number in range(10)]
SIZE = sum(map(len, LINES))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    store = ResultsStore(tmp_path)
    yield store
    store.close()


class Clock:
    """A clock that goes on a bit at each look."""

    def __init__(self, step: float) -> None:
        self.now = 100.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def breaking_off(after: int) -> Iterator[bytes]:
    yield from LINES[:after]
    yield LINES[after][:9]
    raise InterruptedStreamError("after a while")


def test_all_chunks_end_in_a_complete_store(store: ResultsStore) -> None:
    told: list[LoadProgress] = []
    last = read_results(LINES, store, on_progress=told.append)
    assert (last.rows, last.bytes, last.state) == (10, SIZE, "complete")
    assert told[-1] is last


def test_the_first_rows_are_told_at_once_and_then_ten_times_a_second(store: ResultsStore) -> None:
    told: list[LoadProgress] = []
    read_results(LINES * 100, store, on_progress=told.append, clock=Clock(0.001))
    assert (told[0].rows, told[0].state) == (1, "loading")
    seconds = [progress.seconds for progress in told[:-1]]
    assert len(told) > 5
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(seconds))


def test_a_break_is_told_and_raised_and_the_rows_stay(store: ResultsStore) -> None:
    told: list[LoadProgress] = []
    with pytest.raises(InterruptedStreamError):
        read_results(breaking_off(4), store, on_progress=told.append)
    assert (told[-1].state, told[-1].rows, len(store.index)) == ("partial", 4, 4)


def test_a_download_goes_on_where_it_broke_off(store: ResultsStore) -> None:
    with pytest.raises(InterruptedStreamError):
        read_results(breaking_off(4), store)
    rest = b"".join(LINES)[store.size :]
    last = read_results([rest], store, clock=Clock(1.0))
    assert (last.rows, last.bytes, last.state) == (10, SIZE, "complete")
    assert [store.line(row) + b"\n" for row in range(10)] == LINES


def test_a_cut_off_last_line_is_partial(store: ResultsStore) -> None:
    assert read_results([b"".join(LINES)[:-5]], store).state == "partial"


@pytest.mark.parametrize("breaks", [False, True])
def test_stopping_is_no_failure(store: ResultsStore, *, breaks: bool) -> None:
    chunks = breaking_off(4) if breaks else iter(LINES)
    last = read_results(chunks, store, is_cancelled=lambda: len(store.index) == 4)
    assert (last.state, last.rows) == ("stopped", 4)


def test_a_disk_that_refuses_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told: list[LoadProgress] = []
    with pytest.raises(SpoolError, match="file"):
        read_results(LINES, ResultsStore(tmp_path / "file"), on_progress=told.append)
    assert told[-1].state == "partial"


def test_rows_are_checked_against_the_counts(store: ResultsStore) -> None:
    read_results([succeeded("a") + b"\n" + errored("b") + b"\nbroken\n"], store)
    counts = RequestCounts(succeeded=1, errored=2, expired=3)
    assert missing_rows(counts, store.index) == 4
    assert differing_counts(counts, store.index) == {"errored": (2, 1), "expired": (3, 0)}
    assert missing_rows(RequestCounts(succeeded=1), store.index) == 0


@pytest.mark.parametrize(
    ("result_type", "cause", "answer"),
    [
        ("expired", "", True),
        ("canceled", "", True),
        ("errored", "overloaded_error", True),
        ("errored", "invalid_request_error", False),
        ("errored", "a_new_error", False),
        ("succeeded", "end_turn", False),
        ("succeeded", "api_error", False),
        ("unreadable", "", False),
    ],
)
def test_only_what_failed_by_no_fault_of_its_own_can_be_sent_again(
    result_type: str, cause: str, *, answer: bool
) -> None:
    assert is_retryable(result_type, cause) is answer
