"""All results of a batch → a file, byte for byte as they came."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from batchtui.api import RetryWait
from batchtui.errors import OutputStoppedError
from batchtui.exports import check_target, write_whole
from batchtui.models import MessageBatch
from batchtui.results import ResultsIndex, missing_rows, surplus_rows
from batchtui.workspace.exporting import ExportProgress, ExportReport, Watcher, fetched
from batchtui.workspace.results_session import ResultsSession
from batchtui.workspace.workspace import Workspace

SAVED = "results"
"""The word for all results that stands in a file's name: `./msgbatch_01-results.jsonl`."""

_PROGRESS_INTERVAL_SECONDS = 0.1


def save_results(
    session: ResultsSession,
    path: Path,
    *,
    force: bool = False,
    on_progress: Watcher = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ExportReport:
    """Write everything that has arrived to a file, whole or not at all; raise an `OutputError` where that fails.

    When the download has come to its end, so has the file, with every byte, blank lines and line endings included.
    Before, it ends with the last whole line, and the report says so.
    """
    store, counts = session.store, session.batch.request_counts
    is_whole, rows = store.is_whole, len(store.index)
    end = store.size if is_whole else _end_of(store.index, rows)

    def fill(out: BinaryIO) -> int:
        due = 0.0
        for chunk in _cut(store.iter_chunks(), end):
            if is_cancelled():
                raise OutputStoppedError
            out.write(chunk)
            if time.monotonic() >= due:
                on_progress(ExportProgress("writing", rows * out.tell() // end, rows))
                due = time.monotonic() + _PROGRESS_INTERVAL_SECONDS
        if end and not is_whole:
            out.write(b"\n")
        return out.tell()

    size = write_whole(path, fill, force=force)
    return ExportReport(
        path,
        rows,
        rows,
        "result lines",
        size,
        missing=missing_rows(counts, store.index),
        surplus=surplus_rows(counts, store.index),
        is_whole=is_whole,
    )


def save_batch(
    workspace: Workspace,
    batch: MessageBatch,
    path: Path,
    *,
    force: bool = False,
    on_progress: Watcher = lambda _: None,
    on_wait: Callable[[RetryWait], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ExportReport:
    """Fetch a batch's results and write them to a file; a file in the way is refused before."""
    check_target(path, force=force)
    with fetched(workspace, batch, on_progress=on_progress, on_wait=on_wait, is_cancelled=is_cancelled) as session:
        return save_results(session, path, force=force, on_progress=on_progress, is_cancelled=is_cancelled)


def _end_of(index: ResultsIndex, rows: int) -> int:
    return index.offsets[rows - 1] + index.lengths[rows - 1] if rows else 0


def _cut(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the first bytes of some chunks."""
    left = size
    for chunk in chunks:
        if left <= 0:
            return
        yield chunk[:left]
        left -= len(chunk)
