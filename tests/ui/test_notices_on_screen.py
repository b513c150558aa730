"""The dashboard tells of events: by a box, by the terminal, by the person's own command."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.workspace import WorkspaceDirectory
from tests.support.batches_app import NEVER, Dashboard, dashboard, tail
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until

HOUR = timedelta(hours=1)


async def test_a_batch_that_ends_is_told_once(simulator: Simulator) -> None:
    ending = place_batch(simulator, "ending", {"succeeded": 7}, age=HOUR, lasts=HOUR + timedelta(minutes=5))
    failing = place_batch(simulator, "failing", {"overloaded": 3}, age=HOUR, lasts=HOUR + timedelta(minutes=5))
    async with dashboard(simulator) as seen:
        assert not seen.told
        simulator.scenario.advance(timedelta(minutes=10))
        await seen.refreshes()
        await seen.is_told(f"{ending.id}: 7 succeeded")
        await seen.is_told(f"{failing.id}: 3 of 3 requests (100%) errored or expired")
        severities = {each.title: each.severity for each in seen.app._notifications}
        assert severities == {
            "A batch of production ended": "information",
            "A batch of production ended with failures": "error",
        }
        await seen.refreshes()
        assert seen.told.count(tail(ending)) == 1


async def test_what_is_about_to_be_lost_is_told_at_once(simulator: Simulator) -> None:
    place_batch(simulator, "late", {"succeeded": 9}, age=timedelta(hours=23, minutes=19.5), lasts=None)
    place_batch(simulator, "old", age=timedelta(days=27, hours=11.5))
    async with dashboard(simulator) as seen:
        await seen.is_told("40 m left, 9 requests still processing")
        await seen.is_told("1 d 12 h left to save them")


async def test_a_refused_key_is_told(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator) as seen:
        simulator.faults.add(Fault(kind="status", status=401, error_type="authentication_error"))
        await seen.press("r")
        await wait_until(
            seen.pilot,
            lambda: [each for each in seen.app._notifications if each.title == "The key of production was refused"],
        )


async def test_the_settings_choose_the_ways_and_a_restart_tells_nothing_twice(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = tmp_path / "facts.ndjson"
    script = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    command = json.dumps([sys.executable, "-c", script, str(facts)])
    config = tmp_path / "config.toml"
    config.write_text(f'[notices]\ntoast = false\nbell = true\nterminal = "osc9"\ncommand = {command}\n')
    environ = {
        "BATCHTUI_CONFIG": str(config),
        "XDG_STATE_HOME": str(tmp_path),
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
    }
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    late = place_batch(simulator, "late", {"succeeded": 9}, age=timedelta(hours=23, minutes=19.5), lasts=None)
    for _ in range(2):
        directory = WorkspaceDirectory(environ=environ, origin="dashboard")
        app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=NEVER))
        async with app.run_test(size=(120, 36), notifications=False) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees(" loaded")
            await wait_until(pilot, lambda: facts.exists() and facts.read_text().endswith("\n"))
            await seen.refreshes()
            assert not seen.told
        directory.close()
    (line,) = facts.read_text().splitlines()
    assert json.loads(line)["batch"]["id"] == late.id
    assert [data for data in written if "]9;" in data] == [
        f"\x1b]9;A batch of env expires within the hour: {late.id}: 40 m left, 9 requests still processing\a"
    ]
    assert written.count("\a") == 1


async def test_a_command_that_cannot_be_started_is_said(simulator: Simulator, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[notices]\ncommand = ["/nowhere/notify-me"]\n')
    environ = {
        "BATCHTUI_CONFIG": str(config),
        "XDG_STATE_HOME": str(tmp_path),
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
    }
    place_batch(simulator, "late", {"succeeded": 9}, age=timedelta(hours=23, minutes=19.5), lasts=None)
    directory = WorkspaceDirectory(environ=environ)
    app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=NEVER))
    async with app.run_test(size=(80, 24), notifications=False) as pilot:
        seen = Dashboard(pilot, app, simulator)
        await seen.is_told("The notice command notify-me could not be started")
    directory.close()


async def test_what_is_too_long_for_the_clipboard_names_the_other_way(simulator: Simulator) -> None:
    place_batch(simulator)
    async with dashboard(simulator) as seen:
        seen.screen.copy("x" * 74_995, "All of it")
        await seen.is_told("All of it: 75 kB is more than terminals copy; write it to a file with s or e.")
        assert not seen.app.clipboard
        seen.screen.copy("x" * 74_994, "All of it")
        await seen.is_told("All of it was sent to the terminal for its clipboard.")
