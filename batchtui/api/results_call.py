"""The results call: where it goes, where it may begin, and what a refusal means."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx

from batchtui.api.base_url import origin_of
from batchtui.api.failures import unexpected
from batchtui.api.result_stream import ResultStream, continues_at
from batchtui.api.wire import Call, Wire
from batchtui.errors import ResultsError, ResultsNotReadyError, ResultsUnavailableError, StatusError
from batchtui.models import MessageBatch

_GONE = frozenset({400, 404, 410})
_NOT_READY = frozenset({400, 404, 409})
_WHOLE = 200
_RANGE_REFUSED = 416
# a connection of its own: hanging up can then cut nobody else's call
_HEADERS = {"accept": "application/binary", "connection": "close"}


@contextlib.contextmanager
def open_results(
    wire: Wire, batch: MessageBatch, default: Call, *, offset: int, etag: str | None
) -> Iterator[ResultStream]:
    """Hand out the results of a batch, which the `default` call asks for where it does not say where they are.

    Raises `ResultsNotReadyError` or `ResultsUnavailableError` where that is why.
    """
    call = replace(default, path=own_path(wire.base_url, batch.results_url) or default.path, headers=_HEADERS)
    with contextlib.ExitStack() as stack:
        refusal: StatusError | None = None
        try:
            stream = _open(stack, wire, call, offset=offset, etag=etag)
        except StatusError as error:
            refusal = error
        if refusal is not None:
            raise _meaning_of(refusal, batch, datetime.now(UTC) + (wire.facts.clock_offset or timedelta()))
        yield stream


def own_path(base_url: httpx.URL, results_url: str | None) -> str | None:
    """Return where `results_url` leads below the base URL, None where it leads elsewhere (a gateway passes it on)."""
    if not results_url:
        return None
    try:
        url = base_url.join(results_url)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None
    prefix, path = base_url.raw_path.decode().rstrip("/"), url.raw_path.decode()
    if origin_of(url) != origin_of(base_url) or not path.startswith(f"{prefix}/"):
        return None
    return path.removeprefix(prefix)


def _open(stack: contextlib.ExitStack, wire: Wire, call: Call, *, offset: int, etag: str | None) -> ResultStream:
    # servers weaken the tag of what they compress: its strong form is the tag of the same bytes, uncompressed
    strong = (etag or "").removeprefix("W/")
    if offset > 0 and strong:
        resumed = _resume(stack, wire, call, offset, strong)
        if resumed is not None:
            return resumed
    response = stack.enter_context(wire.stream(call))
    if response.status_code != _WHOLE:
        raise unexpected(f"the results came with status {response.status_code}", response.headers)
    return ResultStream(response, is_client_stopped=wire.is_stopped)


def _resume(stack: contextlib.ExitStack, wire: Wire, call: Call, offset: int, etag: str) -> ResultStream | None:
    """Return the rest, or the whole from a server that offers no rest; None where neither came."""
    headers = {**call.headers, "accept-encoding": "identity", "range": f"bytes={offset}-", "if-range": etag}
    with contextlib.ExitStack() as attempt:
        try:
            response = attempt.enter_context(wire.stream(replace(call, headers=headers)))
        except StatusError as error:
            if error.status != _RANGE_REFUSED:
                raise
            return None
        is_resumed = continues_at(response, offset, etag)
        if response.status_code != _WHOLE and not is_resumed:
            return None
        stack.push(attempt.pop_all())
        return ResultStream(response, is_resumed=is_resumed, is_client_stopped=wire.is_stopped)


def _meaning_of(refusal: StatusError, batch: MessageBatch, now: datetime) -> ResultsError | StatusError:
    detail = f"{refusal.detail} ({batch.id})"
    if refusal.status in _GONE and now >= batch.results_available_until:
        return ResultsUnavailableError(detail)
    if refusal.status in _NOT_READY and batch.is_active:
        return ResultsNotReadyError(detail)
    return refusal
