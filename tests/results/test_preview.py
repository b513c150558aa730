from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.results.row import PREVIEW_LENGTH, preview_line
from tests.support.hostile_files import PIECES
from tests.support.result_lines import bare, encode, errored, succeeded


def test_an_answer_is_previewed_by_its_first_words_on_one_line() -> None:
    assert preview_line(succeeded("a", " Dear\n\nreader,\t hello. ")) == "Dear reader, hello."


def test_a_preview_is_short() -> None:
    assert len(preview_line(succeeded("a", "word " * 10_000))) == PREVIEW_LENGTH


def test_a_failure_is_previewed_by_its_message() -> None:
    assert preview_line(errored("a", message="Try\nlater")) == "Try later"
    assert preview_line(encode("a", {"type": "errored", "error": {"message": "one level"}})) == "one level"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "So"}], "So"),
        ([{"type": "text", "text": ""}, {"type": "text", "text": "second"}], "second"),
        ([{"type": "tool_use", "name": "find", "input": {"text": "no"}}], '⚙ find {"text": "no"}'),
        ([{"type": "thinking", "thinking": "Hm,\nwell"}], "✱ Hm, well"),
        ([{"type": "thinking", "thinking": "Hm"}, {"type": "tool_use", "name": "f", "input": {}}], "⚙ f {}"),
        ([5, {"type": "tool_use", "name": "find", "input": [1]}], "⚙ find [ 1 ]"),
        ([{"text": "without type"}], "without type"),
        ([None, 5, {"type": "text", "text": "after"}], "after"),
        ("bare text", "bare text"),
        ([], ""),
        (None, ""),
    ],
)
def test_the_first_text_is_found_among_whatever_blocks(content: Any, words: str) -> None:
    assert preview_line(succeeded("a", content=content)) == words


def test_what_has_no_words_has_no_preview() -> None:
    assert preview_line(bare("a", "expired")) == ""


def test_a_line_that_is_no_json_is_previewed_as_it_came() -> None:
    assert preview_line(b"<html>\n502 Bad Gateway") == "<html> 502 Bad Gateway"


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(PIECES)
    | st.binary(max_size=30)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda value: succeeded("a", content=value))
)
def test_no_line_is_too_strange_to_be_previewed(line: bytes) -> None:
    assert len(preview_line(line)) <= PREVIEW_LENGTH
