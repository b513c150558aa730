"""A small App around the screens that show results, on a server that plays a script or on the simulator."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

import batchtui.ui
from batchtui.demo.simulator import Simulator
from batchtui.models import MessageBatch
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.workspace import KeySource, Workspace, WorkspaceDirectory, WorkspaceSettings
from tests.support.screen_text import screen_text
from tests.support.waiting import wait_until

BATCH_ID = "msgbatch_01Test"


class ResultsApp(App[None]):
    """Stands for the dashboard: a list of batches below, the screen under test on top."""

    CSS_PATH = Path(batchtui.ui.__file__).parent / "styles.tcss"

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.first_screen = screen
        self.copied: list[str] = []
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        """Show the screen under test."""
        self.push_screen(self.first_screen, self.answers.append)

    def copy_to_clipboard(self, text: str) -> None:
        """Note what would be sent to the terminal."""
        self.copied.append(text)

    @property
    def told(self) -> str:
        """Everything that was said in passing."""
        return "\n".join(notification.message for notification in self._notifications)


def open_workspace(url: str, key: str = "sk-ant-made-up", **settings: Any) -> Workspace:
    """Return a workspace on a server."""
    made = WorkspaceSettings(name="tests", base_url=url, key=KeySource(kind="session"), **settings)
    return WorkspaceDirectory.in_memory([(made, SecretStr(key))]).open("tests")


def batch_of(lines: Sequence[bytes], **counts: int) -> MessageBatch:
    """Return an ended batch that promises these lines, or what `counts` says instead."""
    types = Counter(json.loads(line)["result"]["type"] for line in lines) if not counts else Counter(counts)
    created = datetime(2099, 1, 1, tzinfo=UTC)
    return MessageBatch.model_validate(
        {
            "id": BATCH_ID,
            "processing_status": "ended",
            "request_counts": dict(types),
            "created_at": created.isoformat(),
            "ended_at": created.isoformat(),
        }
    )


def results_threads() -> list[threading.Thread]:
    """Return the threads that still stream, read or write results."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("batchtui-")]


@asynccontextmanager
async def results_of(
    url: str, batch: MessageBatch, *, size: tuple[int, int] = (120, 36), key: str = "sk-ant-made-up"
) -> AsyncIterator[tuple[ResultsApp, Pilot[Any]]]:
    """Open a batch's results in a terminal of this size."""
    workspace = open_workspace(url, key)
    app = ResultsApp(ResultsScreen(workspace, batch))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            yield app, pilot
    finally:
        workspace.close()


@asynccontextmanager
async def simulated_results(
    simulator: Simulator, batch_id: str, *, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[ResultsApp, Pilot[Any]]]:
    """Open the results of a batch on the simulator's stage."""
    key = simulator.keys["production"]
    asking = open_workspace(simulator.url, key)
    batch = asking.retrieve(batch_id)
    asking.close()
    async with results_of(simulator.url, batch, size=size, key=key) as opened:
        yield opened


def words_on(app: App[Any]) -> str:
    """Return what is on the screen as one line of words, wherever lines break."""
    return " ".join(screen_text(app).replace("│", " ").split())


async def wait_for_words(pilot: Pilot[Any], words: str) -> None:
    """Let the App run until these words are on the screen, over line breaks too."""
    await wait_until(pilot, lambda: words in words_on(pilot.app))
