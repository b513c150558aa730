"""Draw every screen of the demo into `screenshots/`, as SVG: `.venv/bin/python -m tests.make_screenshots`.

The simulator's clock stands still and its seed is fixed, so that a picture changes only when its screen does.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from textual.pilot import Pilot

from batchtui.demo.simulator import Simulator
from batchtui.settings.schema import Colour
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.workspace import KeySource, WorkspaceDirectory, WorkspaceSettings
from tests.support.simulator import frozen_clock
from tests.support.waiting import wait_for_text

FOLDER = Path(__file__).parents[1] / "screenshots"
SIZE = (120, 36)
PORT = 8089
COLOURS: dict[str, Colour] = {"production": "red", "staging": "blue", "sandbox": "green"}

Steps = Callable[[Pilot[Any]], Awaitable[None]]


async def see_batches(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("space", "j", "j", "space", *"jjjjjjjjj")
    await wait_for_text(pilot, "marked")


async def open_failures(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("4")
    await pilot.press("j", "enter")
    await wait_for_text(pilot, "complete")


async def see_results(pilot: Pilot[Any]) -> None:
    await open_failures(pilot)
    await pilot.press("3", "j", "j")


async def see_result(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("g", "4", *"jjjj", "enter")
    await wait_for_text(pilot, "complete")
    await pilot.press("2", *"jjjj", "enter")
    await wait_for_text(pilot, "succeeded", seconds=10)


async def see_triage(pilot: Pilot[Any]) -> None:
    await open_failures(pilot)
    await pilot.press("t")
    await wait_for_text(pilot, "can be sent again as they are")
    await pilot.press("j", "j")


async def see_search(pilot: Pilot[Any]) -> None:
    await open_failures(pilot)
    await pilot.press("slash", *"night shift", "enter")
    await wait_for_text(pilot, "1 of ")
    await pilot.press("n", "n", "f")
    await wait_for_text(pilot, "3 of ")


async def see_numbers(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("g", "4", *"jjjj", "enter")
    await wait_for_text(pilot, "complete")
    await pilot.press("i")
    await wait_for_text(pilot, "at batch prices")


async def see_cancel(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("space", "j", "j", "space", "c")
    await wait_for_text(pilot, "Keep")


async def see_export(pilot: Pilot[Any]) -> None:
    await open_failures(pilot)
    await pilot.press("3", "e")
    await wait_for_text(pilot, "-ids.txt")


async def see_workspaces(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("w")
    await wait_for_text(pilot, "staging")


async def see_add_workspace(pilot: Pilot[Any]) -> None:
    await see_workspaces(pilot)
    await pilot.press("a")
    await wait_for_text(pilot, "Add a workspace")
    await pilot.press(*"research")


async def see_help(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("question_mark")
    await wait_for_text(pilot, "Everywhere")


async def see_palette(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("ctrl+p")
    await pilot.press(*"exp")
    await pilot.pause()


async def see_all_workspaces(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "more on the server")
    await pilot.press("A")
    await wait_for_text(pilot, "staging")
    await pilot.press("j", "j")


async def see_welcome(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "ANTHROPIC_API_KEY")


SCREENS: dict[str, Steps] = {
    "batches": see_batches,
    "results": see_results,
    "result": see_result,
    "triage": see_triage,
    "search": see_search,
    "numbers": see_numbers,
    "cancel": see_cancel,
    "export": see_export,
    "workspaces": see_workspaces,
    "all-workspaces": see_all_workspaces,
    "add-workspace": see_add_workspace,
    "help": see_help,
    "palette": see_palette,
    "welcome": see_welcome,
}


def open_directory(name: str, simulator: Simulator, home: Path) -> WorkspaceDirectory:
    """Return the demo's workspaces, or, for the first start, none."""
    if name == "welcome":
        return WorkspaceDirectory(environ={"BATCHTUI_CONFIG": str(home / "config.toml")})
    session = KeySource(kind="session")
    return WorkspaceDirectory.in_memory(
        (WorkspaceSettings(name=each, base_url=simulator.url, key=session, colour=COLOURS[each]), SecretStr(key))
        for each, key in simulator.keys.items()
    )


async def draw(name: str, steps: Steps, home: Path) -> str:
    """Return one screen as SVG."""
    with Simulator(port=PORT, clock=frozen_clock()) as simulator:
        directory = open_directory(name, simulator, home)
        app = BatchtuiApp(directory, DashboardOptions(start_demo=lambda: directory))
        try:
            async with app.run_test(size=SIZE) as pilot:
                await steps(pilot)
                await pilot.pause()
                picture = app.export_screenshot(title="batchtui")
        finally:
            directory.close()
    return tidy(picture)


def tidy(picture: str) -> str:
    """Return the picture without ids of the day, and with the reader's own fonts."""
    picture = re.sub(r"terminal-\d+-", "terminal-", picture)
    return re.sub(r"\s*@font-face \{.*?\}\s*(?=@font-face|\.)", "\n", picture, flags=re.DOTALL)


async def main() -> None:
    """Draw the screens that are named, or all of them."""
    os.environ |= {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SCREENS:
        with tempfile.TemporaryDirectory() as home:
            picture = await draw(name, SCREENS[name], Path(home))
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(f"screenshots/{name}.svg")  # noqa: T201  # a command's answer


if __name__ == "__main__":
    asyncio.run(main())
