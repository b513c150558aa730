"""A workspace with the production mark: nothing is canceled or deleted by a key that was pressed by accident."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets import Button

from batchtui.demo.simulator import Simulator
from tests.support.batches_app import dashboard, place_running
from tests.support.simulator import place_batch

HOUR = timedelta(hours=1)


def changes(simulator: Simulator) -> list[str]:
    return [request.method for request in simulator.requests if request.method != "GET"]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_one_batch_is_canceled_only_by_the_last_four_characters_of_its_id(
    simulator: Simulator, size: tuple[int, int]
) -> None:
    running = place_running(simulator)
    async with dashboard(simulator, is_production=True, size=size) as seen:
        assert "PRODUCTION" in seen.lines[0]
        await seen.press("c")
        await seen.sees("type the last 4 characters of the batch's id")
        assert running.id in seen.text
        await seen.press("y", "enter")
        await seen.sees("That is not it.")
        assert seen.app.screen.query_one("#yes", Button).disabled
        assert not changes(simulator)
        await seen.press("backspace", *running.id[-4:], "enter")
        await seen.sees("◌ canceling")
        assert changes(simulator) == ["POST"]


async def test_several_batches_are_deleted_only_by_saying_how_many(simulator: Simulator) -> None:
    for hour in (2, 3):
        place_batch(simulator, f"ended {hour}", age=hour * HOUR)
    async with dashboard(simulator, is_production=True) as seen:
        await seen.press("space", "j", "space", "d")
        await seen.sees("type “delete 2”")
        await seen.press("enter")
        await seen.sees("Nothing was typed")
        assert not changes(simulator)
        await seen.press(*"delete", "space", "2", "enter")
        await seen.sees("There are no batches in production.")
        assert changes(simulator) == ["DELETE", "DELETE"]


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_the_question_is_left_without_a_change(simulator: Simulator, key: str) -> None:
    place_running(simulator)
    async with dashboard(simulator, is_production=True) as seen:
        await seen.press("c")
        await seen.sees("Production:")
        await seen.press(key)
        await seen.sees_no("Production:")
        assert not changes(simulator)
