"""`batchtui list`: the batches of a workspace on stdout."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import click

from batchtui.cli.every_workspace import iter_workspaces, with_workspace
from batchtui.cli.exit_codes import DONE
from batchtui.cli.options import Choices, comma_list, workspace_options
from batchtui.errors import BatchtuiError
from batchtui.formatting import format_count, format_countdown, format_duration, format_moment
from batchtui.models import PROCESSING_STATUSES, MessageBatch
from batchtui.safe_text import safe_line
from batchtui.workspace import Workspace

_HEADINGS = f"{'STATUS':<12} {'ID':<36} {'CREATED':<16} {'REQUESTS':>9} {'FAILED':>7} {'TOOK':>9}  LEFT"
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
    exit code is its own.

    Example: batchtui list --status in_progress --json | jq .id
    """
    if is_all:
        return _list_all(choices, statuses, limit, as_json=as_json)
    workspace = choices.open_workspace()
    batches = _iter_wanted(workspace, statuses, limit)
    lines = (batch.to_json() for batch in batches) if as_json else _table(batches, workspace.server_now)
    is_empty = True
    for line in lines:
        is_empty = False
        click.echo(line)
    if is_empty:
        what = f" that are {' or '.join(statuses)}" if statuses else ""
        click.echo(f"There are no batches{what} in workspace {safe_line(workspace.name)}.", err=True)
    return DONE


def _iter_wanted(workspace: Workspace, statuses: tuple[str, ...], limit: int | None) -> Iterator[MessageBatch]:
    wanted = (batch for batch in workspace.iter_batches() if not statuses or batch.processing_status in statuses)
    return itertools.islice(wanted, limit)


def _list_all(choices: Choices, statuses: tuple[str, ...], limit: int | None, *, as_json: bool) -> int:
    failures: list[BatchtuiError] = []

    def read(workspace: Workspace) -> list[MessageBatch]:
        return list(_iter_wanted(workspace, statuses, limit))

    has_heading = as_json
    for workspace, batches in iter_workspaces(choices, read, failures.append):
        for batch in batches:
            if not has_heading:
                click.echo(f"{'WORKSPACE':<{_NAME_WIDTH}} {_HEADINGS}")
                has_heading = True
            name = f"{safe_line(workspace.name):<{_NAME_WIDTH}}"
            line = (
                with_workspace(batch, workspace) if as_json else f"{name} {format_batch(batch, workspace.server_now())}"
            )
            click.echo(line)
    return failures[0].exit_code if failures else DONE


def _table(batches: Iterable[MessageBatch], now: Callable[[], datetime]) -> Iterator[str]:
    for number, batch in enumerate(batches):
        if number == 0:
            yield _HEADINGS
        yield format_batch(batch, now())


def format_batch(batch: MessageBatch, now: datetime) -> str:
    """Return one line about a batch, for people."""
    until = batch.expires_at if batch.is_active else batch.results_available_until
    what = "to run" if batch.is_active else "for results"
    left = "results gone" if not batch.is_active and until <= now else f"{format_countdown(until - now)} {what}"
    failed = "" if batch.is_active else format_count(batch.request_counts.failed)
    return (
        f"{safe_line(batch.processing_status):<12} {safe_line(batch.id):<36} {format_moment(batch.created_at):<16} "
        f"{format_count(batch.request_counts.total):>9} {failed:>7} {format_duration(batch.duration(now)):>9}  {left}"
    )
