"""Colours, signs and keys for everybody."""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from rich.cells import cell_len
from textual.color import Color
from textual.theme import Theme

import batchtui.ui
from batchtui.demo.simulator import Simulator
from batchtui.ui import glyphs
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.ascii_filter import fit_ascii
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.ui.preferences import Preferences
from batchtui.ui.themes import COLOURBLIND_DARK, COLOURBLIND_LIGHT, usual_theme
from batchtui.workspace import KeySource, WorkspaceDirectory, WorkspaceSettings
from tests.support.batches_app import Dashboard
from tests.support.simulator import place_batch

UI = Path(batchtui.ui.__file__).parent
OWN = [COLOURBLIND_DARK, COLOURBLIND_LIGHT]
STATES = ("text-success", "text-error", "text-warning", "text-primary")
VISIONS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What is left of linear red, green and blue (Machado, Oliveira and Fernandes, 2009, severity 1)."""


@asynccontextmanager
async def dashboard(simulator: Simulator, preferences: Preferences) -> AsyncIterator[Dashboard]:
    settings = WorkspaceSettings(name="production", base_url=simulator.url, key=KeySource(kind="session"))
    directory = WorkspaceDirectory.in_memory([(settings, SecretStr(simulator.keys["production"]))])
    app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=3600, preferences=preferences))
    try:
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees(" loaded")
            yield seen
    finally:
        directory.close()


def test_every_theme_has_every_colour_that_we_use() -> None:
    source = "".join(path.read_text() for path in UI.rglob("*") if path.suffix in {".py", ".tcss"})
    used = set(re.findall(r"\$([a-z][a-z0-9-]*[a-z0-9])\b", source)) - {"text"}
    app = BatchtuiApp(WorkspaceDirectory.in_memory([]))
    for theme in app.available_themes:
        app.theme = theme
        assert used <= app.get_css_variables().keys(), theme


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_words_of_every_state_can_be_read_on_every_ground(theme: Theme) -> None:
    colours = colours_of(theme)
    for word in (*STATES, "text-accent"):
        for ground in ("background", "surface", "panel"):
            assert contrast(colours[ground], colours[word]) >= 4.5, (word, ground)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_no_kind_of_colour_blindness_confuses_two_states(theme: Theme, vision: str) -> None:
    colours = colours_of(theme)
    seen = {word: to_lab(see(linear(colours[word]), VISIONS[vision])) for word in STATES}
    for one, other in combinations(STATES, 2):
        assert math.dist(seen[one], seen[other]) >= 30, (one, other)


def test_a_terminal_of_sixteen_colours_keeps_its_own_and_a_light_one_is_believed() -> None:
    assert usual_theme("truecolor") == "textual-dark"
    assert usual_theme("256", "0;15") == "textual-light"
    assert usual_theme("standard") == "ansi-dark"
    assert usual_theme("standard", "0;default;7") == "ansi-light"
    assert usual_theme("truecolor", is_colourless=True) == "ansi-dark"


@pytest.mark.parametrize("theme", ["colourblind-light", "ansi-dark"])
async def test_the_theme_of_the_settings_is_the_one_that_is_shown(simulator: Simulator, theme: str) -> None:
    place_batch(simulator, "failed", {"succeeded": 3, "overloaded": 1})
    async with dashboard(simulator, Preferences(theme=theme)) as seen:
        assert seen.app.theme == theme
        await seen.press("e")
        await seen.sees("-ids.txt")


async def test_a_theme_that_there_is_not_is_told_with_those_that_there_are(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator, Preferences(theme="mauve")) as seen:
        await seen.sees("There is no theme 'mauve'; there are:")
        assert "colourblind-dark" in seen.app._warnings[0]
        assert seen.app.theme == "textual-dark"


async def test_without_unicode_every_screen_is_drawn_in_ascii(simulator: Simulator) -> None:
    place_batch(simulator, "running", lasts=None)
    place_batch(simulator, "failed", {"succeeded": 30, "overloaded": 10})
    place_batch(simulator, "canceled", {"succeeded": 1, "canceled": 3})
    async with dashboard(simulator, Preferences(is_ascii=True)) as seen:
        await seen.sees("@ running")
        await seen.sees("x failures")
        await seen.sees("======xx")
        assert seen.text.isascii()
        for keys, words in ((["question_mark"], "Moving"), (["q", "ctrl+p"], "Only those"), (["escape", "c"], "Keep")):
            await seen.press(*keys)
            await seen.sees(words)
            assert seen.text.isascii(), seen.text
        await seen.press("n", "4", "enter")
        await seen.sees("overloaded_error")
        assert seen.text.isascii(), seen.text


async def test_a_diagram_keeps_its_shape_in_ascii(simulator: Simulator) -> None:
    place_batch(simulator, "ended", {"succeeded": 300})
    shapes = []
    for is_ascii in (False, True):
        async with dashboard(simulator, Preferences(is_ascii=is_ascii)) as seen:
            await seen.press("enter")
            await seen.sees("complete")
            await seen.press("i")
            await seen.sees("half up to")
            place = next(place for place, line in enumerate(seen.lines) if "half up to" in line)
            shapes.append(seen.lines[place - 1].split()[1])
    columns, signs = shapes
    assert len(set(columns)) > 3
    heights = sorted(set(zip(columns, signs, strict=True)))
    assert len({sign for _, sign in heights}) == len(heights)
    assert signs.isascii()
    assert "#" in signs


def test_the_higher_a_column_the_more_ink_has_its_ascii_sign() -> None:
    assert fit_ascii(glyphs.SPARKS) == "_.:-=+*#"


def test_states_and_the_parts_of_a_bar_still_differ_in_ascii() -> None:
    states = (
        glyphs.RUNNING,
        glyphs.CANCELING,
        glyphs.SUCCEEDED,
        glyphs.FAILED,
        glyphs.CANCELED,
        glyphs.EXPIRED,
        glyphs.UNKNOWN,
        glyphs.MARK,
        glyphs.CURSOR,
    )
    bars = (glyphs.BAR_SUCCEEDED, glyphs.BAR_FAILED, glyphs.BAR_CANCELED, glyphs.BAR_OPEN)
    for signs in (states, bars):
        assert len({fit_ascii(sign) for sign in signs}) == len(signs)


def test_every_sign_of_ours_has_a_substitute_that_was_chosen() -> None:
    signs = {value for name, value in vars(glyphs).items() if name.isupper() and isinstance(value, str)}
    assert {fit_ascii(sign) for sign in signs if sign != "?"}.isdisjoint({"?"})


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_ascii_takes_as_many_cells_as_what_it_stands_for(text: str) -> None:
    plain = fit_ascii(text)
    assert plain.isascii()
    assert len(plain) == cell_len(text)


def colours_of(theme: Theme) -> dict[str, str]:
    app = BatchtuiApp(WorkspaceDirectory.in_memory([]))
    app.theme = theme.name
    return app.get_css_variables()


def linear(colour: str) -> list[float]:
    parts = (part / 255 for part in Color.parse(colour).rgb)
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def see(colour: list[float], vision: Sequence[Sequence[float]]) -> list[float]:
    sums = (sum(weight * part for weight, part in zip(row, colour, strict=True)) for row in vision)
    return [min(max(part, 0.0), 1.0) for part in sums]


def luminance(colour: list[float]) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(linear(one)), luminance(linear(other))))
    return (light + 0.05) / (dark + 0.05)


def to_lab(colour: list[float]) -> tuple[float, float, float]:
    red, green, blue = colour
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = luminance(colour)
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
