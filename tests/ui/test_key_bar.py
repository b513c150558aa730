"""The keys at the bottom: which are shown, which have room first, and what a click on one does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

import batchtui.ui
from batchtui.demo.simulator import Simulator
from batchtui.settings import parse_settings
from batchtui.ui.commands import Command, bindings
from batchtui.ui.preferences import Preferences
from batchtui.ui.screens.base import LEAVING, BaseScreen
from batchtui.ui.widgets.key_bar import KeyBar
from tests.support.batches_app import dashboard
from tests.support.screen_text import screen_lines
from tests.support.simulator import place_batch
from tests.support.waiting import wait_for_text, wait_until
from tests.ui.test_themes import dashboard as dashboard_as_preferred

PRESSED = "what was pressed: "
OWN = (
    Command("w", "write('wide')", "広い言葉", "Wide words", in_footer=True),
    Command("x", "write('never')", "Never", "Cannot be done now", in_footer=True),
    Command("h", "write('hidden')", "Hidden", "Not meant for the line"),
    Command("b,n", "write('bright')", "Bright", "The first of two keys", in_footer=True),
)


class KeyScreen(BaseScreen):
    """Says which of its keys was pressed."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (*OWN, *LEAVING)
    BINDINGS = bindings(OWN)

    def compose(self) -> ComposeResult:
        yield Static(PRESSED)
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return None if (action, parameters) == ("write", ("never",)) else True

    def action_write(self, words: str) -> None:
        answer = self.query_one(Static)
        answer.update(f"{answer.content}{words} ")


class KeyApp(App[None]):
    """A dashboard of one screen of keys."""

    CSS_PATH = Path(batchtui.ui.__file__).parent / "styles.tcss"
    keymap: ClassVar[dict[str, str]] = {}

    def get_default_screen(self) -> KeyScreen:
        return KeyScreen()


@asynccontextmanager
async def keys_in(width: int) -> AsyncIterator[Pilot[Any]]:
    async with KeyApp().run_test(size=(width, 10)) as pilot:
        await wait_for_text(pilot, "q Back")
        yield pilot


def bar_of(pilot: Pilot[Any]) -> str:
    return screen_lines(pilot.app)[-1]


async def click(pilot: Pilot[Any], words: str) -> None:
    """Click on the middle of some words of the line."""
    line = bar_of(pilot)
    before = cell_len(line[: line.index(words)])
    assert await pilot.click(KeyBar, offset=(before + cell_len(words) // 2, 0))
    await pilot.pause()


def style_at(pilot: Pilot[Any], words: str) -> Style:
    """Return how the first letter of some words of the line is drawn."""
    line = bar_of(pilot)
    column = cell_len(line[: line.index(words)])
    strip = pilot.app.screen._compositor.render_strips()[pilot.app.size.height - 1]
    segment = next(iter(strip.crop(column, column + 1)))
    assert segment.style is not None
    return segment.style


async def test_the_keys_stand_as_they_are_declared_and_help_and_back_at_the_end(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator, size=(120, 36)) as seen:
        assert seen.lines[-1] == (
            " ⏎ Open  space Mark  / Filter  e Export  c Cancel  o Sort  r Refresh  w Workspaces  ? Help  q Back"
        )


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, " ⏎ Open  space Mark  / Filter  e Export  c Cancel  o Sort  ? Help  q Back"),
        (40, " ⏎ Open  space Mark  ? Help  q Back"),
    ],
)
async def test_where_there_is_little_room_help_and_back_stay(simulator: Simulator, width: int, line: str) -> None:
    place_batch(simulator)
    async with dashboard(simulator, size=(width, 24)) as seen:
        assert seen.lines[-1] == line


async def test_a_line_that_gets_wider_again_shows_more() -> None:
    async with keys_in(40) as pilot:
        assert bar_of(pilot) == " w 広い言葉  x Never  ? Help  q Back"
        await pilot.resize_terminal(60, 10)
        await wait_for_text(pilot, "b Bright")
        assert bar_of(pilot) == " w 広い言葉  x Never  b Bright  ? Help  q Back"


async def test_a_click_presses_the_key_under_the_mouse_also_after_wide_words() -> None:
    async with keys_in(80) as pilot:
        await click(pilot, "言葉")
        await wait_for_text(pilot, f"{PRESSED}wide")
        await click(pilot, "b Bright")
        await wait_for_text(pilot, f"{PRESSED}wide bright")
        await pilot.click(KeyBar, offset=(70, 0))  # where there is no key
        await click(pilot, "x Never")
        await click(pilot, "b Bright")
        await wait_for_text(pilot, f"{PRESSED}wide bright bright")


async def test_a_key_that_does_nothing_now_is_dim_and_does_nothing() -> None:
    async with keys_in(80) as pilot:
        await click(pilot, "x Never")
        await pilot.press("x", "b")
        await wait_for_text(pilot, f"{PRESSED}bright")
        assert style_at(pilot, "Never").color != style_at(pilot, "Bright").color


async def test_keys_have_a_colour_of_their_own_and_the_mouse_shows_what_it_would_press() -> None:
    async with keys_in(80) as pilot:
        key, label = style_at(pilot, "b Bright"), style_at(pilot, "Bright")
        assert key.bold
        assert not label.bold
        assert key.color != label.color
        await pilot.hover(KeyBar, offset=(30, 0))
        await wait_until(pilot, lambda: style_at(pilot, "Bright").bgcolor != label.bgcolor)
        assert style_at(pilot, "b Bright").bgcolor == style_at(pilot, "Bright").bgcolor
        assert style_at(pilot, "b Bright").color == key.color
        assert style_at(pilot, "? Help").bgcolor == label.bgcolor
        assert style_at(pilot, "Bright").underline
        await pilot.hover(offset=(30, 3))
        await wait_until(pilot, lambda: style_at(pilot, "Bright").bgcolor == label.bgcolor)


async def test_while_something_is_typed_only_keys_that_are_no_letters_are_shown(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator, size=(80, 24)) as seen:
        before = seen.lines[-1]
        await seen.press("slash")
        await wait_until(seen.pilot, lambda: seen.lines[-1] != before)
        assert seen.lines[-1] == " ⏎ Apply  esc Close"
        await seen.press(*"q?")
        await seen.sees(" q?")
        await click(seen.pilot, "Close")
        await wait_until(seen.pilot, lambda: seen.lines[-1] == before)
        assert " q?" not in seen.text


async def test_keys_of_ones_own_are_shown_and_clicked(simulator: Simulator) -> None:
    place_batch(simulator)
    keys = parse_settings('[keys]\nhelp = "f1"\nfind = "ctrl+o"\nleave = "é"', Path("config.toml")).keys
    async with dashboard_as_preferred(simulator, Preferences(keys=keys)) as seen:
        assert (
            seen.lines[-1] == " ⏎ Open  space Mark  ^o Filter  e Export  c Cancel  o Sort  r Refresh  f1 Help  é Back"
        )
        await click(seen.pilot, "f1 Help")
        await seen.sees("G end")
        await wait_until(seen.pilot, lambda: seen.lines[-1] == " f1 Help  é Back")


async def test_without_unicode_the_line_is_ascii_and_clicks_find_their_keys(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard_as_preferred(simulator, Preferences(is_ascii=True)) as seen:
        assert seen.lines[-1].startswith(" enter Open  space Mark  / Filter")
        assert seen.lines[-1].isascii()
        await click(seen.pilot, "? Help")
        await seen.sees("G end")


async def test_a_terminal_that_is_looked_away_from_keeps_its_line(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator) as seen:
        before = seen.lines[-1]
        seen.app.app_focus = False
        await wait_until(seen.pilot, lambda: seen.app.focused is None)
        await seen.pilot.pause()
        assert seen.lines[-1] == before
