"""The results of one batch, from the first byte to the last, and what becomes of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from batchtui.api import ApiClient, ResultStream
from batchtui.errors import ResultsNotReadyError
from batchtui.models import MessageBatch
from batchtui.results import LoadProgress, ResultsStore, missing_rows, read_results


class ResultsSession:
    """Streams a batch's results into a private spool and keeps them until `close`.

    `run` blocks and belongs into a thread; `store` may be read from another one meanwhile.
    """

    def __init__(self, batch: MessageBatch, client: Callable[[], ApiClient], spool_folder: Path) -> None:
        self.batch = batch
        self.store = ResultsStore(spool_folder)
        self._client = client
        self._stream: ResultStream | None = None
        self._stopped = threading.Event()

    @property
    def expected_rows(self) -> int:
        """The number of result lines that the batch's counts promise."""
        return self.batch.request_counts.finished

    @property
    def missing_rows(self) -> int:
        """How many promised results are not there as readable rows; 0 when all are."""
        return missing_rows(self.batch.request_counts, self.store.index)

    def run(self, on_progress: Callable[[LoadProgress], None] = lambda _: None) -> LoadProgress:
        """Stream until the end, a cut, or `stop`; raise the typed error after keeping the rows that arrived.

        A batch that was still running when it was last looked at is asked for once more before its results are.
        """
        client = self._client()
        if self.batch.is_active:
            self.batch = client.retrieve_batch(self.batch.id)
        if self.batch.is_active:
            raise ResultsNotReadyError(f"batch {self.batch.id} is {self.batch.processing_status}")
        with client.stream_results(self.batch) as stream:
            self._stream = stream
            return read_results(stream.chunks(), self.store, on_progress=on_progress, is_cancelled=self._stopped.is_set)

    def stop(self) -> None:
        """End the stream from another thread; the rows that arrived stay."""
        self._stopped.set()
        if self._stream is not None:
            self._stream.close()

    def close(self) -> None:
        """Stop, and give the spool's space back."""
        self.stop()
        self.store.close()
