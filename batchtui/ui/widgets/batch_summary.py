"""What is said about the batches table as a whole: how many rows of how many, and why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from batchtui.formatting import format_count, format_moment
from batchtui.models import MessageBatch, describe_unread
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui.batch_feed import FeedStatus
from batchtui.ui.widgets.batch_rows import BatchRows
from batchtui.ui.widgets.batch_words import results_are_gone


def describe_rows(rows: BatchRows, marks: set[str], status: FeedStatus) -> Content:
    """Return the line below the table: `12 of 70 loaded · more on the server · 3 marked`."""
    return Content(" · ").join(_iter_parts(rows, marks, status))


def _iter_parts(rows: BatchRows, marks: set[str], status: FeedStatus) -> Iterator[Content]:
    loaded = len(rows.snapshot.batches)
    is_filtered = rows.chosen != "all" or bool(rows.words)
    shown = f"{format_count(len(rows))} of {format_count(loaded)}" if is_filtered else format_count(loaded)
    yield Content(f"{shown} loaded")
    if status.is_loading_older:
        yield Content.styled("loading older batches…", "$text-primary")
    elif rows.snapshot.has_more:
        yield Content("more on the server")
    else:
        yield Content("none older")
    if rows.snapshot.unread:
        yield Content.styled(f"{format_count(len(rows.snapshot.unread))} could not be read", "$text-error")
    if rows.words:
        yield Content.styled(f"only “{safe_line(rows.words)}”, esc clears", "$text-warning")
    elif is_filtered and not len(rows):
        yield Content.styled("1 shows all", "$text-warning")
    if marks:
        hidden = sum(rows.position(key) is None for key in marks)
        words = f"{format_count(len(marks))} marked"
        yield Content.styled(f"{words}, {format_count(hidden)} not shown" if hidden else words, "bold $text-accent")


def describe_emptiness(status: FeedStatus, workspace: str) -> Content | None:
    """Return what takes the table's place while there is nothing to show; None when there is."""
    if status.snapshot.batches:
        return None
    name = safe_line(workspace)
    if status.snapshot.unread:
        return Content.assemble(
            (f"No batch of {name} could be read.", "bold $text-error"),
            f"\n\n{safe_block(describe_unread(status.snapshot.unread))}",
        )
    if status.is_loaded:
        words = (
            "Batches appear here as soon as one is created with a key of this workspace.\n\n"
            "r looks again, w shows the other workspaces."
        )
        return Content.assemble((f"There are no batches in {name}.", "bold"), "\n\n", words)
    error = status.error
    if error is None:
        return Content.styled(f"Loading the batches of {name}…", "$foreground-muted")
    lines = [Content.styled(safe_block(error.title), "bold $text-error")]
    lines += [Content(safe_block(words)) for words in (error.detail, error.hint) if words]
    return Content("\n\n").join([*lines, Content.styled("r tries again, w shows the workspaces.", "$foreground-muted")])


def explain_no_results(batch: MessageBatch, now: datetime) -> str:
    """Return why a batch's results cannot be opened; nothing when they can."""
    if batch.is_active:
        return f"{batch.id} is still running. Its results come all at once when it has ended."
    if results_are_gone(batch, now):
        gone = format_moment(batch.results_available_until)
        return f"The results of {batch.id} are gone since {gone}: they are kept for 29 days at most."
    return ""  # also without a `results_url`: the results call answers, or says why not


def explain_no_export(batch: MessageBatch, now: datetime) -> str:
    """Return why the failed ids of a batch cannot be exported; nothing when they can."""
    refusal = explain_no_results(batch, now)
    if not refusal and not batch.request_counts.failed and not batch.request_counts.canceled:
        return f"No request of {batch.id} failed: there is nothing to export."
    return refusal
