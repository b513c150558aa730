"""Results on their way to a client: chunked, compressed where that is welcome, and from the middle where it is asked.

The documentation promises neither ETag nor ranges; `Delivery` says whether this server has them.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.failures import ApiFailure
from batchtui.demo.misbehaving import wait_for_disconnect
from batchtui.demo.rows import Rows

CONTENT_TYPE = "application/x-jsonl"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What this server does with results besides sending them."""

    is_compressed: bool = True
    is_resumable: bool = True


class ResultsResponse:
    """Sends a body in chunks until it ends or the client has gone."""

    def __init__(self, chunks: Iterable[bytes], headers: dict[str, str], *, status: int = 200) -> None:
        self._chunks = chunks
        self._start = Response(status_code=status, headers=headers, media_type=CONTENT_TYPE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        headers = [header for header in self._start.raw_headers if header[0] != b"content-length"]
        await send({"type": "http.response.start", "status": self._start.status_code, "headers": headers})
        if scope["method"] != "HEAD":
            await self._send_body(receive, send)
        await send({"type": "http.response.body", "body": b""})

    async def _send_body(self, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(wait_for_disconnect(receive))
        try:
            for chunk in self._chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(0)
                if gone.done():
                    return
        finally:
            gone.cancel()


async def deliver_results(
    request: Request, batch: SimulatedBatch, delivery: Delivery, *, change: Callable[[bytes], bytes] | None = None
) -> ResultsResponse:
    """Return the results of an ended batch in the form that the request's headers ask for."""
    rows = batch.rows
    if change is not None:
        return ResultsResponse(map(change, rows.iter_chunks()), {})
    etag = _make_etag(batch)
    headers = {"etag": etag, "accept-ranges": "bytes"} if delivery.is_resumable else {}
    if delivery.is_resumable and (asked := _read_range(request, etag)) is not None:
        return await asyncio.to_thread(_deliver_part, rows, *asked, headers)
    if delivery.is_compressed and "gzip" in request.headers.get("accept-encoding", ""):
        weak = {"etag": f"W/{etag}"} if delivery.is_resumable else {}
        return ResultsResponse(
            _compress(rows.iter_chunks()), {**weak, "content-encoding": "gzip", "vary": "accept-encoding"}
        )
    return ResultsResponse(rows.iter_chunks(), headers)


def _make_etag(batch: SimulatedBatch) -> str:
    parts = f"{batch.id}/{batch.ends_at.isoformat()}/{batch.rows.counts}"
    return f'"{hashlib.blake2b(parts.encode(), digest_size=12).hexdigest()}"'


def _read_range(request: Request, etag: str) -> tuple[int, int | None] | None:
    """Return the first and the last byte asked for; None when the whole is due (RFC 9110, 14.2)."""
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or request.headers.get("if-range", etag) != etag:
        return None
    return int(match[1]), int(match[2]) if match[2] else None


def _deliver_part(rows: Rows, first: int, last: int | None, headers: dict[str, str]) -> ResultsResponse:
    size = rows.offsets[-1]
    if first >= size:
        failure = ApiFailure(416, f"Range not satisfiable: the results have {size} bytes")
        failure.headers["content-range"] = f"bytes */{size}"
        raise failure
    last = size - 1 if last is None else min(last, size - 1)
    part = {**headers, "content-range": f"bytes {first}-{last}/{size}"}
    return ResultsResponse(_slice(rows.iter_chunks_from(first), last - first + 1), part, status=206)


def _slice(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


def _compress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=31)
    for chunk in chunks:
        if packed := packer.compress(chunk) + packer.flush(zlib.Z_SYNC_FLUSH):
            yield packed
    yield packer.flush()
