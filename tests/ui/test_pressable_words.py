"""Words that can be clicked on keep the colours that mean something."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.style import Style

from batchtui.demo.simulator import Simulator
from batchtui.ui.widgets.filter_tabs import FilterTabs
from tests.support.batches_app import Dashboard, dashboard
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until


def style_of(seen: Dashboard, words: str, row: int) -> Style:
    column = cell_len(seen.lines[row][: seen.lines[row].index(words)])
    segment = next(iter(seen.app.screen._compositor.render_strips()[row].crop(column, column + 1)))
    assert segment.style is not None
    return segment.style


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have colours, also where all screens are tried without."""
    monkeypatch.delenv("NO_COLOR", raising=False)


async def test_filters_have_the_colours_of_their_rows_and_pale_ones_hold_none(simulator: Simulator) -> None:
    place_batch(simulator, "failed", {"succeeded": 3, "overloaded": 1})
    async with dashboard(simulator) as seen:
        red = style_of(seen, "failures", next(i for i, line in enumerate(seen.lines) if "✗ failures" in line)).color
        assert style_of(seen, "with", 1).color == red
        plain, pale = (style_of(seen, words, 1) for words in ("ended", "running"))
        assert len({red, plain.color, pale.color}) == 3
        place = seen.lines[1].index("running")
        await seen.pilot.hover(FilterTabs, offset=(place - 1, 0))
        await wait_until(seen.pilot, lambda: style_of(seen, "running", 1).bgcolor != pale.bgcolor)
        await seen.pilot.click(FilterTabs, offset=(place - 1, 0))
        await seen.sees_no("✗ failures")


async def test_of_some_choices_only_the_one_that_is_chosen_stands_out(simulator: Simulator) -> None:
    place_batch(simulator, "failed", {"succeeded": 3, "overloaded": 1})
    async with dashboard(simulator) as seen:
        await seen.press("w", "a")
        await seen.sees("environment")
        row = next(i for i, line in enumerate(seen.lines) if "environment" in line)
        assert style_of(seen, "keyring", row).bold
        assert style_of(seen, "environment", row).color != style_of(seen, "keyring", row).color
