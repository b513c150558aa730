"""The App: which screen is first, and what all of them share."""

from __future__ import annotations

import asyncio
import logging

from textual.binding import Binding
from textual.notifications import Notification

from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_block
from batchtui.ui.appearance import dress
from batchtui.ui.commands import bindings
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.ui.keymap import read_keymap
from batchtui.ui.screens.base import OF_THE_APP, BaseScreen
from batchtui.ui.screens.batches_screen import BatchesScreen
from batchtui.ui.screens.welcome_screen import WelcomeScreen
from batchtui.ui.terminal_app import TerminalApp
from batchtui.workspace import Workspace, WorkspaceDirectory

_log = logging.getLogger(__name__)
_MOUNTING_SECONDS = 0.05
_GOING_SECONDS = 0.1


class BatchtuiApp(TerminalApp):
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
        self.keymap, mistakes = read_keymap(self.options.preferences.keys)
        self.set_keymap(self.keymap)
        self._warnings = [*directory.warnings, *mistakes, *dress(self, self.options.preferences)]

    def on_mount(self) -> None:
        """Open the chosen workspace, or explain how to get one."""
        if self._exit:
            return  # told to end already, which keeps screens from being made
        self.prepare_lending()
        if self.directory.is_empty:
            self.push_screen(WelcomeScreen())
        else:
            self.open_workspace(self.options.workspace, self.options.base_url)
        self._tell_warnings()

    def get_key_display(self, binding: Binding) -> str:
        """Return a key's name for the footer; there is no sign for Enter in ASCII."""
        is_enter = binding.key == "enter" and self.options.preferences.is_ascii
        return "enter" if is_enter else super().get_key_display(binding)

    def _unnotify(self, notification: Notification, refresh: bool = True) -> None:  # noqa: FBT001, FBT002  # Textual's
        """Show the newest of the messages that are left whole; Textual styles them again only when one comes."""
        super()._unnotify(notification, refresh)
        self.set_timer(_GOING_SECONDS, self._restyle_messages)

    def _restyle_messages(self) -> None:
        for screen in self.screen_stack[-1:]:
            for holder in screen.query("ToastHolder"):
                holder.update_node_styles()

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
