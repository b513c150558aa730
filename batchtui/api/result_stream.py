"""The body of one results call: bytes as they come, checked to be whole, and stoppable from another thread."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import httpx

from batchtui.api.body import iter_body
from batchtui.api.connection import socket_of
from batchtui.api.failures import failure_of, unexpected
from batchtui.api.gunzip import gunzip
from batchtui.api.stop_signal import hang_up
from batchtui.errors import BatchtuiError, CallStoppedError, InterruptedStreamError

_PARTIAL = 206
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/(?:([0-9]{1,18})|\*)")
_LENGTH = re.compile(r"[0-9]{1,18}")


class ResultStream:
    """JSON Lines on their way; `total_bytes` and offsets count decoded bytes of the whole results.

    `is_resumed` tells whether the bytes begin at the offset that was asked for; otherwise they begin at 0.
    """

    def __init__(
        self,
        response: httpx.Response,
        *,
        is_resumed: bool = False,
        is_client_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._response = response
        self._is_client_stopped = is_client_stopped
        self._socket = socket_of(response.extensions.get("network_stream"))
        self._encoding = response.headers.get("content-encoding", "identity").strip().lower()
        self._stopped = threading.Event()
        self.is_resumed = is_resumed
        self.etag: str | None = response.headers.get("etag")
        self._start, self.total_bytes = self._find_extent()

    def chunks(self) -> Iterator[bytes]:
        """Yield decoded bytes until the end; raise `InterruptedStreamError` where they stop before it."""
        error: BatchtuiError
        try:
            for chunk in self._decoded():
                if self._is_stopped():
                    break
                if chunk:
                    yield chunk
        except BatchtuiError as refused:
            error = refused
        except Exception as problem:  # noqa: BLE001  # whatever cut it: its frames hold the key
            error = _cut(problem)
        else:
            if not self._is_stopped():
                return
        if self._is_stopped():
            raise CallStoppedError
        raise error

    def close(self) -> None:
        """End the stream; a thread that waits for its next chunk gets a `CallStoppedError`."""
        self._stopped.set()
        if self._socket is not None:
            hang_up(self._socket)

    def _is_stopped(self) -> bool:
        return self._stopped.is_set() or self._is_client_stopped()

    def _find_extent(self) -> tuple[int, int | None]:
        """Return where the bytes begin, and how many the whole results have."""
        if self._encoding not in {"", "identity"}:
            return 0, None
        if self.is_resumed:
            return _range_of(self._response) or (0, None)
        length = self._response.headers.get("content-length", "").strip()
        return 0, int(length) if _LENGTH.fullmatch(length) else None

    def _decoded(self) -> Iterator[bytes]:
        raw = iter_body(self._response)
        if self._encoding in {"gzip", "x-gzip"}:
            raw = gunzip(raw)
        elif self._encoding not in {"", "identity"}:
            raise unexpected(f"the results are encoded as {self._encoding[:40]}", self._response.headers)
        return self._measured(raw) if self.is_resumed else self._checked(raw)

    def _measured(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Hold a rest against the length that came with it."""
        size, total = self._start, self.total_bytes
        for chunk in chunks:
            size += len(chunk)
            if total is not None and size > total:
                raise InterruptedStreamError("the server sent more than the rest")
            yield chunk
        if total is not None and size < total:
            raise InterruptedStreamError("the server sent less than the rest")

    def _checked(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        is_begun = False
        for chunk in chunks:
            if not is_begun:
                begun = chunk.lstrip()
                if begun.startswith(b"<"):
                    raise unexpected("the results are a page for a browser", self._response.headers)
                is_begun = bool(begun)
            yield chunk


def continues_at(response: httpx.Response, offset: int, etag: str | None) -> bool:
    """Return whether an answer is the rest, from `offset` on, of the results that had this etag."""
    found = _range_of(response)
    return (
        response.status_code == _PARTIAL
        and found is not None
        and found[0] == offset
        and response.headers.get("content-encoding", "identity") == "identity"
        and response.headers.get("etag", etag) == etag
    )


def _range_of(response: httpx.Response) -> tuple[int, int | None] | None:
    """Return where a part begins, and how long the whole is where that is told."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    return None if found is None else (int(found[1]), int(found[2]) if found[2] else None)


def _cut(problem: Exception) -> BatchtuiError:
    if isinstance(problem, httpx.TimeoutException):
        return InterruptedStreamError("nothing arrived for a minute")
    if isinstance(problem, httpx.TransportError):
        return InterruptedStreamError("the connection ended before the results did")
    return InterruptedStreamError(failure_of(problem).error.detail)
