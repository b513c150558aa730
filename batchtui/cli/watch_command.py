"""`batchtui watch`: wait until batches end, and say what changes meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

import click

from batchtui.cli.batch_table import format_batch
from batchtui.cli.completing import complete_batch_id
from batchtui.cli.exit_codes import DONE, NOT_ALL_RIGHT
from batchtui.cli.options import Choices, FiniteRange, workspace_options
from batchtui.cli.result_table import table_width
from batchtui.cli.telling import NoticeTeller, tell_unread
from batchtui.errors import (
    AuthenticationError,
    BatchtuiError,
    ConnectionFailedError,
    InternalServerError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
)
from batchtui.models import MessageBatch
from batchtui.monitor import MIN_REFRESH_SECONDS
from batchtui.safe_text import safe_block, safe_line
from batchtui.workspace import Workspace

_PASSING = (ConnectionFailedError, RateLimitError, OverloadedError, InternalServerError)


@click.command("watch")
@click.argument("batch_ids", metavar="[ID…]", shell_complete=complete_batch_id, nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON a change: the batch as the API has it.")
@click.option(
    "--every",
    "seconds",
    type=FiniteRange(MIN_REFRESH_SECONDS, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to ask.",
)
@click.option(
    "--notify", "is_telling", is_flag=True, help="Tell of events as the settings say: bell, notification, command."
)
@workspace_options
def command(choices: Choices, *, batch_ids: tuple[str, ...], as_json: bool, seconds: float, is_telling: bool) -> int:
    """Wait until the named batches end; without names, all that run now.

    Prints a line for each change. Exit code 3 says that a request did not succeed, or that a batch could not be read.

    Example: batchtui watch && say done
    """
    workspace = choices.open_workspace()
    tell = NoticeTeller(workspace) if is_telling else _tell_nobody
    if not batch_ids:
        _refresh(workspace, tell, is_first=True)
    unread = () if batch_ids else workspace.snapshot.unread
    tell_unread(unread, workspace)
    wanted = batch_ids or tuple(batch.id for batch in workspace.snapshot.active)
    if not wanted and not unread:
        click.echo(f"Nothing is running in workspace {safe_line(workspace.name)}.", err=True)
    last: dict[str, MessageBatch] = {}
    for batch in iter_changes(workspace, wanted, seconds, tell):
        last[batch.id] = batch
        click.echo(batch.to_json() if as_json else format_batch(batch, workspace.server_now(), table_width()))
        sys.stdout.flush()
    failed = any(batch.request_counts.succeeded < batch.request_counts.total for batch in last.values())
    return NOT_ALL_RIGHT if failed or unread else DONE


class Teller(Protocol):
    """Tells of what happened to batches."""

    def __call__(self, batches: Collection[MessageBatch], error: BatchtuiError | None = None, /) -> None:
        """Take a look's batches, or why it failed."""


def _tell_nobody(_: Collection[MessageBatch], __: BatchtuiError | None = None, /) -> None:
    """Leave events to those who read the output."""


def iter_changes(
    workspace: Workspace,
    batch_ids: Sequence[str],
    seconds: float,
    tell: Teller,
) -> Iterator[MessageBatch]:
    """Yield each batch as it is now, then whenever it changed, until all have ended.

    A failure that passes is told on stderr and tried again, unless it is the first call's; any other is raised. `tell`
    is called after each look.
    """
    waiting = dict.fromkeys(batch_ids)
    seen: dict[str, MessageBatch] = {}
    while waiting:
        if _refresh(workspace, tell, is_first=not seen):
            for batch_id in list(waiting):
                batch = workspace.snapshot.get(batch_id) or workspace.retrieve(batch_id)
                if seen.get(batch_id) != batch:
                    yield batch
                seen[batch_id] = batch
                if not batch.is_active:
                    del waiting[batch_id]
            tell(seen.values())
        if waiting:
            time.sleep(seconds)


def _refresh(workspace: Workspace, tell: Teller, *, is_first: bool) -> bool:
    """Ask for all that can change: one request for up to 1,000 batches."""
    try:
        workspace.refresh_all()
    except (AuthenticationError, PermissionDeniedError) as error:
        tell((), error)
        raise
    except _PASSING as error:
        if is_first:
            raise
        click.echo(safe_block(f"{error}; trying again"), err=True)
        return False
    return True
