from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.safe_text import safe_block, safe_line

HARMFUL = {*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


@given(st.text(st.characters()))
def test_no_control_character_and_no_bidi_override_is_left_in_a_line(text: str) -> None:
    assert not {ord(character) for character in safe_line(text)} & HARMFUL


@given(st.text(st.characters()))
def test_a_block_keeps_tabs_and_line_feeds_and_nothing_else_that_controls(text: str) -> None:
    assert {ord(character) for character in safe_block(text)} & HARMFUL <= {0x09, 0x0A}


def test_an_escape_sequence_that_came_as_json_is_shown_and_not_obeyed() -> None:
    assert safe_line(json.loads(r'"\u001b]0;owned\u0007"')) == "␛]0;owned␇"


def test_a_windows_line_break_counts_once() -> None:
    assert safe_line("a\r\nb") == "a⏎b"
    assert safe_block("a\r\nb") == "a\nb"


@pytest.mark.parametrize("text", ["naïve café", "日本語", "עברית", "🙂 ok", "[red]not markup[/red]"])
def test_ordinary_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert safe_line(text) == text


def test_a_lone_surrogate_can_be_written_to_any_terminal() -> None:
    assert safe_line("\ud800").encode() == "�".encode()
