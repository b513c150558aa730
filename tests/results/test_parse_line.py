from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.indexing.parse import _parse_leniently
from batchtui.results import UNREADABLE, LineFacts, parse_line
from tests.support.result_lines import bare, encode, errored, succeeded

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(codec=None, categories=None), max_size=5),
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner), max_leaves=4
)


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with some of these fields, or anything in its place."""
    known = st.fixed_dictionaries({}, optional={name: value | anything for name, value in fields.items()})
    return st.one_of(known, known, known, anything)


counts = st.integers(0, 2**33)
lines = maybe(
    custom_id=st.text(max_size=5),
    result=maybe(
        type=st.sampled_from(["succeeded", "errored", "canceled", "expired", "paused", ""]),
        message=maybe(
            model=st.text(max_size=5),
            stop_reason=st.sampled_from(["end_turn", "refusal"]),
            usage=maybe(
                input_tokens=counts,
                output_tokens=counts,
                cache_read_input_tokens=counts,
                cache_creation_input_tokens=counts,
            ),
        ),
        error=maybe(type=st.just("error"), error=maybe(type=st.sampled_from(["api_error", ""])), message=st.text()),
    ),
)


@settings(max_examples=500, deadline=None)
@given(lines, st.booleans())
def test_the_fast_way_and_the_patient_way_find_the_same(value: Any, is_ascii: bool) -> None:  # noqa: FBT001  # drawn
    data = json.dumps(value, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    assert parse_line(data) == _parse_leniently(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=20).map(str.encode))
def test_no_bytes_at_all_are_an_error(data: bytes) -> None:
    assert parse_line(data) == _parse_leniently(data)


def test_an_answer_has_its_stop_reason_its_model_and_its_tokens() -> None:
    assert parse_line(succeeded("a")) == LineFacts("a", "succeeded", "end_turn", "claude-sonnet-4-6", 12, 34, 6, 5)


def test_the_cause_of_a_failure_is_two_levels_down() -> None:
    assert parse_line(errored("a", "overloaded_error")) == LineFacts("a", "errored", "overloaded_error")


def test_a_cause_one_level_down_is_found_too() -> None:
    line = encode("a", {"type": "errored", "error": {"type": "api_error", "message": "no"}})
    assert parse_line(line) == LineFacts("a", "errored", "api_error")


@pytest.mark.parametrize("result_type", ["canceled", "expired", "paused"])
def test_a_type_is_what_the_server_says(result_type: str) -> None:
    assert parse_line(bare("a", result_type)) == LineFacts("a", result_type)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("18446744073709551616", 2**32 - 1),
        ("-5", 0),
        ("1e999", 2**32 - 1),
        ("2.5", 2),
        ("null", 0),
        ('"7"', 0),
        ("true", 0),
    ],
)
def test_a_number_that_no_column_holds_is_the_nearest(number: str, shown: int) -> None:
    line = '{"custom_id":"a","result":{"type":"succeeded","message":{"usage":{"input_tokens":' + number + "}}}}"
    assert parse_line(line.encode()).input_tokens == shown


def test_a_number_of_ten_thousand_digits_is_no_obstacle() -> None:
    line = b'{"custom_id":"a","result":{"type":"expired","n":' + b"9" * 10_000 + b"}}"
    assert parse_line(line) == LineFacts("a", "expired")


def test_of_doubled_keys_the_last_one_counts() -> None:
    line = b'{"custom_id":"a","custom_id":"b","result":{"type":"errored"},"result":{"type":"x","type":"expired"}}'
    assert parse_line(line) == LineFacts("b", "expired")


def test_a_lone_surrogate_is_kept() -> None:
    assert parse_line(b'{"custom_id":"\\ud800","result":{"type":"expired"}}').custom_id == "\ud800"


@pytest.mark.parametrize("depth", [10, 100_000])
def test_no_depth_is_too_deep(depth: int) -> None:
    line = b'{"custom_id":"a","result":{"type":"expired","x":' + b"[" * depth + b"]" * depth + b"}}"
    assert parse_line(line) == LineFacts("a", "expired" if depth == 10 else UNREADABLE)


@pytest.mark.parametrize(
    "line",
    [b"", b"null", b"[]", b'"a"', b"{}", b'{"custom_id":"a"}', b'{"custom_id":"a","result":{"type":null}}', b"<html>"],
)
def test_what_is_no_result_is_unreadable(line: bytes) -> None:
    assert parse_line(line).type == UNREADABLE


def test_a_broken_line_keeps_the_id_that_it_begins_with() -> None:
    assert parse_line(b'{"custom_id": "a\\u0062", "result": {"type": "succ') == LineFacts("ab", UNREADABLE)
    assert parse_line(b'{"result": {"custom_id": "inside", "type": ') == LineFacts("", UNREADABLE)
    assert parse_line(b'{"custom_id": "no \\{ escape", "resu') == LineFacts("", UNREADABLE)
