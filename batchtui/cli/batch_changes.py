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
from batchtui.workspace import Workspace, ask_for_proof, proof_of


def confirm(verb: str, question: str, workspace: Workspace, batches: Sequence[MessageBatch]) -> None:
    """Show the batches and ask; raise `click.Abort` for no, `UsageError` where nobody can answer.

    In production the answer is a word that only somebody who has read the list knows.
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint="Add --yes to go ahead without a question.")
    click.echo(f"Workspace {safe_line(workspace.name)}:", err=True)
    for batch in batches:
        click.echo(f"  {safe_line(batch.id)}  {describe_outcome(batch)}", err=True)
    if not workspace.is_production:
        click.confirm(question, abort=True, err=True)
        return
    batch_ids = [batch.id for batch in batches]
    answer = click.prompt(f"{question} {ask_for_proof(verb, batch_ids)}", default="", show_default=False, err=True)
    if answer.strip() != proof_of(verb, batch_ids):
        click.echo("That is something else: nothing was changed.", err=True)
        raise click.Abort


def change_each(
    workspace: Workspace,
    batch_ids: Sequence[str],
    *,
    verb: str,
    question: Callable[[int], str],
    change: Callable[[str], object],
    done: str,
    is_agreed: bool,
) -> int:
    """Change every batch, also after one failed, and return the exit code."""
    workspace.refuse_if_read_only()
    wanted = list(dict.fromkeys(batch_ids))
    if not is_agreed:
        confirm(verb, question(len(wanted)), workspace, [workspace.retrieve(batch_id) for batch_id in wanted])
    failures = [error for batch_id in wanted if (error := _change(batch_id, change, done))]
    if workspace.audit_problem:
        click.echo(safe_block(workspace.audit_problem), err=True)
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
