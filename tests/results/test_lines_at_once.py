from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.indexing import indexer
from batchtui.indexing.parse import parse_line, parse_lines
from batchtui.results import ResultsIndex, ResultsStore
from tests.support.hostile_files import PIECES, chunked_files
from tests.support.result_lines import bare, errored, succeeded

WELL_FORMED = (
    succeeded("good", "Hello\nthere"),
    succeeded("no usage", usage=None),
    succeeded("cached", usage={"input_tokens": 7, "cache_creation": {"ephemeral_1h_input_tokens": 9}}),
    errored("bad"),
    bare("gone", "expired"),
    bare("", "paused"),
)


def columns(index: ResultsIndex) -> dict[str, object]:
    flat = {name: column for name, column in vars(index).items() if isinstance(column, array | bytearray)}
    return {**flat, "names": (index.types.names, index.causes.names, index.models.names), "counts": index.counts()}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=chunked_files())
def test_lines_read_at_once_and_one_by_one_make_the_same_index(tmp_path: Path, file: tuple[bytes, list[bytes]]) -> None:
    at_once, one_by_one = ResultsStore(tmp_path), ResultsStore(tmp_path)
    at_once.feed(file[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexer, "parse_lines", lambda *_: None)
        one_by_one.feed(file[0])
    assert columns(at_once.index) == columns(one_by_one.index)
    assert at_once.problems == one_by_one.problems
    at_once.close()
    one_by_one.close()


@given(st.lists(st.sampled_from(WELL_FORMED)), st.sampled_from([b"\n", b"\r\n", b" \n"]))
def test_documented_lines_are_all_read_at_once(lines: list[bytes], ending: bytes) -> None:
    found = parse_lines(b"".join(line + ending for line in lines), len(lines))
    assert found == [parse_line(line) for line in lines]


@pytest.mark.parametrize("odd", [piece for piece in PIECES if parse_line(piece).type == "unreadable"])
def test_one_line_that_is_no_result_sends_all_to_be_looked_at(odd: bytes) -> None:
    lines = [bare("a", "expired"), odd, bare("b", "expired")]
    data = b"".join(line + b"\n" for line in lines)
    assert parse_lines(data, data.count(b"\n")) is None


def test_two_results_on_a_line_do_not_make_up_for_one_that_needs_a_closer_look(tmp_path: Path) -> None:
    odd = b'{"custom_id":"c","result":{"type":"errored","message":{},"error":{"error":{"type":"api_error"}}}}'
    lines = [bare("x", "expired"), bare("a", "expired") * 2, odd, bare("d", "canceled")]
    store = ResultsStore(tmp_path)
    store.feed(b"".join(line + b"\n" for line in lines))
    assert [store.index.custom_id(row) for row in range(4)] == ["x", "a", "c", "d"]
    assert [store.index.type_of(row) for row in range(4)] == ["expired", "unreadable", "errored", "canceled"]
    assert store.line(2) == odd
    store.close()


@pytest.mark.parametrize("gap", [b"", b" ", b"\r"])
def test_two_objects_on_a_line_do_not_make_up_for_one_on_two_lines(tmp_path: Path, gap: bytes) -> None:
    one = bare("a", "expired")
    over_two_lines = one.replace(b', "result"', b',\n"result"')
    assert over_two_lines != one
    found = ResultsStore(tmp_path)
    found.feed(b"\n".join([one, over_two_lines, one + gap + one, b""]))
    assert found.index.counts() == {"succeeded": 0, "errored": 0, "canceled": 0, "expired": 1, "unreadable": 3}
    found.close()
