"""`batchtui cancel`: stop batches that still run."""

from __future__ import annotations

import click

from batchtui.cli.batch_changes import change_each
from batchtui.cli.completing import complete_batch_id
from batchtui.cli.options import Choices, workspace_options


@click.command("cancel")
@click.argument("batch_ids", metavar="ID…", shell_complete=complete_batch_id, nargs=-1, required=True)
@click.option("--yes", "-y", "is_agreed", is_flag=True, help="Do not ask.")
@workspace_options
def command(choices: Choices, *, batch_ids: tuple[str, ...], is_agreed: bool) -> int:
    """Cancel batches; requests that cannot be interrupted still finish.

    Example: batchtui cancel msgbatch_01… --yes
    """
    workspace = choices.open_workspace()
    return change_each(
        workspace,
        batch_ids,
        verb="cancel",
        question=lambda number: "Cancel this batch?" if number == 1 else f"Cancel these {number} batches?",
        change=workspace.cancel,
        done="canceling",
        is_agreed=is_agreed,
    )
