"""What enter would need is made ready while the cursor rests on a batch.

A process is given up when enter does not come; a screen, which only lies there, is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from batchtui.background import in_background
from batchtui.models import MessageBatch
from batchtui.ui.pacing import Follower
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.spare_screen import SpareScreen
from batchtui.workspace import Workspace

_LOOK_SECONDS = 0.25
KEPT_SECONDS = 120.0
"""How long a process waits for results that nobody opens."""


class Foresight:
    """Looks at the batch whose results `find_next` says could be opened next; lives on the event loop.

    `take_screen` gives a screen for them that is composed already.
    """

    def __init__(
        self, screen: Screen[None], workspace: Workspace, find_next: Callable[[], MessageBatch | None]
    ) -> None:
        self._screen = screen
        self._spare = SpareScreen(screen, lambda: ResultsScreen(workspace))
        self._workspace = workspace
        self._find_next = find_next
        self._follower = Follower(screen, self._look, seconds=_LOOK_SECONDS)
        self._seen: str | None = None
        self._giving_up: Timer | None = None
        self._is_closed = False

    def ask(self) -> None:
        """Look soon: somebody has moved the cursor, or is back."""
        self._seen = None
        self._follower.ask()

    def ask_if_changed(self) -> None:
        """Look soon whether the cursor is on results now that could not be opened before."""
        self._follower.ask()

    def take_screen(self) -> ResultsScreen | None:
        """Return a screen that is ready to begin, if there is one."""
        return self._spare.take()

    async def close(self) -> None:
        """Give up what was made ready; nothing more will be."""
        self._is_closed = True
        self._spare.close()
        await in_background(self._workspace.expect_no_results)

    def _look(self) -> None:
        batch = self._find_next()
        before, self._seen = self._seen, None if batch is None else batch.id
        if batch is not None:
            self._spare.prepare()
        if batch is None or batch.id == before:
            return
        self._screen.run_worker(in_background(self._prepare, batch), group="foresight")
        if self._giving_up is not None:
            self._giving_up.stop()
        self._giving_up = self._screen.set_timer(KEPT_SECONDS, self._give_up)

    def _prepare(self, batch: MessageBatch) -> None:
        self._workspace.expect_results(batch)
        if self._is_closed:  # meanwhile
            self._workspace.expect_no_results()

    def _give_up(self) -> None:
        self._screen.run_worker(in_background(self._workspace.expect_no_results), group="foresight")
