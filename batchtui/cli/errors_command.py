"""`batchtui errors`: why requests of a batch did not end as they should, grouped by cause."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from batchtui.cli.completing import complete_batch_id
from batchtui.cli.exit_codes import DONE, NOT_ALL_RIGHT
from batchtui.cli.export_command import describe_difference, progress_line
from batchtui.cli.options import Choices, workspace_options
from batchtui.cli.result_table import cut, table_width
from batchtui.formatting import format_count
from batchtui.results import UNREADABLE, Triage, TriageExample, TriageGroup, triage
from batchtui.safe_text import safe_line

_HEADINGS = f"{'COUNT':>9} {'% OF ALL':>8}  CAUSE, AND WHAT TO DO BEFORE SENDING AGAIN"
_INDENT = " " * 20


@click.command("errors")
@click.argument("batch_id", metavar="ID", shell_complete=complete_batch_id)
@click.option("--json", "as_json", is_flag=True, help="One group a line, in ASCII.")
@workspace_options
def command(choices: Choices, *, batch_id: str, as_json: bool) -> int:
    """Group the results without a whole answer by their cause, biggest group first.

    Numbers, ids and quoted values that differ within a group stand as … in its message. Expired and canceled requests
    are groups too, and so are answers that were cut or refused.

    Exit code 3: done, but the batch counts more results than had arrived, or fewer, or some lines are no results.

    Example: batchtui errors msgbatch_01AbC --json | jq 'select(.retryable) | .count'
    """
    from batchtui.workspace.exporting import fetch_results  # noqa: PLC0415  # httpx is slow

    workspace = choices.open_workspace()
    session = workspace.open_results(workspace.retrieve(batch_id))
    try:
        with progress_line() as tell:
            fetch_results(session, on_progress=tell)
        found = triage(session.store)
        missing, surplus = session.missing_rows, session.surplus_rows
    finally:
        session.close()
    width = table_width()
    for line in iter_json(found) if as_json else iter_table(found, width):
        click.echo(line)
    click.echo(describe(found, missing, surplus), err=True)
    is_unreadable = any(group.type == UNREADABLE for group in found.groups)
    return NOT_ALL_RIGHT if missing or surplus or is_unreadable else DONE


def describe(found: Triage, missing: int = 0, surplus: int = 0) -> str:
    """Return all groups in a sentence or two."""
    remark = f" {describe_difference(missing, surplus)}".rstrip()
    if not found.results:
        return f"No result arrived.{remark}" if missing else f"This batch has no results.{remark}"
    if not found.total:
        return f"None of {format_count(found.results)} results failed, was cut or refused.{remark}"
    reasons = "1 reason" if len(found.groups) == 1 else f"{format_count(len(found.groups))} reasons"
    return (
        f"{format_count(found.total)} of {format_count(found.results)} results have no whole answer, for {reasons}; "
        f"{format_count(found.retryable)} can be sent again as they are.{remark}"
    )


def iter_json(found: Triage) -> Iterator[str]:
    """Yield a group a line; `share` is of all results, from 0 to 1."""
    for group in found.groups:
        yield json.dumps(
            {
                "type": group.type,
                "cause": group.cause,
                "message": group.message,
                "count": group.count,
                "share": round(group.count / found.results, 6),
                "retryable": group.is_retryable,
                "advice": group.advice,
                "first": {"custom_id": group.first.custom_id, "message": group.first.message},
                "last": {"custom_id": group.last.custom_id, "message": group.last.message},
            }
        )


def iter_table(found: Triage, width: int | None) -> Iterator[str]:
    """Yield lines for people, safe to print; without a width nothing is cut."""
    if found.groups:
        yield _HEADINGS if width is None else cut(_HEADINGS, width)
    for group in found.groups:
        for line in _group_lines(found, group):
            yield line if width is None else cut(line, width)


def _group_lines(found: Triage, group: TriageGroup) -> Iterator[str]:
    cause = safe_line(group.cause or group.type)
    yield f"{format_count(group.count):>9} {found.share(group):>8}  {cause}: {group.advice}"
    yield f"{_INDENT}{_one_line(group.message)}".rstrip()
    yield _example_line("first", group.first, group)
    if group.count > 1:
        yield _example_line("last", group.last, group)


def _example_line(word: str, example: TriageExample, group: TriageGroup) -> str:
    message = "" if example.message == group.message else _one_line(example.message)
    return f"{_INDENT}{word:<5} {safe_line(example.custom_id)}  {message}".rstrip()


def _one_line(text: str) -> str:
    return safe_line(" ".join(text.split()))
