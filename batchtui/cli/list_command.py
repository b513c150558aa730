"""`batchtui list`: the batches of a workspace on stdout."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import click

from batchtui.cli.batch_table import batch_headings, format_batch
from batchtui.cli.every_workspace import iter_workspaces, with_workspace
from batchtui.cli.exit_codes import DONE, NOT_ALL_RIGHT
from batchtui.cli.options import Choices, comma_list, workspace_options
from batchtui.cli.result_table import table_width
from batchtui.cli.telling import tell_unread
from batchtui.errors import BatchtuiError
from batchtui.models import PROCESSING_STATUSES, MessageBatch, UnreadBatch
from batchtui.safe_text import safe_line
from batchtui.workspace import Workspace

_NAME_WIDTH = 16


def check_statuses(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Accept only statuses that the API documents."""
    statuses = comma_list(ctx, parameter, value)
    for status in statuses:
        if status not in PROCESSING_STATUSES:
            raise click.BadParameter(f"{status!r} is none of {', '.join(PROCESSING_STATUSES)}")
    return statuses


@click.command("list")
@click.option("--status", "statuses", callback=check_statuses, metavar="S,…", help="Of in_progress, canceling, ended.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N batches; all of them by default.")
@click.option("--json", "as_json", is_flag=True, help="One batch a line, under the API's own field names.")
@click.option("--all-workspaces", "is_all", is_flag=True, help="Of every workspace; --limit then counts for each.")
@workspace_options
def command(choices: Choices, *, statuses: tuple[str, ...], limit: int | None, as_json: bool, is_all: bool) -> int:
    """List batches, newest first; with --all-workspaces, one workspace after the other.

    Each line of JSON then also names its `workspace`. A workspace that fails is told on stderr and hides no other; the
    exit code is its own. So is a batch that cannot be read; the exit code is then 3.

    Example: batchtui list --status in_progress --json | jq .id
    """
    if is_all:
        return _list_all(choices, statuses, limit, as_json=as_json)
    workspace = choices.open_workspace()
    unread: list[UnreadBatch] = []
    batches = _iter_wanted(workspace, statuses, limit, unread)
    lines = (batch.to_json() for batch in batches) if as_json else _table(batches, workspace.server_now)
    is_empty = True
    for line in lines:
        is_empty = False
        click.echo(line)
    if is_empty and not unread:
        what = f" that are {' or '.join(statuses)}" if statuses else ""
        click.echo(f"There are no batches{what} in workspace {safe_line(workspace.name)}.", err=True)
    tell_unread(unread, workspace)
    return NOT_ALL_RIGHT if unread else DONE


def _iter_wanted(
    workspace: Workspace, statuses: tuple[str, ...], limit: int | None, unread: list[UnreadBatch]
) -> Iterator[MessageBatch]:
    batches = workspace.iter_batches(on_unread=unread.extend)
    wanted = (batch for batch in batches if not statuses or batch.processing_status in statuses)
    return itertools.islice(wanted, limit)


def _list_all(choices: Choices, statuses: tuple[str, ...], limit: int | None, *, as_json: bool) -> int:
    failures: list[BatchtuiError] = []
    unread: dict[str, list[UnreadBatch]] = defaultdict(list)

    def read(workspace: Workspace) -> list[MessageBatch]:
        return list(_iter_wanted(workspace, statuses, limit, unread[workspace.name]))

    has_heading, width = as_json, table_width()
    room = None if width is None else max(width - _NAME_WIDTH - 1, 1)
    for workspace, batches in iter_workspaces(choices, read, failures.append):
        for batch in batches:
            if not has_heading:
                click.echo(f"{'WORKSPACE':<{_NAME_WIDTH}} {batch_headings(room)}")
                has_heading = True
            name = f"{safe_line(workspace.name):<{_NAME_WIDTH}}"
            row = f"{name} {format_batch(batch, workspace.server_now(), room)}"
            click.echo(with_workspace(batch, workspace) if as_json else row)
        tell_unread(unread[workspace.name], workspace)
    return failures[0].exit_code if failures else NOT_ALL_RIGHT if any(unread.values()) else DONE


def _table(batches: Iterable[MessageBatch], now: Callable[[], datetime]) -> Iterator[str]:
    width = table_width()
    for number, batch in enumerate(batches):
        if number == 0:
            yield batch_headings(width)
        yield format_batch(batch, now(), width)
