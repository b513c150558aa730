"""What enter would need is made ready while the cursor rests on a batch, and given up when enter does not come."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from batchtui.background import in_background
from batchtui.models import MessageBatch
from batchtui.ui.pacing import Follower
from batchtui.workspace import Workspace

_LOOK_SECONDS = 0.25
KEPT_SECONDS = 120.0
"""How long a process waits for results that nobody opens."""


class Foresight:
    """Looks at the batch whose results `find_next` says could be opened next; lives on the event loop."""

    def __init__(
        self, screen: Screen[None], workspace: Workspace, find_next: Callable[[], MessageBatch | None]
    ) -> None:
        self._screen = screen
        self._workspace = workspace
        self._find_next = find_next
        self._follower = Follower(screen, self._look, seconds=_LOOK_SECONDS)
        self._giving_up: Timer | None = None

    def ask(self) -> None:
        """Look soon: the cursor was moved, or what it is on has changed."""
        self._follower.ask()

    def _look(self) -> None:
        batch = self._find_next()
        if batch is None:
            return
        self._screen.run_worker(in_background(self._workspace.expect_results, batch), group="foresight")
        if self._giving_up is not None:
            self._giving_up.stop()
        self._giving_up = self._screen.set_timer(KEPT_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._screen.run_worker(in_background(self._workspace.expect_no_results), group="foresight")
