"""A laptop that slept for hours, and a clock that was set: the dashboard catches up, and neither asks too often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from batchtui.ui import batch_feed
from batchtui.ui.batch_feed import BatchFeed, FeedStatus
from batchtui.workspace import Notice, Snapshot, Workspace

HOURS = 3 * 3600.0


class CountingWorkspace:
    snapshot = Snapshot(has_more=False)

    def __init__(self) -> None:
        self.refreshed = 0

    def refresh(self) -> Snapshot:
        self.refreshed += 1
        return self.snapshot

    def take_notices(self, _: object) -> tuple[Notice, ...]:
        return ()


class Clock:
    now = 1_000_000.0
    looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return self.now


class Running:
    def __init__(self) -> None:
        self.workspace = CountingWorkspace()
        self.clock = Clock()
        self.published = asyncio.Event()
        workspace = cast("Workspace", self.workspace)
        self.feed = BatchFeed(workspace, self._hear, refresh_seconds=600, clock=self.clock)

    def _hear(self, _: FeedStatus) -> None:
        self.published.set()

    async def rest(self) -> None:
        """Wait until the feed rests: it looks at the clock again and again."""
        before = self.clock.looks
        async with asyncio.timeout(60):
            while self.clock.looks < before + 5:  # noqa: ASYNC110  # the feed has no event for its rest
                await asyncio.sleep(0)

    async def wait_for_refreshes(self, number: int) -> None:
        async with asyncio.timeout(60):
            while self.workspace.refreshed < number or self.feed.status.is_refreshing:
                self.published.clear()
                await self.published.wait()


@asynccontextmanager
async def running(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(batch_feed, "GLANCE_SECONDS", 0.01)
    run = Running()
    task = asyncio.create_task(run.feed.run())
    await run.wait_for_refreshes(1)
    await run.rest()
    yield run
    task.cancel()


async def test_after_hours_of_sleep_the_server_is_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(monkeypatch) as run:
        run.clock.now += HOURS
        await run.wait_for_refreshes(2)
        assert run.feed.status.updated_at == run.clock.now


async def test_a_clock_that_is_set_back_asks_nothing_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(monkeypatch) as run:
        run.clock.now -= HOURS
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await run.wait_for_refreshes(2)
        run.feed.refresh_now()
        await run.wait_for_refreshes(2)
