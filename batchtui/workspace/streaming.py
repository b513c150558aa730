"""Result lines as they arrive, none of them kept: for commands that write while they read."""

from __future__ import annotations

import time
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing

from batchtui.api import RetryWait
from batchtui.errors import ApiError, InterruptedStreamError, ResultsNotReadyError
from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.results import UNREADABLE, LineFacts, LineSplitter, is_object, parse_line
from batchtui.workspace.resuming import Resuming
from batchtui.workspace.workspace import Workspace

ResultLine = tuple[LineFacts, bytes]


class LineStream:
    """The result lines of an ended batch; counts what has come by.

    `too_long` lines were too long to be read, and are not among those that come.
    """

    def __init__(self, workspace: Workspace, batch: MessageBatch) -> None:
        if batch.is_active:
            raise ResultsNotReadyError(f"batch {batch.id} is {batch.processing_status}")
        self.expected = batch.request_counts.finished
        self.lines = 0
        self.readable = 0
        self.too_long = 0
        self._batch = batch
        self._workspace = workspace

    @property
    def unreadable(self) -> int:
        """How many lines have come that are no results."""
        return self.lines - self.readable - self.too_long

    @property
    def surplus(self) -> int:
        """How many more results have come than the batch's counts promise."""
        return max(self.readable - self.expected, 0)

    @property
    def missing(self) -> int:
        """How many promised results have not come as readable lines; 0 when all have."""
        return max(self.expected - self.readable, 0)

    def pieces(self) -> Generator[list[ResultLine], None, None]:
        """Yield lines, as many at once as a piece of the download brings.

        Raises `InterruptedStreamError`, with the words `partial: 45,120 of 100,000`, after the last whole line that
        came where the download breaks and cannot be taken up again.
        """
        splitter = LineSplitter()
        with closing(self._iter_chunks()) as chunks:
            try:
                for chunk in chunks:
                    yield [line for each in splitter.feed(chunk) if (line := self._take(each.data)) is not None]
            except InterruptedStreamError as error:
                raise self._partial(error.detail) from error
        last = splitter.finish()
        if last is not None and last.data is not None and not is_object(last.data):
            raise self._partial("the last line is not whole")
        if last is not None and (line := self._take(last.data)) is not None:
            yield [line]

    def _take(self, data: bytes | None) -> ResultLine | None:
        self.lines += 1
        if data is None:
            self.too_long += 1
            return None
        facts = parse_line(data)
        self.readable += facts.type != UNREADABLE
        return facts, data

    def _iter_chunks(self) -> Generator[bytes, None, None]:
        """Yield the results as they come; where they break off, go on from there.

        A server that cannot send the rest sends everything again: what came before is then checked, not yielded.
        """
        client, batch = self._workspace.client(), self._batch
        size, checksum, reason, resuming = 0, 0, "", Resuming()
        etag: str | None = None
        while True:
            try:
                with client.stream_results(batch, offset=size, etag=etag) as stream:
                    chunks = stream.chunks()
                    if size and not stream.is_resumed:
                        chunks = _skip(chunks, size, checksum)
                    for chunk in chunks:
                        # not before: a rest may be asked for only of what was seen to go on from here
                        etag = stream.etag or (etag if stream.is_resumed else None)
                        size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
                        resuming.note_progress()
                        yield chunk
                    return
            except _OtherResultsError:
                raise InterruptedStreamError(f"{reason}, and what the server then sent was not the same") from None
            except ApiError as error:
                if not size:
                    raise
                reason, wait = error.detail, resuming.wait_after(error)
                if wait is None:
                    raise InterruptedStreamError(reason) from error
            self._pause(wait)

    def _pause(self, wait: RetryWait) -> None:
        if self._workspace.on_wait is not None:
            self._workspace.on_wait(wait)
        time.sleep(wait.seconds)

    def _partial(self, reason: str) -> InterruptedStreamError:
        expected = max(self.expected, self.lines)
        return InterruptedStreamError(
            f"partial: {format_count(self.lines)} of {format_count(expected)} results: {reason}",
            hint="Run it again for all of them.",
        )


class _OtherResultsError(Exception):
    """What came again is not what had come."""


def _skip(chunks: Iterator[bytes], size: int, checksum: int) -> Iterator[bytes]:
    """Yield what follows the first `size` bytes, which must have this checksum."""
    found = 0
    for chunk in chunks:
        known = chunk[:size]
        found, size = zlib.crc32(known, found), size - len(known)
        if not size and found != checksum:
            raise _OtherResultsError
        if rest := chunk[len(known) :]:
            yield rest
    if size:
        raise _OtherResultsError
