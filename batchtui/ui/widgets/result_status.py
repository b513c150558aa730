"""How far the results of a batch are, and what is not right with them, in words."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content

from batchtui.errors import BatchtuiError, ResultsNotReadyError, ResultsUnavailableError, SpoolError
from batchtui.formatting import format_count
from batchtui.models import RequestCounts
from batchtui.safe_text import safe_line
from batchtui.ui.download_pace import DownloadPace
from batchtui.ui.results_feed import ResultsStatus
from batchtui.ui.widgets.load_progress import (
    format_loaded,
    format_loading,
    format_partial,
    format_pause,
    format_rows,
    format_silence,
)
from batchtui.workspace import UNREADABLE, ResultsStore, differing_counts, missing_rows


@dataclass(frozen=True, slots=True)
class Progress:
    """What the progress line says; `share` is a number from 0 to 1 while bytes are coming."""

    words: str
    look: str = "$foreground-muted"
    share: float | None = None


def describe_progress(
    status: ResultsStatus, expected: int, pace: DownloadPace, *, is_stopping: bool = False
) -> Progress:
    """Return how far the results are."""
    doing = "stopping…" if is_stopping else "esc stops"
    if status.is_loading and (pause := status.pause) is not None:
        rows = [] if status.state == "opening" else [format_rows(status.rows, expected)]
        words = format_pause(pause.error, pause.until - time.monotonic())
        return Progress(" · ".join([*rows, words, doing]), "$text-warning")
    if status.state == "opening":
        silence = format_silence(pace.silent_seconds)
        return Progress(" · ".join(["opening the results…", *([silence, doing] if silence else [])]))
    if status.state == "loading":
        share = status.rows / expected if expected else None
        words = format_loading(status.rows, expected, status.bytes, pace)
        return Progress(f"{words} · {doing}", "", share)
    if status.state == "complete":
        return Progress(format_loaded(status.rows, status.bytes, status.seconds))
    if status.state == "failed":
        return Progress("no results", "$text-warning")
    way_out = "" if status.error else " · r loads them again"
    return Progress(format_partial(status.rows, expected) + way_out, "bold $text-warning")


def describe_freshness(status: ResultsStatus) -> tuple[str, str]:
    """Return one word for the header, and its style."""
    if status.is_loading:
        return "loading", "$foreground-muted"
    if status.is_whole:
        return "complete", "$foreground-muted"
    return ("failed", "$text-error") if status.state == "failed" else ("partial", "bold $text-warning")


def describe_problem(status: ResultsStatus, store: ResultsStore, counts: RequestCounts) -> str:
    """Return what is not right with the rows that are shown, and the way out; nothing where all is well."""
    if status.is_loading or status.state == "failed":
        return ""
    if status.error is not None:
        return explain(status.error, _describe_rest(store, counts, status.error))
    if status.state == "stopped":
        return ""
    if status.state == "partial":
        return "The last line is cut off: the stream ended in its middle. What arrived before it is here."
    return " ".join(_iter_differences(store, counts))


def explain(error: BatchtuiError, way_out: str = "") -> str:
    """Return an error as one line: what happened, this case, the way out, which a screen can know better."""
    first = f"{error.title}: {error.detail}" if error.detail else error.title
    return " ".join(_end(safe_line(part)) for part in (first, way_out or error.hint) if part)


def _describe_rest(store: ResultsStore, counts: RequestCounts, error: BatchtuiError) -> str:
    """Return what is not here, and how to get it."""
    if missing := missing_rows(counts, store.index):
        noun = "result" if missing == 1 else "results"
        rest = f"{format_count(missing)} {noun} did not arrive; r loads them again."
    else:
        rest = "All results that the batch counted had arrived before."
    return f"{_end(safe_line(error.hint))} {rest}" if isinstance(error, SpoolError) else rest


def explain_emptiness(status: ResultsStatus, types: Sequence[str] = (), narrowings: Sequence[str] = ()) -> Content:
    """Return why no row is shown, and what can be done about it; the names are of the filters that hide some."""
    if types or narrowings:
        words = " and ".join(map(safe_line, (*types, *narrowings)))
        alone = "1 shows all of them" if types else "esc shows more"
        way_out = "1 and esc show more" if types and narrowings else alone
        return Content("None so far." if status.is_loading else f"No result is {words}. {way_out}.")
    if status.error is not None:
        return _explain_failure(status.error)
    if status.is_loading:
        return Content("The first rows are on their way.")
    if status.is_whole:
        return Content("This batch has no results: none of its requests has an outcome.\n\nesc goes back.")
    return Content("Stopped before the first row came.\n\nr loads the results, esc goes back.")


def _explain_failure(error: BatchtuiError) -> Content:
    title = Content.styled(safe_line(error.title), "bold $text-warning")
    parts = [Content(safe_line(part)) for part in (error.detail, error.hint) if part]
    return Content("\n").join([title, *parts, Content(""), Content(_advise(error))])


def _advise(error: BatchtuiError) -> str:
    """Return what the keys of the screen can do about it."""
    if isinstance(error, ResultsNotReadyError):
        return "r looks again, esc goes back to the batches."
    if isinstance(error, ResultsUnavailableError):
        return "esc goes back to the batches."
    return "r tries again, esc goes back."


def _iter_differences(store: ResultsStore, counts: RequestCounts) -> Iterator[str]:
    missing = missing_rows(counts, store.index)
    unreadable = len(store.index.rows(UNREADABLE))
    had = len(store.index) - unreadable
    if missing:
        noun = "result is" if missing == 1 else "results are"
        yield (
            f"{format_count(missing)} {noun} missing: the batch counted {format_count(counts.finished)}, "
            f"the stream had {format_count(had)}."
        )
    elif differing := differing_counts(counts, store.index):
        pairs = (
            f"{name} {format_count(found)} of {format_count(promised)}" for name, (promised, found) in differing.items()
        )
        yield f"Rows and the batch's counts differ: {', '.join(pairs)}."
    if unreadable:
        noun = "line is no result" if unreadable == 1 else "lines are no results"
        yield f"{format_count(unreadable)} {noun} and shown as unreadable; enter shows what stands there."


def _end(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
