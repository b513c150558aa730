"""Keys of one's own: the table `[keys]` of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from batchtui.settings import BoundAction, parse_settings
from batchtui.ui.keymap import is_key, read_keymap
from batchtui.ui.preferences import Preferences
from tests.support.simulator import place_batch
from tests.ui.test_themes import dashboard


def chosen(text: str) -> tuple[BoundAction, ...]:
    return parse_settings(text, Path("config.toml")).keys


@pytest.mark.parametrize("key", ["x", "?", "slash", "f5", "ctrl+x", "shift+left", "ctrl+slash", "space", "enter", "é"])
def test_keys_have_the_names_that_terminals_send(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", ",", "strg+x", "xx", "ctrl+", "pfeil", "\x1b"])
def test_what_no_keyboard_has_is_no_key(key: str) -> None:
    assert not is_key(key)


async def test_a_key_of_ones_own_works_and_help_footer_and_palette_show_it(simulator: Simulator) -> None:
    place_batch(simulator, "first")
    place_batch(simulator, "second")
    keys = chosen('[keys]\nexport = "x,f6"\n"move(1)" = "n"\nquestion = "z"\nhelp = "f1"\nopen = "ctrl+o"')
    async with dashboard(simulator, Preferences(keys=keys)) as seen:
        assert "x Export" in seen.text
        before = seen.cursor_line
        await seen.press("j")
        assert seen.cursor_line == before
        await seen.press("n")
        assert seen.cursor_line != before
        await seen.press("f1")
        await seen.sees("x f6 ")
        await seen.press("f1", "ctrl+p", *"export")
        await seen.sees("Export   x f6")
        await seen.press("escape", "e")
        await seen.press("ctrl+o")
        await seen.sees("complete")


def test_an_action_or_a_key_that_there_is_not_is_a_warning_with_its_line() -> None:
    keymap, warnings = read_keymap(chosen('[keys]\nexprt = "x"\nexport = "strg+x"\ncancel = ""\nsort = "S"'))
    assert keymap == {"sort": "S"}
    assert warnings == [
        "line 2: `exprt` is nothing that keys can do, and is ignored; did you mean `export`?",
        "line 3: `strg+x` is no key; `export` keeps its own",
        "line 4: `cancel` has no key here, and keeps its own",
    ]


def test_a_key_that_is_taken_from_another_command_is_told() -> None:
    _, warnings = read_keymap(chosen('[keys]\nexport = "o"\nsort = "S"\ndetails = "d"'))
    assert warnings == ["`d` is now `details` and no longer `delete`"]


async def test_ctrl_c_leaves_whatever_the_configuration_says(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator, Preferences(keys=chosen('[keys]\nleave = "x"'))) as seen:
        await seen.press("q")
        assert not seen.app._exit
        await seen.press("ctrl+c")
        assert seen.app._exit
