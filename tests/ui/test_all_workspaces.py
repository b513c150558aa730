"""All workspaces at once: each with its own key and pace; what fails in one hides nothing of the others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from batchtui.ui import batch_feed
from batchtui.ui.screens.all_batches_screen import AllBatchesScreen
from batchtui.ui.screens.batches_screen import BatchesScreen
from tests.support.all_workspaces import REVOKED, all_workspaces
from tests.support.batches_app import Dashboard, place_running, tail
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until

HOUR = timedelta(hours=1)


def line_of(seen: Dashboard, words: str) -> str:
    return next(line for line in seen.lines if words in line)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_every_workspace_is_there_and_what_fails_says_why_and_the_way_out(
    simulator: Simulator, tmp_path: Path, size: tuple[int, int]
) -> None:
    running = place_running(simulator, requests=2400)
    staged = place_batch(simulator, "staged", {"succeeded": 3, "overloaded": 2}, workspace="staging", age=3 * HOUR)
    async with all_workspaces(simulator, tmp_path, size=size) as seen:
        await seen.sees("✗ revoked")
        await seen.sees("✗ away")
        await seen.sees(tail(staged))
        assert "production" in line_of(seen, tail(running))
        assert "● running" in line_of(seen, tail(running))
        assert "staging" in line_of(seen, tail(staged))
        assert "The key was refused. Make a new key in the console" in line_of(seen, "✗ revoked")
        assert "No connection. Check the network" in line_of(seen, "✗ away")
        assert seen.lines[1].split(" · ")[0::2] == [" 1 running", "1 with failures"]
        assert seen.lines[1].endswith("2,400 requests in flight")
        assert "production 1 just now · staging 1 just now" in seen.text
        assert REVOKED not in seen.text


async def test_each_workspace_is_asked_once_and_the_open_one_not_again(simulator: Simulator, tmp_path: Path) -> None:
    place_running(simulator)
    place_batch(simulator, workspace="staging")
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees("staging 1")
        lists = [request for request in simulator.requests if request.path == "/v1/messages/batches"]
        assert len(lists) == 2


async def test_enter_opens_the_batch_in_its_workspace_and_escape_leads_back(
    simulator: Simulator, tmp_path: Path
) -> None:
    place_running(simulator)
    for hour in (3, 4):
        staged = place_batch(simulator, f"staged {hour}", workspace="staging", age=hour * HOUR)
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees(tail(staged))
        await seen.press("G", "enter")
        await wait_until(seen.pilot, lambda: isinstance(seen.app.screen, BatchesScreen))
        await seen.sees(" loaded")
        assert seen.lines[0].startswith(" staging")
        assert tail(staged) in seen.cursor_line
        await seen.press("escape")
        await seen.sees("All workspaces")
        assert tail(staged) in seen.cursor_line


async def test_enter_on_a_batch_of_the_workspace_that_is_open_goes_back_to_its_screen(
    simulator: Simulator, tmp_path: Path
) -> None:
    batches = [place_batch(simulator, f"ended {hour}", age=hour * HOUR) for hour in (2, 3, 4)]
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees(tail(batches[1]))
        await seen.press("g", "j", "enter")
        await wait_until(seen.pilot, lambda: isinstance(seen.app.screen, BatchesScreen))
        assert tail(batches[1]) in seen.cursor_line
        assert sum(isinstance(screen, BatchesScreen) for screen in seen.app.screen_stack) == 1


async def test_filters_and_words_go_over_all_workspaces(simulator: Simulator, tmp_path: Path) -> None:
    running = place_running(simulator)
    staged = place_batch(simulator, "staged", {"overloaded": 2}, workspace="staging")
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees(tail(staged))
        await seen.press("4")
        await seen.sees_no(tail(running))
        await seen.press("1", "slash", *"produ")
        await seen.sees(tail(running))
        await seen.sees_no(tail(staged))
        await seen.press("enter", "escape")
        await seen.sees(tail(staged))
        await seen.press("o", "o", "O")
        await seen.sees(tail(staged))


async def test_the_others_rest_while_the_screen_is_not_in_front(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator, workspace="staging")
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees("staging 1")
        screen = seen.app.screen
        assert isinstance(screen, AllBatchesScreen)
        (feed,) = screen._own
        assert not feed.status.is_paused
        await seen.press("question_mark")
        await wait_until(seen.pilot, lambda: feed.status.is_paused)
        await seen.press("escape")
        await wait_until(seen.pilot, lambda: not feed.status.is_paused)


async def test_a_change_in_another_workspace_is_shown_and_told(simulator: Simulator, tmp_path: Path) -> None:
    ending = place_batch(simulator, "ending", workspace="staging", age=HOUR, lasts=HOUR + timedelta(minutes=5))
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees("1 running")
        simulator.scenario.advance(timedelta(minutes=10))
        await seen.press("r")
        await seen.sees("0 running")
        await seen.is_told(f"{ending.id}: 20 succeeded")


def place_many(simulator: Simulator, workspace: str, number: int) -> list[SimulatedBatch]:
    ages = (timedelta(days=2, hours=hours) for hours in range(number))
    return [place_batch(simulator, f"{workspace} {age}", workspace=workspace, age=age) for age in ages]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_at_the_end_older_batches_of_each_workspace_are_loaded_and_the_cursor_stays(
    simulator: Simulator, tmp_path: Path, size: tuple[int, int]
) -> None:
    place_many(simulator, "production", 70)
    oldest = place_many(simulator, "staging", 110)[-1]
    async with all_workspaces(simulator, tmp_path, broken=False, size=size) as seen:
        await seen.sees("100 loaded · more in production, staging")
        await seen.press("slash", *"stag", "enter")
        await seen.sees("50 of 100 loaded")
        await seen.press("escape")
        await seen.press("G")
        line = seen.cursor_line
        await seen.sees("170 loaded · more in staging")
        assert seen.cursor_line.split()[:4] == line.split()[:4]
        await seen.press("G")
        await seen.sees("180 loaded · none older")
        await seen.press("G")
        assert tail(oldest) in seen.cursor_line


async def test_while_older_batches_are_loaded_it_is_said_where(simulator: Simulator, tmp_path: Path) -> None:
    place_many(simulator, "production", 60)
    place_batch(simulator, workspace="staging")
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees("51 loaded · more in production")
        simulator.faults.add(Fault("hang"))
        await seen.press("G")
        await seen.sees("51 loaded · loading older batches of production…")


async def test_a_workspace_whose_older_batches_fail_is_named_and_holds_up_no_other(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_feed, "OLDER_RETRY_SECONDS", 0.0)
    place_many(simulator, "production", 60)
    place_many(simulator, "staging", 60)
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees("100 loaded")
        simulator.faults.add(Fault("status", status=400, message="No page today.", times=1))
        await seen.press("G")
        await seen.is_told("could not be loaded.")
        await seen.sees("110 loaded · more in ")
        failed = next(word for word in ("production", "staging") if f"more in {word}" in seen.text)
        assert f"Older batches of {failed} could not be loaded." in seen.told
        assert "No page today." in seen.told
        await seen.press("G")
        await seen.sees("120 loaded · none older")


async def test_older_batches_are_loaded_by_themselves_until_they_fill_the_screen(
    simulator: Simulator, tmp_path: Path
) -> None:
    place_many(simulator, "production", 120)
    async with all_workspaces(simulator, tmp_path, broken=False, size=(80, 90)) as seen:
        await seen.sees("100 loaded · more in production")


async def test_a_new_key_is_asked_for_when_a_refused_workspace_is_refreshed(
    simulator: Simulator, tmp_path: Path
) -> None:
    staged = place_batch(simulator, workspace="staging")
    async with all_workspaces(simulator, tmp_path) as seen:
        await seen.sees("✗ revoked")
        environ = seen.app.directory._environ
        assert isinstance(environ, dict)
        environ["REVOKED"] = simulator.keys["staging"]
        await seen.press("r")
        await seen.sees_no("✗ revoked")
        await wait_until(seen.pilot, lambda: seen.text.count(tail(staged)) == 2)


async def test_the_list_of_workspaces_leads_here_too(simulator: Simulator, tmp_path: Path) -> None:
    async with all_workspaces(simulator, tmp_path, broken=False) as seen:
        await seen.sees("There are no batches in any workspace")
        await seen.press("escape", "w")
        await seen.sees("belongs to")
        await seen.press("A")
        await seen.sees("requests in flight")
