from __future__ import annotations

import sys
import threading
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from batchtui.errors import SpoolError
from batchtui.results import UNREADABLE, ResultsStore, read_results
from batchtui.results.spool import Spool
from tests.support.hostile_files import chunked_files
from tests.support.plain_reference import check_against_reference
from tests.support.result_lines import bare, errored, fill_store, succeeded


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    store = ResultsStore(tmp_path)
    yield store
    store.close()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=chunked_files())
def test_every_chunking_of_every_file_gives_the_same_rows(tmp_path: Path, file: tuple[bytes, list[bytes]]) -> None:
    check_against_reference(tmp_path, *file)


def test_a_last_line_without_a_newline_is_a_row(store: ResultsStore) -> None:
    store.feed(bare("a", "expired") + b"\n" + bare("b", "expired"))
    assert len(store.index) == 1
    assert store.finish()
    assert store.index.custom_id(1) == "b"


def test_a_cut_off_last_line_is_a_problem_and_no_row(store: ResultsStore) -> None:
    store.feed(bare("a", "expired") + b"\n" + succeeded("b")[:50])
    assert not store.finish()
    assert len(store.index) == 1
    (problem,) = store.problems
    assert (problem.number, problem.offset) == (2, len(bare("a", "expired")) + 1)
    assert problem.what == "the last line is cut off after 50 bytes"


def test_a_broken_line_is_a_row_that_says_so_and_the_others_stay(store: ResultsStore) -> None:
    store.feed(b"\n".join([bare("a", "expired"), b"<html>", bare("c", "expired"), b""]))
    assert store.finish()
    assert [store.index.type_of(row) for row in range(3)] == ["expired", UNREADABLE, "expired"]
    assert (store.problems[0].number, store.problem_count) == (2, 1)


def test_doubled_ids_are_all_rows_and_the_first_is_found(store: ResultsStore) -> None:
    store.feed(b"".join(bare(name, "expired") + b"\n" for name in ("b", "a", "ba", "a", "")))
    assert [store.index.custom_id(row) for row in range(5)] == ["b", "a", "ba", "a", ""]
    assert store.index.row_of("a") == 1
    assert store.index.row_of("") == 4
    assert store.index.row_of("c") is None
    assert store.index.rows_of(["a", "c", "ba"]) == {"a": 1, "ba": 2}


def test_counts_name_the_four_types_always_and_new_ones_where_they_are(store: ResultsStore) -> None:
    assert store.index.counts() == {"succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
    store.feed(bare("a", "paused") + b"\n" + errored("b") + b"\n")
    assert store.index.counts() == {"succeeded": 0, "errored": 1, "canceled": 0, "expired": 0, "paused": 1}
    assert list(store.index.rows("paused")) == [0]
    assert list(store.index.rows("errored")) == [1]
    assert list(store.index.rows("unheard of")) == []
    assert list(store.index.rows()) == [0, 1]


def test_a_new_type_in_every_row_does_not_fill_the_memory(store: ResultsStore) -> None:
    store.feed(b"".join(bare("a", f"type-{number}") + b"\n" for number in range(3000)))
    assert len(store.index.counts()) < 1100
    assert sum(store.index.counts().values()) == 3000
    assert store.index.type_of(2999) == "(other)"


def test_a_line_of_ten_megabytes_is_a_row_like_any_other(store: ResultsStore) -> None:
    line = succeeded("large", "word " * 2_000_000)
    store.feed(line + b"\n" + bare("next", "expired") + b"\n")
    assert store.line(0) == line
    assert store.summary(0).preview.startswith("word word")
    assert len(store.detail(0).blocks[0].text) == 10_000_000
    assert store.index.custom_id(1) == "next"


def test_what_a_page_shows_is_read_from_the_disk_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [succeeded(f"request-{number}", f"word {number}") for number in range(200)]
    reads: list[int] = []
    read = Spool.read

    def count(spool: Spool, offset: int, length: int) -> bytes:
        reads.append(length)
        return read(spool, offset, length)

    monkeypatch.setattr(Spool, "read", count)
    store = ResultsStore(tmp_path)
    store.feed(b"\r\n\n".join(lines) + b"\n")
    reads.clear()
    assert [store.summary(row).preview for row in range(100, 130)] == [f"word {number}" for number in range(100, 130)]
    assert len(reads) == 1
    assert [store.summary(row).preview for row in (199, 0, 7)] == ["word 199", "word 0", "word 7"]
    assert len(reads) == 3
    store.close()


def test_long_lines_are_read_one_by_one_and_not_kept(store: ResultsStore) -> None:
    text = "word " * 80_000
    store.feed(b"".join(succeeded(f"request-{number}", text) + b"\n" for number in range(3)))
    assert [store.summary(row).custom_id for row in (1, 0, 2)] == ["request-1", "request-0", "request-2"]
    assert store.summary(2).preview.startswith("word word")
    assert len(store._nearby._held.data) == 0


def test_a_row_costs_less_than_a_hundred_bytes_of_memory(tmp_path: Path) -> None:
    store = fill_store(tmp_path, (errored(f"request-{number:06}") for number in range(20_000)))
    columns = [column for column in vars(store.index).values() if isinstance(column, array | bytearray)]
    columns += store.index._rows_by_type
    assert sum(map(sys.getsizeof, columns)) / 20_000 < 100
    store.close()


def test_rows_are_read_while_others_arrive(store: ResultsStore) -> None:
    lines = [errored(f"request-{number}", message="m" * (number % 50)) for number in range(5000)]
    arrive = threading.Thread(target=read_results, args=((line + b"\n" for line in lines), store))
    arrive.start()
    seen = 0
    while seen < len(lines):
        if (length := len(store.index)) > seen:
            row = length - 1
            assert store.line(row) == lines[row]
            assert store.summary(row).custom_id == f"request-{row}"
            assert store.index.counts()["errored"] >= length - 1
            seen = length
    arrive.join()


def test_a_closed_store_says_so(store: ResultsStore) -> None:
    store.feed(bare("a", "expired") + b"\n")
    store.close()
    with pytest.raises(SpoolError, match="closed"):
        store.line(0)
