"""A theme that is chosen stays, where the person's configuration can be written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from batchtui.cli.dashboard import read_preferences
from batchtui.cli.options import Choices
from batchtui.demo.simulator import Simulator
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from tests.support.all_workspaces import opened
from tests.support.batches_app import NEVER, Dashboard, dashboard
from tests.support.waiting import wait_until

CONFIG = '# mine\nrefresh_seconds = 30 # slow\n\n[workspaces.mine]\nbase_url = "{url}"\nkey_env = "MINE"\n'


@pytest.fixture
def environ(simulator: Simulator, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config.toml").write_text(CONFIG.format(url=simulator.url))
    return {
        "BATCHTUI_CONFIG": str(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": str(tmp_path),
        "MINE": simulator.keys["production"],
    }


@asynccontextmanager
async def own_dashboard(simulator: Simulator, environ: Mapping[str, str]) -> AsyncIterator[Dashboard]:
    with opened(environ) as directory:
        preferences = read_preferences(directory.settings, Choices(), {"LANG": "C.UTF-8", "TERM": "xterm"})
        app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=NEVER, preferences=preferences))
        async with app.run_test(size=(120, 36), notifications=False) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees("There are no batches")
            yield seen


async def choose_theme(seen: Dashboard, name: str) -> None:
    await seen.press("ctrl+p", *"theme")
    await seen.sees("Choose the colours, and keep them")
    await seen.press("enter")
    await seen.sees("Search for themes")
    await seen.press(*("minus" if sign == "-" else sign for sign in name))
    await seen.sees(name)
    await seen.press("enter")
    await wait_until(seen.pilot, lambda: seen.app.theme == name)


async def test_a_theme_that_is_chosen_is_there_at_the_next_start_and_the_file_is_as_it_was(
    simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    async with own_dashboard(simulator, environ) as seen:
        await choose_theme(seen, "colourblind-light")
        await seen.is_told(f"The theme colourblind-light is kept in {tmp_path / 'config.toml'}.")
    kept = (tmp_path / "config.toml").read_text()
    assert kept.replace('theme = "colourblind-light"\n', "") == CONFIG.format(url=simulator.url)
    async with own_dashboard(simulator, environ) as seen:
        assert seen.app.theme == "colourblind-light"


async def test_a_file_for_reading_only_stays_as_it_is_and_the_theme_is_there_for_now(
    simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "config.toml").chmod(0o400)
    async with own_dashboard(simulator, environ) as seen:
        await choose_theme(seen, "colourblind-dark")
        await wait_until(seen.pilot, lambda: all_done(seen))
        assert seen.told == ""
    assert (tmp_path / "config.toml").read_text() == CONFIG.format(url=simulator.url)


async def test_the_demo_keeps_nothing(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    monkeypatch.setenv("BATCHTUI_CONFIG", str(config))
    async with dashboard(simulator, waits_for="There are no batches") as seen:
        await choose_theme(seen, "colourblind-dark")
        await wait_until(seen.pilot, lambda: all_done(seen))
        assert seen.told == ""
    assert not config.exists()


def all_done(seen: Dashboard) -> bool:
    return all(worker.is_finished for worker in seen.app.workers if worker.group == "theme")
