"""Which results an export may take, as a person names them: the marked, the shown, the failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.ui.widgets.result_rows import ALL, ResultRows
from batchtui.workspace import SAVED, ExportRequest, ResultsStore

FAILED_TYPES = ("errored", "expired", "canceled")
"""The results that are no answer."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Some of a batch's results: `kind` stands in the file's name, `words` on the screen; `rows` number `store`'s."""

    kind: str
    words: str
    count: int
    types: tuple[str, ...] | None = None
    rows: Sequence[int] | None = None
    store: ResultsStore | None = None

    def to_request(self, format_name: str) -> ExportRequest:
        """Return this selection as an export in a format."""
        return ExportRequest(format_name, self.types, self.rows, store=self.store)


def select_failed(failed: int, canceled: int) -> Selection:
    """Return the results without an answer: the lists of batches do not count canceled ones as failures."""
    words = "failed or canceled" if canceled else "failed"
    count = failed + canceled
    return Selection("failed", f"{words} ({format_count(count)})", count, types=FAILED_TYPES)


def select_rows(kind: str, words: str, rows: Sequence[int], store: ResultsStore) -> Selection:
    """Return some rows of a store."""
    return Selection(kind, f"{words} ({format_count(len(rows))})", len(rows), rows=rows, store=store)


def failed_of(batch: MessageBatch) -> Selection:
    """Return the results without an answer, as many as the batch's counts say."""
    counts = batch.request_counts
    return select_failed(counts.failed, counts.canceled)


def all_of(batch: MessageBatch) -> Selection:
    """Return all results, as many as the batch's counts say."""
    return _select_all(batch.request_counts.finished)


def _select_all(count: int) -> Selection:
    return Selection(SAVED, f"all ({format_count(count)})", count)


def offer_to_save(rows: ResultRows, marked: Sequence[int]) -> tuple[Selection, ...]:
    """Return what can be saved: everything, what is shown where that is less, what is marked; nothing that is empty."""
    found = [_select_all(len(rows.store.index))]
    if not rows.is_everything:
        found.append(_shown(rows))
    found.append(_marked(rows.store, marked))
    return tuple(each for each in found if each.count)


def offer_selections(rows: ResultRows, marked: Sequence[int]) -> tuple[Selection, ...]:
    """Return what can be exported, what is most likely meant first; nothing that would be empty.

    That is what is marked, or what a filter shows. While everything is shown it is what failed, as for the commands:
    a list of all ids, taken for a list of failures, would be sent again and paid for twice.
    """
    counts = rows.store.index.counts()
    failed = select_failed(counts["errored"] + counts["expired"], counts["canceled"])
    shown = _shown(rows)
    found = [_marked(rows.store, marked)]
    found += [failed, shown] if rows.is_everything else [shown, failed]
    is_doubled = rows.chosen in FAILED_TYPES and shown.count == failed.count
    return tuple(each for each in found if each.count and not (is_doubled and each is failed))


def _marked(store: ResultsStore, marked: Sequence[int]) -> Selection:
    return select_rows("marked", "marked", tuple(marked), store)


def _shown(rows: ResultRows) -> Selection:
    """Return what the filter and the narrowings leave; their names stand in the file's name."""
    words = f"shown: {' '.join(rows.names)}" if rows.names else "all shown"
    kind = "-".join(rows.names) or ALL
    return select_rows(kind, words, rows.shown_rows(), rows.store)
