"""`batchtui results`: the results of a batch on stdout while they arrive, or in a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from batchtui.cli.completing import complete_batch_id
from batchtui.cli.exit_codes import DONE, NOT_ALL_RIGHT
from batchtui.cli.export_command import TerminalGuard, describe_difference, progress_line
from batchtui.cli.options import Choices, comma_list, workspace_options
from batchtui.cli.result_table import ResultTable, table_width
from batchtui.cli.standard_streams import refused_by_stdout
from batchtui.errors import InterruptedStreamError
from batchtui.exports import check_target, write_whole
from batchtui.formatting import format_bytes, format_count
from batchtui.models import RESULT_TYPES
from batchtui.results import SearchQuery
from batchtui.safe_text import safe_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from batchtui.workspace.exporting import ExportProgress, Watcher
    from batchtui.workspace.streaming import LineStream, ResultLine

_PROGRESS_INTERVAL_SECONDS = 0.1


def check_types(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Accept only result types that the API documents; none stands for all, also for those that are new."""
    types = comma_list(ctx, parameter, value)
    for each in types:
        if each not in RESULT_TYPES:
            raise click.BadParameter(f"{each!r} is none of {', '.join(RESULT_TYPES)}")
    return types


def check_query(_: click.Context, __: click.Parameter, value: str | None) -> SearchQuery | None:
    """Return the query; raise `UsageError` where it is none."""
    return None if value is None else SearchQuery.parse(value)


@click.command("results")
@click.argument("batch_id", metavar="ID", shell_complete=complete_batch_id)
@click.option("--type", "types", callback=check_types, metavar="T,…", help=f"Of {', '.join(RESULT_TYPES)}.")
@click.option(
    "--search",
    "query",
    callback=check_query,
    metavar="TEXT",
    help="Only results with this in their custom_id, error message or text; a regular expression between slashes. "
    "Case counts when TEXT has an upper-case letter.",
)
@click.option("--json", "as_json", is_flag=True, help="The result lines, byte for byte.")
@click.option(
    "--output", "-o", metavar="FILE", default="-", help="Write a file, whole or not at all, instead of stdout."
)
@click.option("--force", is_flag=True, help="Overwrite the file.")
@workspace_options
def command(
    choices: Choices,
    *,
    batch_id: str,
    types: tuple[str, ...],
    query: SearchQuery | None,
    as_json: bool,
    output: str,
    force: bool,
) -> int:
    """Print the results of an ended batch while they arrive.

    A download that breaks off ends with exit code 1 after the results that came; a file is then not written. Exit code
    3: done, but the batch counts more results than had arrived, or fewer, or some lines are no results.

    Example: batchtui results msgbatch_01AbC --type errored --search 'credit balance' --json | jq .custom_id
    """
    from batchtui.workspace.exporting import output_path  # noqa: PLC0415  # httpx is slow
    from batchtui.workspace.streaming import LineStream  # noqa: PLC0415  # httpx is slow

    path = None if output == "-" else output_path(output)
    if path is not None:
        check_target(path, force=force)
    workspace = choices.open_workspace()
    stream = LineStream(workspace, workspace.retrieve(batch_id))
    chosen = _Chosen(types, query)
    if path is None:
        written = _print(stream, chosen, as_json=as_json)
    else:
        written = _write_file(stream, chosen, path, as_json=as_json, force=force)
    for words in _describe(stream, chosen, written):
        click.echo(words, err=True)
    return NOT_ALL_RIGHT if stream.missing or stream.surplus or stream.too_long or stream.unreadable else DONE


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which results are meant."""

    types: Collection[str]
    query: SearchQuery | None

    def holds(self, line: ResultLine) -> bool:
        facts, data = line
        return (not self.types or facts.type in self.types) and (self.query is None or self.query.matches(data))


def _print(stream: LineStream, chosen: _Chosen, *, as_json: bool) -> int:
    out = sys.stdout.buffer
    is_terminal = sys.stdout.isatty()
    target: SupportsWrite[bytes] = TerminalGuard(out) if is_terminal else out
    width = table_width()
    encoding = sys.stdout.encoding or "utf-8"
    written = 0
    try:
        for lines, data in _iter_output(stream, chosen, as_json=as_json, width=width, show_progress=not is_terminal):
            target.write(data if as_json else data.decode().encode(encoding, "replace"))
            out.flush()
            written += lines
    except BrokenPipeError:
        raise
    except OSError as error:
        raise refused_by_stdout(error) from error
    return written


def _write_file(stream: LineStream, chosen: _Chosen, path: Path, *, as_json: bool, force: bool) -> int:
    size = 0

    def write(out: BinaryIO) -> int:
        nonlocal size
        written = 0
        for lines, data in _iter_output(stream, chosen, as_json=as_json, width=None, show_progress=True):
            out.write(data)
            written += lines
        size = out.tell()
        return written

    try:
        written = write_whole(path, write, force=force)
    except InterruptedStreamError as error:
        raise InterruptedStreamError(error.detail, hint="Nothing was written; try again.") from error
    noun = "result" if written == 1 else "results"
    what = f"{format_count(written)} {noun}" if as_json else f"a table of {format_count(written)} {noun}"
    way_out = "" if as_json else " --json writes the results themselves."
    click.echo(f"Wrote {what} to {safe_line(str(path))} ({format_bytes(size)}).{way_out}", err=True)
    return written


def _iter_output(
    stream: LineStream, chosen: _Chosen, *, as_json: bool, width: int | None, show_progress: bool
) -> Iterator[tuple[int, bytes]]:
    """Yield how many results, and their bytes, as they arrive."""
    render: Callable[[list[ResultLine]], bytes] = _json_lines if as_json else _TableLines(width)
    watching: AbstractContextManager[Watcher] = progress_line() if show_progress else nullcontext(lambda _: None)
    with watching as tell, closing(stream.pieces()) as pieces:
        due = 0.0
        for piece in pieces:
            if lines := list(filter(chosen.holds, piece)):
                yield len(lines), render(lines)
            if time.monotonic() >= due:
                tell(_progress_of(stream))
                due = time.monotonic() + _PROGRESS_INTERVAL_SECONDS


def _progress_of(stream: LineStream) -> ExportProgress:
    from batchtui.workspace.exporting import ExportProgress  # noqa: PLC0415  # httpx is slow

    return ExportProgress("reading", stream.lines, max(stream.expected, stream.lines))


def _json_lines(lines: list[ResultLine]) -> bytes:
    return b"".join(data + b"\n" for _, data in lines)


class _TableLines:
    """Lines of a table, in UTF-8; the heading stands before the first."""

    def __init__(self, width: int | None) -> None:
        self._width = width
        self._table: ResultTable | None = None

    def __call__(self, lines: list[ResultLine]) -> bytes:
        rows = []
        if self._table is None:
            self._table = ResultTable.for_rows([facts for facts, _ in lines], self._width)
            rows.append(self._table.heading())
        rows += (self._table.row(*line) for line in lines)
        return "".join(row + "\n" for row in rows).encode()


def _describe(stream: LineStream, chosen: _Chosen, written: int) -> Iterator[str]:
    if not written:
        yield _explain_nothing(stream, chosen)
    if stream.too_long:
        yield f"Lines that were too long to be read: {format_count(stream.too_long)}."
    if stream.unreadable:
        yield f"Lines that are no results: {format_count(stream.unreadable)}."
    if words := describe_difference(stream.missing, stream.surplus):
        yield words


def _explain_nothing(stream: LineStream, chosen: _Chosen) -> str:
    if not stream.lines:
        return "No result arrived." if stream.expected else "This batch has no results."
    if chosen.query is None and not chosen.types:
        return "No line could be read."
    return "No result of this batch is of the kind asked for." if chosen.query is None else "No result matches."
