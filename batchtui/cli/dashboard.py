"""Opening the dashboard: the terminal checked, the App wired, nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from batchtui.cli.demo_stage import start_demo
from batchtui.cli.encoding import knows_only_ascii
from batchtui.cli.exit_codes import DONE
from batchtui.cli.options import Choices
from batchtui.errors import NotATerminalError
from batchtui.leaving import undo_all

if TYPE_CHECKING:
    from batchtui.settings import Settings
    from batchtui.ui.preferences import Preferences
    from batchtui.workspace import WorkspaceDirectory


def check_terminal() -> None:
    """Raise `NotATerminalError` where a dashboard could not be drawn or could not read keys."""
    if is_in_browser(os.environ):
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotATerminalError("the dashboard needs a terminal for both input and output")
    if os.environ.get("TERM") == "dumb":
        raise NotATerminalError("this terminal (TERM=dumb) cannot move its cursor")


def open_dashboard(choices: Choices, *, read_only: bool = False, refresh_seconds: float | None = None) -> None:
    """Open the dashboard on the person's own workspaces."""
    check_terminal()
    from batchtui.workspace import WorkspaceDirectory  # noqa: PLC0415  # after the check, which must be quick

    directory = WorkspaceDirectory(is_read_only=read_only, origin="dashboard")
    run_app(directory, choices, refresh_seconds=refresh_seconds)


def run_app(directory: WorkspaceDirectory, choices: Choices, *, refresh_seconds: float | None = None) -> None:
    """Run the App until the person leaves it; the terminal is restored."""
    from batchtui.ui.app import BatchtuiApp  # noqa: PLC0415  # Textual takes 0.2 s to import
    from batchtui.ui.dashboard_options import DashboardOptions  # noqa: PLC0415  # as above
    from batchtui.ui.quiet import prefer_keys_to_throughput  # noqa: PLC0415  # as above
    from batchtui.ui.signals import leave_on_signals  # noqa: PLC0415  # as above

    options = DashboardOptions(
        workspace=choices.workspace,
        base_url=choices.base_url,
        refresh_seconds=refresh_seconds or directory.refresh_seconds,
        is_low_bandwidth=is_low_bandwidth(os.environ, said=choices.is_low_bandwidth, setting=directory.low_bandwidth),
        preferences=read_preferences(directory.settings, choices, os.environ),
        start_demo=partial(start_demo, is_read_only=choices.is_read_only),
    )
    prefer_keys_to_throughput()
    app = BatchtuiApp(directory, options)
    mouse = options.preferences.has_mouse
    directory.lend_terminal_by(app.lend_terminal)
    if is_in_browser(os.environ):
        from batchtui.cli.serve_command import leave_with_page  # noqa: PLC0415  # only there

        leave_with_page(lambda: app.call_from_thread(app.leave, DONE))
    leave_on_signals(app.leave, app.restore_terminal)
    try:
        app.run(mouse=mouse)
    finally:
        app.directory.close()
        undo_all()
    if app.return_code:
        sys.exit(app.return_code)


def read_preferences(settings: Settings, choices: Choices, environ: Mapping[str, str]) -> Preferences:
    """Return how the dashboard is to look and to listen."""
    from batchtui.ui.preferences import Preferences  # noqa: PLC0415  # slow, as above

    is_plain = not is_in_browser(environ) and knows_only_ascii(environ)
    return Preferences(
        theme=settings.theme,
        suits_terminal=True,
        is_ascii=is_plain if settings.ascii == "auto" else settings.ascii,
        has_mouse=settings.mouse if choices.has_mouse is None else choices.has_mouse,
        keys=settings.keys,
    )


def is_in_browser(environ: Mapping[str, str]) -> bool:
    """Whether `batchtui serve` has started this process, and a browser draws what it sends."""
    return environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def is_low_bandwidth(environ: Mapping[str, str], *, said: bool | None, setting: bool | str) -> bool:
    """Whether to draw for a slow link: as the command line says, else as the settings do, else over SSH."""
    if said is not None:
        return said
    return setting if isinstance(setting, bool) else bool(environ.get("SSH_CONNECTION"))
