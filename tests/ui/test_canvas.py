"""A terminal shows the same, whether it gets what Textual sends or what the canvas makes of it."""

from __future__ import annotations

import os
import pty
import threading
from typing import TypeAlias

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.ui.terminal.canvas import Canvas
from batchtui.ui.terminal.looks import PLAIN, Look, change, look_of
from batchtui.ui.terminal.painter import Painter

WIDTH, HEIGHT = 24, 6

Line: TypeAlias = tuple[int, int, list[tuple[str, str]]]
"""A row, a column, and pieces of text after their codes."""

CODES = ["", "1", "2;3", "4", "7", "31", "38;5;200", "38;2;1;2;3", "1;38;2;1;2;3;48;2;9;9;9", "48;5;7", "9;97;104"]
TEXTS = st.text(alphabet="ab x ·━✓…─é世界\u0301🙂", min_size=1, max_size=12)
PIECES = st.tuples(st.sampled_from(CODES), TEXTS)
LINES = st.tuples(st.integers(1, HEIGHT), st.integers(1, WIDTH), st.lists(PIECES, min_size=1, max_size=4))
PICTURES = st.lists(LINES, min_size=1, max_size=8)


def emulator() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")
    return screen, stream


def sent_by_textual(lines: list[Line]) -> str:
    sent = ""
    for row, column, pieces in lines:
        sent += f"\x1b[{row};{column}H"
        sent += "".join(f"\x1b[{codes}m{text}\x1b[0m" if codes else text for codes, text in pieces)
    return sent + "\x1b[1;1H"


def filled() -> str:
    return "".join(f"\x1b[{row};1H\x1b[48;5;4m{' ' * WIDTH}\x1b[0m" for row in range(1, HEIGHT + 1))


def shown(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """What a person sees: of a space its ground only, unless something is drawn on it."""
    return [[seen(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def seen(char: pyte.screens.Char) -> tuple[object, ...]:
    is_drawn_on = char.reverse or char.underscore or char.strikethrough
    if char.data == " " and not is_drawn_on:
        return " ", char.bg
    return tuple(char)


PLAIN_TEXTS = st.text(alphabet="ab x ·━✓…─é", min_size=1, max_size=12)
PLAIN_LINES = st.tuples(
    st.integers(1, HEIGHT),
    st.integers(1, WIDTH - 1),
    st.lists(st.tuples(st.sampled_from(CODES), PLAIN_TEXTS), min_size=1, max_size=4),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(PLAIN_LINES, min_size=1, max_size=8), min_size=1, max_size=5))
def test_any_pictures_look_as_textual_drew_them(
    pictures: list[list[Line]],
) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    (direct, to_direct), (thrifty, to_thrifty) = emulator(), emulator()
    for sent, fitting in [(filled(), filled()), *((sent_by_textual(each), picture_within(each)) for each in pictures)]:
        to_direct.feed(fitting)
        canvas.take(sent)
        to_thrifty.feed(canvas.render())
        assert shown(thrifty) == shown(direct)


def picture_within(lines: list[Line]) -> str:
    """The same, cut at the right edge: a terminal that does not wrap would heap the rest on its last cell."""
    cut = []
    for row, column, pieces in lines:
        room, kept = WIDTH - column + 1, []
        for codes, text in pieces:
            kept.append((codes, text[:room]))
            room -= len(text[:room])
        cut.append((row, column, kept))
    return sent_by_textual(cut)


@settings(max_examples=60, deadline=None)
@given(st.lists(PICTURES, min_size=1, max_size=4))
def test_any_text_at_all_stays_in_its_row_and_a_second_look_costs_nothing(
    pictures: list[list[Line]],
) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    for lines in pictures:
        canvas.take(sent_by_textual(lines))
        canvas.render()
        canvas.take(sent_by_textual(lines[-1:]))
        assert canvas.render() == ""


def test_one_changed_digit_is_sent_alone() -> None:
    canvas = Canvas(80, 24)
    canvas.take("\x1b[5;40H\x1b[38;2;1;2;3m1 h 07 m\x1b[0m\x1b[1;1H")
    canvas.render()
    canvas.take("\x1b[5;40H\x1b[38;2;1;2;3m1 h 08 m\x1b[0m\x1b[1;1H")
    assert canvas.render() == "\b\b\b8"


def test_wide_characters_keep_the_columns_behind_them_in_place() -> None:
    canvas = Canvas(20, 1)
    screen, stream = pyte.Screen(20, 1), None
    stream = pyte.Stream(screen)
    for picture in ("\x1b[1;1H世界 end", "\x1b[1;1H世ab end"):
        canvas.take(picture)
        stream.feed(canvas.render())
    assert screen.display[0].replace(" ", "").startswith("世abend")
    assert screen.buffer[0][5].data == "e"


def test_half_of_a_wide_character_that_is_painted_over_becomes_a_space() -> None:
    canvas = Canvas(10, 1)
    screen = pyte.Screen(10, 1)
    stream = pyte.Stream(screen)
    for picture in ("\x1b[1;1H世界", "\x1b[1;2Hx"):
        canvas.take(picture)
        stream.feed(canvas.render())
    assert [screen.buffer[0][x].data for x in range(3)] == [" ", "x", "界"]


def test_a_control_character_that_was_left_in_a_text_never_reaches_the_terminal() -> None:
    canvas = Canvas(40, 2)
    canvas.take("\x1b[1;1Hgood \x1b]0;title\x07 \x1b[2J \x9b31m \x08 bad")
    rendered = canvas.render()
    assert "\x1b]" not in rendered
    assert "\x1b[2J" not in rendered
    assert "\x07" not in rendered
    assert "\x9b" not in rendered
    assert "good" in rendered


@pytest.mark.parametrize("before", CODES)
@pytest.mark.parametrize("after", CODES)
def test_a_change_of_looks_leads_from_each_to_each(before: str, after: str) -> None:
    screen = pyte.Screen(4, 1)
    stream = pyte.Stream(screen)
    codes, look = change(None, look_of(before))
    stream.feed(codes)
    stream.feed(change(look, look_of(after))[0] + "x")
    expected = pyte.Screen(4, 1)
    pyte.Stream(expected).feed(f"\x1b[0;{after}mx" if after else "x")
    assert screen.buffer[0][0] == expected.buffer[0][0]


def test_a_look_is_its_attributes_and_colours() -> None:
    assert look_of("1;38;2;1;2;3;48;5;7") == Look(frozenset({1}), "38;2;1;2;3", "48;5;7")
    assert look_of("1;31;0") == PLAIN


class PseudoTerminal:
    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


def test_a_terminal_that_takes_nothing_holds_nobody_up() -> None:
    terminal = PseudoTerminal()
    painter = Painter(terminal.slave, canvas=Canvas(), measure=lambda: (80, 24))
    painter.start()
    painter.write("\x1b[?1049h")
    for number in range(200):  # far more than a terminal's buffer, and than Textual's own queue
        painter.write(f"\x1b[{number % 24 + 1};1H" + chr(65 + number % 26) * 80)
        painter.write(f"\x1b]0;{'x' * 200}\x07")
    painter.close(seconds=0.1)
    assert any(thread.name == "batchtui-painter" for thread in threading.enumerate())
    terminal.close()


def test_a_terminal_that_has_gone_is_told_once() -> None:
    terminal = PseudoTerminal()
    gone = threading.Event()
    painter = Painter(terminal.slave, canvas=Canvas(), measure=lambda: (80, 24), on_gone=gone.set)
    painter.start()
    painter.write("\x1b[?1049h")
    os.close(terminal.master)
    painter.write("\x1b[1;1Hwords")
    assert gone.wait(60)
    painter.write("\x1b[2;1Hmore words")
    painter.close()
    os.close(terminal.slave)


def test_a_picture_is_painted_on_our_own_screen_only() -> None:
    terminal = PseudoTerminal()
    painter = Painter(terminal.slave, canvas=Canvas(), measure=lambda: (80, 24))
    painter.start()
    painter.write("\x1b[1;1Hwords")
    for control in ("\x1b[?2004h", "\x1b[?1049h", "\x1b[?1049l"):
        painter.write(control)
    painter.write("\x1b[1;1Hother")
    painter.close()
    assert os.read(terminal.master, 1000) == b"\x1b[?2004h\x1b[?1049h\x1b[1H\x1b[mwords\x1b[?1049l"
    terminal.close()
