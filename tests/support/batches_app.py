"""The whole dashboard in a test, on the simulator over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr
from textual.pilot import Pilot

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.simulator import Simulator
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.ui.screens.batches_screen import BatchesScreen
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import KeySource, WorkspaceDirectory, WorkspaceSettings
from tests.support.screen_text import screen_lines, screen_text
from tests.support.simulator import place_batch
from tests.support.waiting import wait_for_text, wait_until

NEVER = 3600.0
"""A refresh interval that no test outlives."""


@dataclass
class Dashboard:
    """A running dashboard, as a person sees it."""

    pilot: Pilot[None]
    app: BatchtuiApp
    simulator: Simulator

    @property
    def text(self) -> str:
        """What is on the screen."""
        return screen_text(self.app)

    @property
    def lines(self) -> list[str]:
        """The same, line by line."""
        return screen_lines(self.app)

    @property
    def told(self) -> str:
        """Everything that was said in passing."""
        return "\n".join(notification.message for notification in self.app._notifications)

    @property
    def screen(self) -> BatchesScreen:
        """The batches screen, also below a dialog."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, BatchesScreen))

    @property
    def table(self) -> RowTable:
        """Its table."""
        return self.screen.query_one(RowTable)

    @property
    def cursor_line(self) -> str:
        """The line on which the cursor's sign stands."""
        return next(line for line in self.lines if line.startswith("▌"))

    @property
    def rows(self) -> list[str]:
        """The table's lines, without its heading."""
        first = next(place for place, line in enumerate(self.lines) if line.lstrip().startswith("status")) + 1
        last = next(place for place, line in enumerate(self.lines) if " loaded" in line)
        return [line for line in self.lines[first:last] if line.strip()]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        await self.pilot.press(*keys)

    async def sees(self, text: str) -> None:
        """Wait until a text is on the screen."""
        await wait_for_text(self.pilot, text)

    async def sees_no(self, text: str) -> None:
        """Wait until a text is gone from the screen."""
        await wait_until(self.pilot, lambda: text not in self.text)

    async def is_told(self, text: str) -> None:
        """Wait until something is said in passing."""
        await wait_until(self.pilot, lambda: text in self.told)

    async def refreshes(self) -> None:
        """Press `r` and wait until the server has answered."""
        before = self.screen._feed.status.updated_at
        await self.press("r")
        await wait_until(self.pilot, lambda: self.screen._feed.status.updated_at != before)


def tail(batch: SimulatedBatch) -> str:
    """Return the end of an id, which is what narrow tables show of it."""
    return batch.id[-8:]


def place_running(simulator: Simulator, name: str = "running", requests: int = 20, **plan: timedelta) -> SimulatedBatch:
    """Put a batch on the stage that does not end by itself."""
    return place_batch(simulator, name, {"succeeded": requests}, **{"lasts": None, **plan})  # type: ignore[arg-type]


@asynccontextmanager
async def dashboard(
    simulator: Simulator,
    *,
    size: tuple[int, int] = (120, 36),
    is_read_only: bool = False,
    is_production: bool = False,
    refresh_seconds: float = NEVER,
    waits_for: str = " loaded",
) -> AsyncIterator[Dashboard]:
    """Open the dashboard on the simulator's workspaces and wait until it has read them."""
    session = KeySource(kind="session")
    directory = WorkspaceDirectory.in_memory(
        [
            (
                WorkspaceSettings(
                    name=name,
                    base_url=simulator.url,
                    key=session,
                    read_only=is_read_only,
                    production=is_production,
                    colour="red" if is_production else None,
                ),
                SecretStr(key),
            )
            for name, key in simulator.keys.items()
        ]
    )
    app = BatchtuiApp(directory, DashboardOptions(refresh_seconds=refresh_seconds))
    try:
        async with app.run_test(size=size, notifications=False) as pilot:
            opened = Dashboard(pilot, app, simulator)
            await opened.sees(waits_for)
            yield opened
    finally:
        directory.close()
