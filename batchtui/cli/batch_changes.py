"""What `cancel` and `delete` share: one list, one question, one report of what happened to each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from batchtui.errors import BatchtuiError, StatusError, UsageError
from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui.widgets.batch_words import describe_outcome
from batchtui.workspace import Workspace


def confirm(question: str, workspace: Workspace, batches: Sequence[MessageBatch]) -> None:
    """Show the batches and ask; raise `click.Abort` for no, `UsageError` where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint="Add --yes to go ahead without a question.")
    click.echo(f"Workspace {safe_line(workspace.name)}:", err=True)
    for batch in batches:
        click.echo(f"  {safe_line(batch.id)}  {describe_outcome(batch)}", err=True)
    click.confirm(question, abort=True, err=True)


def change_each(
    workspace: Workspace,
    batch_ids: Sequence[str],
    *,
    question: Callable[[int], str],
    change: Callable[[str], object],
    done: str,
    is_agreed: bool,
) -> int:
    """Change every batch, also after one failed, and return the exit code."""
    workspace.refuse_if_read_only()
    wanted = list(dict.fromkeys(batch_ids))
    if not is_agreed:
        confirm(question(len(wanted)), workspace, [workspace.retrieve(batch_id) for batch_id in wanted])
    failures = [error for batch_id in wanted if (error := _change(batch_id, change, done))]
    if failures and len(wanted) > 1:
        click.echo(f"{format_count(len(failures))} of {format_count(len(wanted))} batches failed.", err=True)
    return failures[0].exit_code if failures else 0


def _change(batch_id: str, change: Callable[[str], object], done: str) -> BatchtuiError | None:
    try:
        change(batch_id)
    except StatusError as error:
        click.echo(safe_block(f"{batch_id}: {error}"), err=True)
        if error.hint:
            click.echo(safe_block(f"  {error.hint}"), err=True)
        return error
    click.echo(f"{safe_line(batch_id)}: {done}", err=True)
    return None
