"""The results of one batch, from the first byte to the last, also over a connection that breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from batchtui.api import ApiClient, ResultStream, RetryWait, StopSignal
from batchtui.errors import ApiError, CallStoppedError, InterruptedStreamError, ResultsNotReadyError
from batchtui.models import MessageBatch
from batchtui.results import LoadProgress, LoadState, ResultsStore, missing_rows, read_results, surplus_rows
from batchtui.workspace.resuming import Resuming

Watcher = Callable[[LoadProgress], None]


class ResultsSession:
    """Streams a batch's results into a private spool and keeps them until `close`; `make_store` gets their number.

    `on_wait` is told, in the thread of `run`, of each pause before they are asked for once more.
    `run` blocks and belongs into a thread; `store` may be read from another one meanwhile, and so may `received`, how
    many bytes have come, those that came again too. A server that cannot resume sends everything again: the rows go
    into another store, which takes the place of the first once it holds more.
    """

    def __init__(
        self,
        batch: MessageBatch,
        client: Callable[[], ApiClient],
        make_store: Callable[[int], ResultsStore],
        on_wait: Callable[[RetryWait], None] = lambda _: None,
    ) -> None:
        self.batch = batch
        self.store = make_store(self.expected_rows)
        self.received = 0
        self._make_store = make_store
        self._client = client
        self._on_wait = on_wait
        self._stream: ResultStream | None = None
        self._etag: str | None = None
        self._others: list[ResultsStore] = []
        self._stopped = StopSignal()
        self._began = 0.0

    @property
    def expected_rows(self) -> int:
        """The number of result lines that the batch's counts promise."""
        return self.batch.request_counts.finished

    @property
    def missing_rows(self) -> int:
        """How many promised results are not there as readable rows; 0 when all are."""
        return missing_rows(self.batch.request_counts, self.store.index)

    @property
    def surplus_rows(self) -> int:
        """How many readable results are there that the batch's counts do not promise."""
        return surplus_rows(self.batch.request_counts, self.store.index)

    def run(self, on_progress: Watcher = lambda _: None) -> LoadProgress:
        """Stream until the end, or `stop`; raise the typed error after keeping the rows that arrived.

        A batch that was still running when it was last looked at is asked for once more before its results are. A
        download that breaks is taken up again where it stopped, until that has failed some times in a row.
        """
        try:
            client = self._client()
            if self.batch.is_active:
                self.batch = client.retrieve_batch(self.batch.id)
            if self.batch.is_active:
                raise ResultsNotReadyError(f"batch {self.batch.id} is {self.batch.processing_status}")
            self.store.expect(self.expected_rows)
            return self._read_on(client, on_progress)
        finally:
            for store in (self.store, *self._others):
                store.release()

    def _read_on(self, client: ApiClient, on_progress: Watcher) -> LoadProgress:
        """Read one answer after the other, as long as that helps; the last progress speaks of all of them."""
        resuming = Resuming()
        self._began = time.monotonic()
        while True:
            size = self.store.size
            try:
                outcome = self._read(client, on_progress)
            except CallStoppedError:
                outcome = self._progress("stopped")
            except ApiError as error:
                if self.store.size > size:
                    resuming.note_progress()
                wait = resuming.wait_after(error) if self._may_resume(error) else None
                if wait is None:
                    on_progress(self._progress("partial"))
                    raise
                self._on_wait(wait)
                self._stopped.wait(wait.seconds)
                continue
            outcome = replace(outcome, seconds=self._seconds)
            on_progress(outcome)
            return outcome

    def stop(self) -> None:
        """End the stream from another thread; the rows that arrived stay."""
        self._stopped.set()
        if self._stream is not None:
            self._stream.close()

    def close(self) -> None:
        """Stop, and give the spool's space back."""
        self.stop()
        for store in (self.store, *self._others):
            store.close()

    def _may_resume(self, error: ApiError) -> bool:
        is_begun = self.store.size > 0 or isinstance(error, InterruptedStreamError)
        return is_begun and not self._stopped.is_set()

    def _read(self, client: ApiClient, on_progress: Watcher) -> LoadProgress:
        """Read what one answer brings; its last progress is returned and not passed on."""
        opened = client.stream_results(
            self.batch, offset=self.store.size, etag=self._etag, on_wait=self._on_wait, cancelled=self._stopped
        )
        with opened as stream:
            self._stream = stream
            if self._stopped.is_set():
                stream.close()
            target = self._target_of(stream)

            def tell(progress: LoadProgress) -> None:
                self._adopt(target, stream, is_whole=progress.state == "complete")
                if target is self.store and progress.state == "loading":
                    on_progress(progress)

            try:
                chunks = self._count(stream.chunks())
                outcome = read_results(chunks, target, on_progress=tell, is_cancelled=self._stopped.is_set)
            finally:
                self._give_up(target)
            return outcome if target is self.store else self._progress(outcome.state)

    def _count(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.received += len(chunk)
            yield chunk

    def _give_up(self, target: ResultsStore) -> None:
        """Give back the space of a store that came to an end before it held more than the one that is shown."""
        if target is not self.store:
            target.close()
            self._others.remove(target)

    def _target_of(self, stream: ResultStream) -> ResultsStore:
        if stream.is_resumed or not self.store.size:
            return self.store
        again = self._make_store(self.expected_rows)
        self._others.append(again)  # first: whoever closes this session meanwhile closes it too
        again.expect(self.expected_rows)
        return again

    def _adopt(self, target: ResultsStore, stream: ResultStream, *, is_whole: bool) -> None:
        """Let a store that was filled from the beginning take the place of one that it has overtaken."""
        is_further = target.size > self.store.size and len(target.index) >= len(self.store.index)
        if target is not self.store and (is_whole or is_further):
            self._others.append(self.store)
            self.store = target
        if target is self.store:
            self._etag = stream.etag or (self._etag if stream.is_resumed else None)

    def _progress(self, state: LoadState) -> LoadProgress:
        return LoadProgress(len(self.store.index), self.store.size, self._seconds, state)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began
