"""`batchtui delete`: remove ended batches with their results."""

from __future__ import annotations

import click

from batchtui.cli.batch_changes import change_each
from batchtui.cli.completing import complete_batch_id
from batchtui.cli.options import Choices, workspace_options


@click.command("delete")
@click.argument("batch_ids", metavar="ID…", shell_complete=complete_batch_id, nargs=-1, required=True)
@click.option("--yes", "-y", "is_agreed", is_flag=True, help="Do not ask.")
@workspace_options
def command(choices: Choices, *, batch_ids: tuple[str, ...], is_agreed: bool) -> int:
    """Delete ended batches and their results, for good.

    Example: batchtui delete msgbatch_01…
    """
    workspace = choices.open_workspace()
    return change_each(
        workspace,
        batch_ids,
        verb="delete",
        question=lambda number: f"Delete {'this batch' if number == 1 else f'these {number} batches'} for good?",
        change=workspace.delete,
        done="deleted",
        is_agreed=is_agreed,
    )
