"""The dashboard shows what it can of a list, and says what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.workspace import WorkspaceDirectory
from tests.support.all_workspaces import opened
from tests.support.batches_app import NEVER, Dashboard
from tests.support.odd_batches import GONE, serve_odd

IDS = [f"b{number:03}" for number in range(120, 0, -1)]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "BATCHTUI_CONFIG": str(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": str(tmp_path),
        "ANTHROPIC_API_KEY": "sk-ant-api03-made-up-0123456789",
    }


async def test_the_others_are_shown_and_the_odd_one_is_named_once(
    simulator: Simulator, environ: dict[str, str]
) -> None:
    odd = {each: {"created_at": GONE} for each in ("b118", "b071", "b070")}
    with serve_odd(IDS, odd) as server:
        directory = WorkspaceDirectory(environ=environ | {"ANTHROPIC_BASE_URL": server.url})
        app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=NEVER))
        async with app.run_test(size=(120, 36), notifications=False) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees("48 loaded · more on the server · 2 could not be read")
            for loaded in ("97", "117"):
                await seen.press("G")
                await seen.sees(f"{loaded} loaded")
            await seen.sees("117 loaded · none older · 3 could not be read")
            await seen.refreshes()
            await seen.sees("117 loaded · none older · 3 could not be read")
            assert [each for each in ("b118", "b071", "b070") if seen.told.count(each) != 1] == []
            assert "2 batches could not be read: b118 (created_at: Field required); b071" in seen.told
        directory.close()


async def test_a_list_of_odd_ones_only_is_not_said_to_be_empty(simulator: Simulator, environ: dict[str, str]) -> None:
    with serve_odd(["b001"], {"b001": {"created_at": GONE}}) as server:
        directory = WorkspaceDirectory(environ=environ | {"ANTHROPIC_BASE_URL": server.url})
        app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=NEVER))
        async with app.run_test(size=(120, 36), notifications=False) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees("1 batch could not be read: b001 (created_at: Field required)")
            assert "There are no batches" not in seen.text
        directory.close()


async def test_with_all_workspaces_the_one_that_lists_an_odd_batch_is_named(
    simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    with serve_odd(IDS[:20], {"b118": {"created_at": GONE}}) as server:
        table = f'[workspaces.gateway]\nbase_url = "{server.url}"\nkey_env = "ANTHROPIC_API_KEY"\n'
        (tmp_path / "config.toml").write_text(table)
        with opened(environ) as directory:
            app = BatchtuiApp(directory, DashboardOptions(workspace="gateway", refresh_seconds=NEVER))
            async with app.run_test(size=(120, 36), notifications=False) as pilot:
                seen = Dashboard(pilot, app, simulator)
                await seen.sees("19 loaded")
                await seen.press("A")
                await seen.sees("! gateway  1 batch could not be read: b118 (created_at: Field required)")
