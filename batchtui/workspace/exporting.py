"""Results of a batch → a file: which ones, how far it is, and what came of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from batchtui.api import RetryWait
from batchtui.errors import (
    InterruptedStreamError,
    OutputIsFolderError,
    OutputNotWritableError,
    OutputStoppedError,
)
from batchtui.exports import FORMATS, check_target, default_path, select_rows, selection_kind, write_whole
from batchtui.formatting import format_count
from batchtui.models import RESULT_TYPES, MessageBatch
from batchtui.results import LoadProgress, ResultsIndex, ResultsStore, missing_rows, surplus_rows
from batchtui.workspace.results_session import ResultsSession
from batchtui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_PROGRESS_INTERVAL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """A format as a person chooses it: its name, and what it is in a few words."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export is: rows read from the server, or rows written to the file, of so many."""

    step: Literal["reading", "writing"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. `path` is None for a stream.

    `rows` were selected and `written` of them are in the file: an ids file has no line for a result without an id.
    `noun` is what was counted. `bytes` is the file's size. `missing` results were promised by the batch's counts and
    had not arrived as readable lines, `surplus` ones had come without being promised. `left_out` counts results of
    types that nobody could ask for: `unreadable` ones, and those that the API has made up since. `is_whole` is False
    where more might have come, whatever was promised.
    """

    path: Path | None
    rows: int
    written: int
    noun: str
    bytes: int = 0
    missing: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    surplus: int = 0
    is_whole: bool = True

    @property
    def counted(self) -> str:
        """What is in the file, in words: `6,017 custom_ids`."""
        return f"{format_count(self.written)} {self.noun if self.written != 1 else self.noun.removesuffix('s')}"

    @property
    def is_partial(self) -> bool:
        """Whether the selection was made from less than all results of the batch."""
        return self.missing > 0 or not self.is_whole


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported: results of these types, or these rows; see `batchtui.exports.select_rows`.

    `rows` number the results of `store`, which has to be named wherever another one can take its place.
    """

    format_name: str = "ids"
    types: Collection[str] | None = None
    rows: Sequence[int] | None = None
    retryable: bool = False
    store: ResultsStore | None = None

    @property
    def kind(self) -> str:
        """The word for the selection that stands in a file's name."""
        if self.rows is not None and self.types is None:
            return "selected"
        return selection_kind(self.types, retryable=self.retryable)


FAILED = ExportRequest()
"""The ids of all results without an answer."""

Watcher = Callable[[ExportProgress], None]


def export_formats() -> tuple[ExportChoice, ...]:
    """Return the formats in the order in which they are offered."""
    return tuple(ExportChoice(each.name, each.description) for each in FORMATS.values())


def default_export_path(batch_id: str, format_name: str = "ids", kind: str = "failed") -> str:
    """Return the path that a dialog offers, such as `./msgbatch_01-failed-ids.txt`."""
    return default_path(batch_id, FORMATS[format_name], kind)


def output_path(text: str) -> Path:
    """Return what a person typed as a path: `~` is expanded; raise an `OutputError` for `folder/` and for nothing."""
    text = os.path.expanduser(text)  # noqa: PTH111  # Path.expanduser raises for a home that nobody has
    if not text:
        raise OutputNotWritableError("no file is named", hint="Name a file.")
    if text.endswith(("/", os.sep)):
        raise OutputIsFolderError(text)
    return Path(text)


def export_results(
    session: ResultsSession,
    request: ExportRequest,
    path: Path,
    *,
    force: bool = False,
    on_progress: Watcher = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ExportReport:
    """Write what a session holds to a file, whole or not at all; raise an `OutputError` where that cannot be done.

    While the session still loads, its rows so far are taken, and the report says so. Progress is told at most ten times
    a second, from the calling thread.
    """
    job = _Job(session, request, on_progress, is_cancelled)
    written = write_whole(path, job.write_file, force=force)
    return job.report(written, path)


def write_results(
    session: ResultsSession, request: ExportRequest, out: SupportsWrite[bytes], *, on_progress: Watcher = lambda _: None
) -> ExportReport:
    """Write what a session holds to an open stream; raise OSError as the stream does."""
    job = _Job(session, request, on_progress, lambda: False)
    return job.report(job.write(out), None)


def export_failed(
    workspace: Workspace,
    batch: MessageBatch,
    format_name: str,
    path: Path,
    *,
    force: bool = False,
    on_progress: Watcher = lambda _: None,
    on_wait: Callable[[RetryWait], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ExportReport:
    """Fetch a batch's results and write those without an answer to a file; a file in the way is refused before."""
    check_target(path, force=force)
    request = ExportRequest(format_name)
    with fetched(workspace, batch, on_progress=on_progress, on_wait=on_wait, is_cancelled=is_cancelled) as session:
        return export_results(session, request, path, force=force, on_progress=on_progress, is_cancelled=is_cancelled)


@contextmanager
def fetched(
    workspace: Workspace,
    batch: MessageBatch,
    *,
    on_progress: Watcher,
    on_wait: Callable[[RetryWait], None] | None,
    is_cancelled: Callable[[], bool],
) -> Iterator[ResultsSession]:
    """Lend a session that holds all results of a batch; raise as `fetch_results` does."""
    session = workspace.open_results(batch, on_wait)
    try:
        fetch_results(session, on_progress=on_progress, is_cancelled=is_cancelled)
        yield session
    finally:
        session.close()


def fetch_results(
    session: ResultsSession,
    *,
    on_progress: Watcher = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Read all results into the session; raise `InterruptedStreamError` where they do not come to their end.

    `is_cancelled` is asked from another thread, ten times a second, so that a server that fell silent can be left.
    """

    def tell(progress: LoadProgress) -> None:
        on_progress(ExportProgress("reading", progress.rows, max(session.expected_rows, progress.rows)))

    try:
        with _stopping_when(is_cancelled, session.stop):
            outcome = session.run(tell)
    except InterruptedStreamError as error:
        raise InterruptedStreamError(error.detail, hint="Nothing was written; try again.") from error
    if outcome.state == "partial":
        raise InterruptedStreamError("the last line is not whole", hint="Nothing was written; try again.")
    if outcome.state == "stopped":
        raise OutputStoppedError


@contextmanager
def _stopping_when(is_cancelled: Callable[[], bool], stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` from a thread of its own as soon as `is_cancelled` says so."""
    done = threading.Event()

    def watch() -> None:
        while not is_cancelled():
            if done.wait(_PROGRESS_INTERVAL_SECONDS):
                return
        stop()

    watcher = threading.Thread(target=watch, daemon=True, name="batchtui-stop")
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _undocumented(index: ResultsIndex, wanted: Collection[str]) -> Mapping[str, int]:
    return {name: count for name, count in index.counts().items() if name not in RESULT_TYPES and name not in wanted}


class _Job:
    """The rows of one export on their way; they are chosen once, in one store, whatever a running download brings."""

    def __init__(
        self, session: ResultsSession, request: ExportRequest, tell: Watcher, is_cancelled: Callable[[], bool]
    ) -> None:
        self._store = store = request.store or session.store
        counts, index = session.batch.request_counts, store.index
        self._format = FORMATS[request.format_name]
        self._tell = tell
        self._is_cancelled = is_cancelled
        self._size = 0
        self._missing, self._surplus = missing_rows(counts, index), surplus_rows(counts, index)
        self._left_out = {} if request.rows is not None else _undocumented(index, request.types or ())
        self._rows = select_rows(index, request.types, rows=request.rows, retryable=request.retryable)

    def write(self, out: SupportsWrite[bytes]) -> int:
        return self._format.write(self._watched(self._store.iter_lines(self._rows)), out)

    def write_file(self, out: BinaryIO) -> int:
        written = self.write(out)
        self._size = out.tell()
        return written

    def report(self, written: int, path: Path | None) -> ExportReport:
        differences = (self._missing, self._left_out, self._surplus, self._store.is_whole)
        return ExportReport(path, len(self._rows), written, self._format.noun, self._size, *differences)

    def _watched(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        total = len(self._rows)
        due = 0.0
        for done, line in enumerate(lines):
            if time.monotonic() >= due:
                if self._is_cancelled():
                    raise OutputStoppedError
                self._tell(ExportProgress("writing", done, total))
                due = time.monotonic() + _PROGRESS_INTERVAL_SECONDS
            yield line
        self._tell(ExportProgress("writing", total, total))
