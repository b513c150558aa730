"""The App: which screen is first, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import App

from batchtui.errors import BatchtuiError
from batchtui.ui.palette import ScreenCommands
from batchtui.ui.screens.base import BaseScreen
from batchtui.ui.screens.batches_screen import BatchesScreen
from batchtui.ui.screens.welcome_screen import WelcomeScreen
from batchtui.workspace import Workspace, WorkspaceDirectory


@dataclass(frozen=True, slots=True)
class DashboardOptions:
    """What the command line says about a dashboard; `workspace` None means the default one."""

    workspace: str | None = None
    base_url: str | None = None
    refresh_seconds: float = 10.0
    start_demo: Callable[[], WorkspaceDirectory] | None = None


class BatchtuiApp(App[None]):
    """The dashboard of one person's workspaces."""

    TITLE = "batchtui"
    CSS_PATH = "styles.tcss"
    COMMANDS: ClassVar = {ScreenCommands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [("ctrl+q", "quit", "Quit")]

    def __init__(self, directory: WorkspaceDirectory, options: DashboardOptions | None = None) -> None:
        super().__init__()
        self.directory = directory
        self.options = options or DashboardOptions()

    def on_mount(self) -> None:
        """Open the chosen workspace, or explain how to get one."""
        if self.directory.is_empty:
            self.push_screen(WelcomeScreen())
        else:
            self.open_workspace(self.options.workspace, self.options.base_url)

    def open_workspace(self, name: str | None, base_url: str | None = None) -> None:
        """Show a workspace's batches instead of whatever is shown; the screen reports a key that cannot be had."""
        try:
            workspace = self.directory.open(name, base_url=base_url)
        except BatchtuiError as error:
            self.push_screen(WelcomeScreen(error))
            return
        self.show_workspace(workspace)

    def show_workspace(self, workspace: Workspace) -> None:
        """Make this workspace's batches the first screen."""
        while len(self.screen_stack) > 1 and isinstance(self.screen, BaseScreen):
            self.pop_screen()
        self.push_screen(BatchesScreen(workspace, refresh_seconds=self.options.refresh_seconds))

    def start_demo(self) -> None:
        """Leave the person's own workspaces for the simulator's."""
        if self.options.start_demo is None:
            return
        self.directory = self.options.start_demo()
        self.open_workspace(None)
