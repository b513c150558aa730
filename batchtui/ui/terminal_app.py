"""An App's dealings with its terminal: our own driver, lending it out, giving it back, and its clipboard."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from textual.css.query import NoMatches
from textual.events import Event, InputEvent
from textual.widget import MountError

from batchtui.errors import KeyCommandError
from batchtui.ui.clipboard import clipboard_sequences
from batchtui.ui.keys_in_turn import KeysInTurn
from batchtui.ui.lending import TerminalLender
from batchtui.ui.quiet import QuietCollector

if TYPE_CHECKING:
    from textual.driver import Driver


class OwnTerminal(Protocol):
    """What our driver can be told that Textual's cannot."""

    def restore(self) -> None:
        """Give the terminal back as it was."""

    def repaint(self) -> None:
        """Send the whole picture again."""


class TerminalApp(KeysInTurn[None]):
    """Draws through our driver where Textual's is the one for POSIX."""

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"  # a moving screen costs a slow link kilobytes
        self.terminal: OwnTerminal | None = None
        self._lender: TerminalLender | None = None
        self._collector = QuietCollector(lambda: len(self.screen_stack))

    async def on_event(self, event: Event) -> None:
        """Notice that somebody is at the keys."""
        if isinstance(event, InputEvent):
            self._collector.note_input()
        await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        # private to Textual, which refuses to mount from `exit` on: a screen that is being composed is no failure then
        if not (self._exit and isinstance(error, MountError | NoMatches)):
            super()._handle_exception(error)

    def prepare_lending(self) -> None:
        """Be ready to lend the terminal; called once the loop runs."""
        self._lender = TerminalLender(self.suspend, asyncio.get_running_loop())

    def lend_terminal(self) -> AbstractContextManager[None]:
        """Make the terminal free for another program; called in another thread."""
        if self._lender is None:
            raise KeyCommandError("the dashboard has no terminal yet")
        return self._lender.lend()

    def restore_terminal(self) -> None:
        """Give the terminal back as it was, from another thread, when nothing else does."""
        if self.terminal is not None:
            self.terminal.restore()

    def action_repaint(self) -> None:
        """Draw everything again, over what another program left on the screen."""
        if self.terminal is not None:
            self.terminal.repaint()

    def get_driver_class(self) -> type[Driver]:
        """Return the way to the terminal."""
        standard = super().get_driver_class()
        if sys.platform == "win32" or standard.__name__ != "LinuxDriver":
            return standard
        from batchtui.ui.terminal.driver import ThriftyDriver  # noqa: PLC0415  # imports termios

        return ThriftyDriver

    def copy_to_clipboard(self, text: str) -> None:
        """Offer a text to the terminal, through tmux or screen where one is in between."""
        self._clipboard = text
        if self._driver is not None:
            for sequence in clipboard_sequences(text, os.environ):
                self._driver.write(sequence)
