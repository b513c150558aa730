"""`batchtui show`: all that is known of one batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import click

from batchtui.cli.completing import complete_batch_id
from batchtui.cli.options import Choices, workspace_options
from batchtui.formatting import format_count, format_countdown, format_duration, format_moment, format_share
from batchtui.models import RESULT_TYPES, MessageBatch
from batchtui.safe_text import safe_line

_WIDTH = 20


@click.command("show")
@click.argument("batch_id", metavar="ID", shell_complete=complete_batch_id)
@click.option("--json", "as_json", is_flag=True, help="As one line, under the API's own field names.")
@workspace_options
def command(choices: Choices, *, batch_id: str, as_json: bool) -> None:
    """Show one batch.

    Example: batchtui show msgbatch_01… --json | jq .request_counts
    """
    workspace = choices.open_workspace()
    batch = workspace.retrieve(batch_id)
    if as_json:
        click.echo(batch.to_json())
        return
    click.echo(safe_line(batch.id))
    for name, value in iter_facts(batch, workspace.server_now()):
        click.echo(f"  {name:<{_WIDTH}}{value}")


def iter_facts(batch: MessageBatch, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield names and values, safe to print; times in the reader's own zone."""
    counts = batch.request_counts
    yield "processing status", safe_line(batch.processing_status)
    yield "requests", format_count(counts.total)
    for name in ("processing", *RESULT_TYPES):
        number = getattr(counts, name)
        if number:
            yield f"  {name}", f"{format_count(number)} ({format_share(number, counts.total)})"
    yield "created", format_moment(batch.created_at)
    yield "running for" if batch.is_active else "ran for", format_duration(batch.duration(now))
    yield "processing expires", _until(batch.expires_at, now, is_running=batch.is_active)
    if batch.cancel_initiated_at:
        yield "cancel initiated", format_moment(batch.cancel_initiated_at)
    if batch.ended_at:
        yield "ended", format_moment(batch.ended_at)
    yield "results until", _until(batch.results_available_until, now, is_running=not batch.is_active)
    if batch.archived_at:
        yield "archived", format_moment(batch.archived_at)
    for name, value in (batch.model_extra or {}).items():
        yield safe_line(name), safe_line(json.dumps(value, ensure_ascii=False))


def _until(moment: datetime, now: datetime, *, is_running: bool) -> str:
    words = format_moment(moment)
    if not is_running:
        return words
    return f"{words} (in {format_countdown(moment - now)})" if moment > now else f"{words} (over)"
