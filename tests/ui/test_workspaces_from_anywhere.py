"""`w` shows the workspaces from every screen; the open one is returned to as it was left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from textual.screen import Screen

from batchtui.demo.simulator import Simulator
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.ui.screens.batches_screen import BatchesScreen
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from tests.support.all_workspaces import opened, write_configuration
from tests.support.batches_app import NEVER, Dashboard
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until


@asynccontextmanager
async def production(simulator: Simulator, folder: Path) -> AsyncIterator[Dashboard]:
    """Show the one batch of a workspace that has another beside it."""
    with opened(write_configuration(folder, simulator, broken=False)) as directory:
        app = BatchtuiApp(directory, DashboardOptions(workspace="production", refresh_seconds=NEVER))
        async with app.run_test(size=(120, 36)) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees("1 loaded")
            yield seen


def _is_shown(app: BatchtuiApp, screen: Screen[object]) -> bool:
    return app.screen is screen


async def test_enter_on_the_open_workspace_leads_back_and_on_another_to_its_batches(
    simulator: Simulator, tmp_path: Path
) -> None:
    place_batch(simulator, "ended", {"succeeded": 3, "overloaded": 2})
    async with production(simulator, tmp_path) as seen:
        app, pilot = seen.app, seen.pilot
        for keys, words in ((("enter",), "5 rows"), (("t",), "triage"), (("escape", "i"), "in numbers")):
            await seen.press(*keys)
            await seen.sees(words)
            shown = app.screen
            await seen.press("w")
            await wait_until(pilot, lambda: "open" in next(line for line in seen.lines if "production" in line))
            await seen.press("enter")
            await wait_until(pilot, partial(_is_shown, app, shown))
        await seen.press("escape", "enter")
        await seen.sees("output_tokens")
        await seen.press("w")
        await wait_until(pilot, lambda: isinstance(app.screen, WorkspacesScreen))
        await seen.sees("▌  production")
        await seen.press("j", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, BatchesScreen))
        await seen.sees("staging · ")
        assert not any(isinstance(screen, ResultsScreen) for screen in app.screen_stack)


async def test_a_click_on_the_open_workspace_leads_back_too(simulator: Simulator, tmp_path: Path) -> None:
    place_batch(simulator, "ended", {"succeeded": 3})
    async with production(simulator, tmp_path) as seen:
        app, pilot = seen.app, seen.pilot
        await seen.press("w")
        await wait_until(pilot, lambda: "open" in next(line for line in seen.lines if "production" in line))
        left = app.screen
        for _ in range(2):
            await pilot.click("WorkspaceTable", offset=(5, 1))
        await wait_until(pilot, lambda: app.screen is seen.screen and not left.is_running)
        await seen.press("question_mark")
        await seen.sees("Everywhere")


async def test_an_open_workspace_that_gets_another_name_is_still_the_open_one(
    simulator: Simulator, tmp_path: Path
) -> None:
    place_batch(simulator, "ended", {"succeeded": 3})
    async with production(simulator, tmp_path) as seen:
        app, pilot = seen.app, seen.pilot
        await seen.press("w", "n")
        await seen.sees("Rename production")
        await seen.press("ctrl+u", *"live", "enter")
        await wait_until(pilot, lambda: "open" in next(line for line in seen.lines if line.startswith("▌  live")))
        await seen.press("enter")
        await wait_until(pilot, lambda: app.screen is seen.screen)
        await seen.refreshes()
        await seen.sees("live · ")
        seen.screen.workspace.ask_for_key_again()
        await seen.refreshes()
        assert seen.screen.feed.status.error is None
