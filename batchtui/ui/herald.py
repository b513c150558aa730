"""Telling of events: a box on the screen, the terminal's bell or notification, and the person's own command."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from batchtui.background import in_background
from batchtui.safe_text import safe_block
from batchtui.ui.screens.base import BaseScreen
from batchtui.workspace import Notice, Told, Workspace, run_notice_command, summarize, terminal_sequences

_SHOWN_SECONDS = 8.0


def tell_notices(screen: BaseScreen, workspace: Workspace, notices: Sequence[Notice]) -> None:
    """Tell of events in all the ways that the settings name; each at once, several of a kind as one."""
    settings = workspace.notice_settings
    for each in summarize(notice for notice in notices if "toast" in notice.ways):
        screen.notify(each.text, title=each.title, severity=_severity(each), timeout=_SHOWN_SECONDS, markup=False)
    driver = screen.app._driver  # noqa: SLF001  # Textual has no other way to send what is no drawing
    if driver is not None:
        for sequence in terminal_sequences(notices, settings, os.environ):
            driver.write(sequence)
    given = [notice for notice in notices if "command" in notice.ways]
    if settings.command and given:
        screen.app.run_worker(_run_command(screen, settings.command, given), group="notices", exit_on_error=False)
    if workspace.notice_problem:
        screen.tell(workspace.notice_problem, is_bad=True)


def _severity(told: Told) -> Literal["information", "warning", "error"]:
    return "error" if told.is_bad else "warning" if told.is_urgent else "information"


async def _run_command(screen: BaseScreen, command: Sequence[str], notices: Sequence[Notice]) -> None:
    """Give the command one event after the other; what goes wrong is said once."""
    problems = [await in_background(run_notice_command, command, notice.to_json()) for notice in notices]
    problem = next(filter(None, problems), "")
    if problem:
        screen.app.notify(safe_block(problem), severity="error", timeout=_SHOWN_SECONDS, markup=False)
