"""Telling of events beside a command's output: a line on stderr, and the ways that the settings name."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence

import click

from batchtui.errors import BatchtuiError
from batchtui.models import MessageBatch, UnreadBatch, describe_unread
from batchtui.safe_text import safe_block
from batchtui.workspace import Workspace, run_notice_command, summarize, terminal_sequences

_OF_UNREAD = "A gateway, or an API newer than this program, may write them: check the base URL, or look for an update."


def tell_unread(unread: Sequence[UnreadBatch], workspace: Workspace) -> None:
    """Write which batches are left out, and why, to stderr; nothing where there are none."""
    if unread:
        click.echo(safe_block(f"{workspace.name}: {describe_unread(unread)}"), err=True)
        click.echo(f"  {_OF_UNREAD}", err=True)


class NoticeTeller:
    """Tells of what happens to the batches that are waited for, each event once; called after every look at them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __call__(self, batches: Collection[MessageBatch], error: BatchtuiError | None = None) -> None:
        """Tell what is new; `error` is why the last look failed."""
        settings = self._workspace.notice_settings
        notices = self._workspace.take_notices_of(batches, error)
        for told in summarize(notice for notice in notices if "line" in notice.ways):
            click.echo(safe_block(f"{told.title}: {told.text}"), err=True)
        if sys.stderr.isatty():
            sys.stderr.write("".join(terminal_sequences(notices, settings, os.environ)))
            sys.stderr.flush()
        given = [notice for notice in notices if "command" in notice.ways]
        problems = [run_notice_command(settings.command, notice.to_json()) for notice in given if settings.command]
        for problem in dict.fromkeys(filter(None, (*problems, self._workspace.notice_problem if notices else ""))):
            click.echo(safe_block(problem), err=True)
