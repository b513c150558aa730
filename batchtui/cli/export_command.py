"""`batchtui export`: results of one batch on stdout or in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batchtui.cli.completing import complete_batch_id
from batchtui.cli.exit_codes import DONE, NOT_ALL_RIGHT
from batchtui.cli.options import CLEAR_LINE, Choices, comma_list, workspace_options
from batchtui.cli.standard_streams import refused_by_stdout
from batchtui.exports import DEFAULT_TYPES, FORMATS, check_target
from batchtui.formatting import format_bytes, format_count
from batchtui.models import RESULT_TYPES
from batchtui.safe_text import safe_block, safe_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from batchtui.workspace.exporting import ExportProgress, ExportReport, ExportRequest, Watcher
    from batchtui.workspace.results_session import ResultsSession

_FORMATS_HELP = "; ".join(f"{each.name}: {each.description}" for each in FORMATS.values())


def check_types(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Accept only result types that the API documents."""
    types = comma_list(ctx, parameter, value)
    for each in types:
        if each not in RESULT_TYPES:
            raise click.BadParameter(f"{each!r} is none of {', '.join(RESULT_TYPES)}")
    return types or DEFAULT_TYPES


@click.command("export")
@click.argument("batch_id", metavar="ID", shell_complete=complete_batch_id)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="ids",
    show_default=True,
    help=f"{_FORMATS_HELP}.",
)
@click.option(
    "--type",
    "types",
    callback=check_types,
    metavar="T,…",
    help=f"Of {', '.join(RESULT_TYPES)}; by default all but the first.",
)
@click.option("--retryable", is_flag=True, help="Only what can be sent again as it is.")
@click.option(
    "--output", "-o", metavar="FILE", default="-", help="Write a file, whole or not at all, instead of stdout."
)
@click.option("--force", is_flag=True, help="Overwrite the file.")
@workspace_options
def command(
    choices: Choices,
    *,
    batch_id: str,
    format_name: str,
    types: tuple[str, ...],
    retryable: bool,
    output: str,
    force: bool,
) -> int:
    """Export results of an ended batch: by default the custom_ids of those without an answer.

    Everything is read before anything is written, so a download that breaks off writes nothing. Where no result is
    selected, stderr says so and the output is empty, in csv a header; that is no failure.

    Exit code 3: done, but the results file lacks some that the batch counts, has more, or has some of an unknown kind.

    Example: batchtui export msgbatch_01AbC --retryable -o again.txt
    """
    from batchtui.workspace.exporting import ExportRequest, fetch_results, output_path  # noqa: PLC0415  # httpx is slow

    path = None if output == "-" else output_path(output)
    if path is not None:
        check_target(path, force=force)
    workspace = choices.open_workspace()
    session = workspace.open_results(workspace.retrieve(batch_id))
    try:
        with progress_line() as tell:
            fetch_results(session, on_progress=tell)
        report = _write(session, ExportRequest(format_name, types, retryable=retryable), path, force=force)
    finally:
        session.close()
    if words := describe_report(report):
        click.echo(words, err=True)
    return NOT_ALL_RIGHT if report.is_partial or report.surplus or report.left_out else DONE


def describe_difference(missing: int, surplus: int) -> str:
    """Return how the results file and the batch's own counts differ, if they do."""
    if missing:
        return f"Results that the batch counts and its results file lacks: {format_count(missing)}."
    return f"Results that its file has and the batch does not count: {format_count(surplus)}." if surplus else ""


def describe_report(report: ExportReport) -> str:
    """Return what was written to which file, and what is not all right about it, if anything."""
    sentences = []
    if report.path is not None:
        sentences.append(f"Wrote {report.counted} to {safe_line(str(report.path))} ({format_bytes(report.bytes)}).")
    if not report.rows:
        sentences.append("No result of this batch is of the kind asked for.")
    if report.written < report.rows:
        sentences.append(f"Results without a custom_id: {format_count(report.rows - report.written)}.")
    if words := describe_difference(report.missing, report.surplus):
        sentences.append(words)
    if report.left_out:
        kinds = ", ".join(f"{format_count(count)} {safe_line(name)}" for name, count in report.left_out.items())
        sentences.append(f"Left out: {kinds}.")
    return " ".join(sentences)


@contextmanager
def progress_line() -> Iterator[Watcher]:
    """Yield a function that keeps one line of progress on a terminal's stderr, and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return

    def tell(progress: ExportProgress) -> None:
        words = f"{progress.step} {format_count(progress.done)} of {format_count(progress.total)}"
        click.echo(f"{CLEAR_LINE}{words}", nl=False, err=True)

    try:
        yield tell
    finally:
        click.echo(CLEAR_LINE, nl=False, err=True)


def _write(session: ResultsSession, request: ExportRequest, path: Path | None, *, force: bool) -> ExportReport:
    from batchtui.workspace.exporting import export_results, write_results  # noqa: PLC0415  # httpx is slow

    if path is not None:
        with progress_line() as tell:
            return export_results(session, request, path, force=force, on_progress=tell)
    out = sys.stdout.buffer
    target: SupportsWrite[bytes] = TerminalGuard(out) if out.isatty() else out
    try:
        report = write_results(session, request, target)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise refused_by_stdout(error) from error
    return report


class TerminalGuard:
    """A terminal that is shown result lines: whatever would command it is made visible, as everywhere."""

    def __init__(self, out: SupportsWrite[bytes]) -> None:
        self._out = out

    def write(self, data: bytes) -> object:
        """Write whole lines, or whole parts of them, harmless for a terminal."""
        return self._out.write(safe_block(data.decode("utf-8", "replace")).encode())
