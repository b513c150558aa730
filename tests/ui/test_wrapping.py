"""Lines broken to a width in cells."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.ui.widgets.wrapping import wrap_text

TEXTS = st.text(st.sampled_from("ab cd  é漢字🙂\u0301\u200d\ufe0f❤👩🏽\n\t—·"), max_size=200)


@given(TEXTS, st.integers(2, 40))
@example("a❤\ufe0f", 2)
@example("a b👩", 2)
def test_no_line_is_wider_than_the_room(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap_text(text, width))


@given(TEXTS, st.integers(2, 40))
def test_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    wrapped = "".join(wrap_text(text, width))
    assert "".join(wrapped.split()) == "".join(text.split())


def test_lines_break_at_spaces_and_only_long_words_inside() -> None:
    assert wrap_text("one two three", 8) == ["one two", "three"]
    assert wrap_text("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_empty_lines_stay() -> None:
    assert wrap_text("one\n\ntwo", 10) == ["one", "", "two"]
