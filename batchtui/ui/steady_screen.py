"""What screens and dialogs share, so that closing one or resizing its terminal never ends the program."""

from __future__ import annotations

from textual import events
from textual.screen import Screen, ScreenResultType


class SteadyScreen(Screen[ScreenResultType]):
    """A screen whose own work ends before its widgets go, and that heeds the terminal's latest size only."""

    def on_resize(self, event: events.Resize) -> None:
        """Ignore a size that is not the terminal's any more.

        While sizes change quickly, Textual can tell earlier ones late, and two such answer each other for ever.
        """
        if event.size != self.app.size:
            event.prevent_default()

    async def _message_loop_exit(self) -> None:
        """Cancel this screen's workers first.

        Textual does so after the widgets are gone: a worker that goes on in between would look for one and not find
        it, and an error in a worker ends the App. No public hook comes early enough.
        """
        self.workers.cancel_node(self)
        await super()._message_loop_exit()
