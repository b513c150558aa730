"""The chunks of a download → a store, with progress that a screen can afford."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from batchtui.errors import SpoolError
from batchtui.results.store import ResultsStore

PROGRESS_INTERVAL_SECONDS = 0.1

LoadState = Literal["loading", "complete", "partial", "stopped"]


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How far a download is: rows and bytes in the store, seconds since this download began.

    `partial`: it ended before its end. `stopped`: somebody asked for that.
    """

    rows: int
    bytes: int
    seconds: float
    state: LoadState


def read_results(
    chunks: Iterable[bytes],
    store: ResultsStore,
    *,
    on_progress: Callable[[LoadProgress], None] = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> LoadProgress:
    """Feed the store until the chunks end; return, after reporting it, the last progress.

    Progress is reported at most ten times a second, and once more at the end, however that comes. An error of `chunks`
    or of the disk is raised after `partial` was reported; the rows so far stay, and the store can be fed further from
    `store.size` on. Where `is_cancelled` says so, the state is `stopped` and errors that follow from stopping are not
    raised.
    """
    began = due = clock()

    def report(state: LoadState) -> LoadProgress:
        if state != "loading":
            with suppress(SpoolError):  # closed meanwhile: nobody waits for its rows
                store.catch_up()
        progress = LoadProgress(len(store.index), store.size, max(clock() - began, 0.0), state)
        on_progress(progress)
        return progress

    try:
        for chunk in chunks:
            if is_cancelled():
                return report("stopped")
            store.feed(chunk)
            if clock() >= due:
                report("loading")
                due = clock() + PROGRESS_INTERVAL_SECONDS
    except Exception:
        if is_cancelled():
            return report("stopped")
        report("partial")
        raise
    if is_cancelled():
        return report("stopped")
    return report("complete" if store.finish() else "partial")
