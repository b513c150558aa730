"""The App: which screen is first, and what all of them share."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.app import App
from textual.binding import Binding
from textual.filter import Monochrome, NoColor

from batchtui.errors import BatchtuiError, KeyCommandError
from batchtui.safe_text import safe_block
from batchtui.ui.ascii_filter import AsciiFilter
from batchtui.ui.clipboard import clipboard_sequences
from batchtui.ui.commands import bindings
from batchtui.ui.keymap import read_keymap
from batchtui.ui.lending import TerminalLender
from batchtui.ui.preferences import NO_PREFERENCES, Preferences
from batchtui.ui.screens.base import OF_THE_APP, BaseScreen
from batchtui.ui.screens.batches_screen import BatchesScreen
from batchtui.ui.screens.welcome_screen import WelcomeScreen
from batchtui.ui.themes import OWN_THEMES, explain_unknown_theme, usual_theme
from batchtui.workspace import Workspace, WorkspaceDirectory

if TYPE_CHECKING:
    from textual.driver import Driver


_log = logging.getLogger(__name__)
_MOUNTING_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class DashboardOptions:
    """What the command line says about a dashboard; `workspace` None means the default one.

    `is_low_bandwidth` draws less often and less exactly, for a slow link.
    """

    workspace: str | None = None
    base_url: str | None = None
    refresh_seconds: float = 10.0
    is_low_bandwidth: bool = False
    preferences: Preferences = NO_PREFERENCES
    start_demo: Callable[[], WorkspaceDirectory] | None = None


class OwnTerminal(Protocol):
    """What our driver can be told that Textual's cannot."""

    def restore(self) -> None:
        """Give the terminal back as it was."""

    def repaint(self) -> None:
        """Send the whole picture again."""


class BatchtuiApp(App[None]):
    """The dashboard of one person's workspaces."""

    TITLE = "batchtui"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = False  # each screen opens its own, with its own commands
    BINDINGS = bindings(OF_THE_APP)

    def __init__(self, directory: WorkspaceDirectory, options: DashboardOptions | None = None) -> None:
        super().__init__()
        self.directory = directory
        self.options = options or DashboardOptions()
        self.is_low_bandwidth = self.options.is_low_bandwidth
        self.terminal: OwnTerminal | None = None
        self._lender: TerminalLender | None = None
        self.animation_level = "none"  # a moving screen costs a slow link kilobytes
        self.keymap: dict[str, str] = {}
        self._warnings = [*directory.warnings, *self._apply(self.options.preferences)]

    def on_mount(self) -> None:
        """Open the chosen workspace, or explain how to get one."""
        if self._exit:
            return  # told to end already, which keeps screens from being made
        self._lender = TerminalLender(self.suspend, asyncio.get_running_loop())
        if self.directory.is_empty:
            self.push_screen(WelcomeScreen())
        else:
            self.open_workspace(self.options.workspace, self.options.base_url)
        self._tell_warnings()

    def _apply(self, preferences: Preferences) -> list[str]:
        """Look and listen as the person wants; return sentences about what cannot be done."""
        if self.no_color:  # Textual would send shades of grey, which some terminals show as any colour
            self._filters = [NoColor() if isinstance(each, Monochrome) else each for each in self._filters]
        if preferences.is_ascii:
            self._filters.append(AsciiFilter())
        for theme in OWN_THEMES:
            self.register_theme(theme)
        self.keymap, warnings = read_keymap(preferences.keys)
        self.set_keymap(self.keymap)
        chosen = preferences.theme
        if chosen is not None and chosen not in self.available_themes:
            warnings.append(explain_unknown_theme(chosen, self.available_themes))
            chosen = None
        if chosen is None and preferences.suits_terminal:
            ground = os.environ.get("COLORFGBG", "")
            chosen = usual_theme(self.console.color_system, ground, is_colourless=self.no_color)
        self.theme = chosen or self.theme
        return warnings

    def get_key_display(self, binding: Binding) -> str:
        """Return a key's name for the footer; there is no sign for Enter in ASCII."""
        is_enter = binding.key == "enter" and self.options.preferences.is_ascii
        return "enter" if is_enter else super().get_key_display(binding)

    def _tell_warnings(self) -> None:
        for words in self._warnings:
            self.notify(safe_block(words), title="Configuration", severity="warning", timeout=15, markup=False)

    def open_workspace(self, name: str | None, base_url: str | None = None) -> None:
        """Show a workspace's batches instead of whatever is shown; the screen reports a key that cannot be had."""
        try:
            workspace = self.directory.open(name, base_url=base_url)
        except BatchtuiError as error:
            _log.warning("opens no workspace: %s", error)
            self.push_screen(WelcomeScreen(error))
            return
        self.show_workspace(workspace)

    def show_workspace(self, workspace: Workspace) -> None:
        """Make this workspace's batches the first screen."""
        _log.info("shows workspace %s at %s", workspace.name, workspace.base_url)
        while len(self.screen_stack) > 1 and isinstance(self.screen, BaseScreen):
            self.pop_screen()
        self.push_screen(
            BatchesScreen(
                workspace,
                refresh_seconds=self.options.refresh_seconds,
                is_low_bandwidth=self.is_low_bandwidth,
            )
        )

    def start_demo(self) -> None:
        """Leave the person's own workspaces for the simulator's."""
        if self.options.start_demo is None:
            return
        self.directory = self.options.start_demo()
        self.open_workspace(None)

    def leave(self, code: int) -> None:
        """End with an exit code, from wherever the person is; a screen that is being made is finished first."""
        if self._exit:
            return
        if not all(screen.is_mounted for screen in self.screen_stack):
            asyncio.get_running_loop().call_later(_MOUNTING_SECONDS, self.leave, code)
            return
        _log.warning("told to end, with exit code %d", code)
        self.exit(return_code=code)

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
        """Return the way to the terminal: ours where Textual's is the one for POSIX."""
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
