from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.results import UNREADABLE, Block, parse_detail, parse_line
from batchtui.results.row import preview_line
from batchtui.results.searched_text import iter_texts
from tests.support.hostile_files import PIECES
from tests.support.result_lines import encode, errored, succeeded


def blocks_of(*content: Any) -> tuple[Block, ...]:
    return parse_detail(succeeded("a", content=list(content))).blocks


def test_an_answer_is_told_in_full() -> None:
    line = succeeded("a", "Hello", stop_reason="stop_sequence", stop_sequence="END")
    detail = parse_detail(line)
    assert (detail.custom_id, detail.type, detail.raw) == ("a", "succeeded", line)
    assert (detail.model, detail.message_id) == ("claude-sonnet-4-6", "msg_a")
    assert (detail.stop_reason, detail.stop_sequence) == ("stop_sequence", "END")
    assert [(block.kind, block.title, block.text) for block in detail.blocks] == [("text", "text", "Hello")]


def test_usage_has_every_number_by_its_name() -> None:
    usage = {"input_tokens": 1, "cache_creation": {"ephemeral_1h_input_tokens": 2}, "service_tier": "batch", "new": 3}
    assert parse_detail(succeeded("a", usage=usage)).usage == {
        "input_tokens": 1,
        "cache_creation.ephemeral_1h_input_tokens": 2,
        "new": 3,
    }


def test_usage_that_is_nested_beyond_reason_is_left_to_the_json() -> None:
    usage = {"a": {"b": {"c": {"d": 1, "e": {"f": 2}}}}}
    assert parse_detail(succeeded("a", usage=usage)).usage == {"a.b.c.d": 1}


@pytest.mark.parametrize("inner", [None, "req_inner"])
def test_a_failure_is_told_in_full(inner: str | None) -> None:
    error = {"type": "api_error", "message": "It broke", "details": {"at": 1}, "request_id": inner}
    line = encode("a", {"type": "errored", "error": {"type": "error", "error": error, "request_id": "req_outer"}})
    detail = parse_detail(line)
    assert (detail.error_type, detail.error_message, detail.request_id) == ("api_error", "It broke", "req_outer")
    assert json.loads(detail.error_details) == {"at": 1}


@pytest.mark.parametrize("error", ["plain words", {"type": "error", "error": "plain words"}])
def test_words_in_the_place_of_an_error_are_told_everywhere(error: Any) -> None:
    line = encode("a", {"type": "errored", "error": error})
    assert parse_detail(line).error_message == "plain words"
    assert preview_line(line) == "plain words"
    assert "plain words" in iter_texts(line)


def test_an_error_goes_before_an_answer_that_came_with_it() -> None:
    error = {"type": "error", "error": {"type": "api_error", "message": "it broke"}}
    message = {"content": [{"type": "text", "text": "So far"}]}
    for more in ({}, {"model": 5}):
        line = encode("a", {"type": "errored", "error": error, "message": message | more})
        assert preview_line(line) == "it broke"


def test_a_failure_one_level_down_is_told_too() -> None:
    detail = parse_detail(encode("a", {"type": "errored", "error": {"type": "api_error", "message": "No"}}))
    assert (detail.error_type, detail.error_message, detail.request_id) == ("api_error", "No", "")


@pytest.mark.parametrize(
    ("block", "kind", "title", "text"),
    [
        ({"type": "thinking", "thinking": "Hm", "signature": "s"}, "thinking", "thinking", "Hm"),
        ({"type": "redacted_thinking", "data": "xyz"}, "thinking", "redacted thinking", "(3 encrypted characters)"),
        ({"type": "tool_use", "name": "find", "input": {"q": 1}}, "tool_use", "tool use find", '{\n  "q": 1\n}'),
        ({"type": "server_tool_use", "name": "web"}, "tool_use", "server tool use web", "null"),
        (
            {"type": "mcp_tool_result", "is_error": True, "content": [{"type": "text", "text": "no"}]},
            "tool_result",
            "mcp tool result (error)",
            "no",
        ),
        ({"type": "hologram", "x": 1}, "other", "hologram", '{\n  "type": "hologram",\n  "x": 1\n}'),
        ("bare", "other", "unknown block", "bare"),
        (None, "other", "unknown block", ""),
    ],
)
def test_every_block_is_shown_for_what_it_is(block: Any, kind: str, title: str, text: str) -> None:
    (shown,) = blocks_of(block)
    assert (shown.kind, shown.title, shown.text) == (kind, title, text)


def test_a_citation_is_one_line() -> None:
    (block,) = blocks_of(
        {
            "type": "text",
            "text": "So",
            "citations": [{"document_title": "Manual", "cited_text": "it\nis"}, {"url": "u"}],
        }
    )
    assert block.citations == ("Manual: “it is”", "u")


def test_a_text_in_the_place_of_blocks_is_a_block() -> None:
    assert parse_detail(succeeded("a", content="plain")).blocks[0].text == "plain"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PIECES) | st.binary(max_size=30) | st.text().map(str.encode))
def test_no_line_is_too_strange_to_be_shown(line: bytes) -> None:
    detail = parse_detail(line)
    assert (detail.custom_id, detail.type, detail.raw) == (*parse_line(line)[:2], line)
    assert isinstance(detail.pretty_json(), str)


@pytest.mark.parametrize("place", ["usage", "content", "x"])
@pytest.mark.parametrize("depth", [300, 900, 100_000])
def test_no_line_is_too_deep_to_be_shown(place: str, depth: int) -> None:
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    line = b'{"custom_id":"a","result":{"type":"succeeded","message":{"%s":%s}}}' % (place.encode(), nested)
    detail = parse_detail(line)
    assert detail.type in {"succeeded", UNREADABLE}
    assert detail.pretty_json()


def test_the_whole_line_is_shown_as_it_came_with_doubled_keys_and_long_numbers() -> None:
    line = b'{"custom_id":"a","custom_id":"b","n":123456789012345678901234567890,"f":1.50}'
    assert parse_detail(line).pretty_json().split() == [
        "{",
        '"custom_id":',
        '"a",',
        '"custom_id":',
        '"b",',
        '"n":',
        "123456789012345678901234567890,",
        '"f":',
        "1.50",
        "}",
    ]


def test_a_line_that_is_no_json_is_shown_as_it_came() -> None:
    assert parse_detail(b"<html>\xff").pretty_json() == "<html>\ufffd"


def test_a_lone_surrogate_does_not_stop_the_view() -> None:
    assert "a" in parse_detail(errored("a", message="\ud800")).pretty_json()


def test_nesting_does_not_blow_a_line_up() -> None:
    line = b'{"x":' + b"[" * 500 + b"0," * 200_000 + b"0" + b"]" * 500 + b"}"
    assert len(parse_detail(line).pretty_json()) == len(line)
