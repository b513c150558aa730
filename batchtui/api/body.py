"""An answer's body: its bytes as they come, in pieces that are worth their handling, and checked to be whole.

Of 219 MB of results an HTTP parser that is Python makes some 0.2 s of processor time, much of which the thread that
draws the screen has to wait for. So bodies of the two usual kinds, chunked and of a known length, are taken past it.
All else about a call stays httpx's: proxies, TLS, time limits, heads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Protocol

import httpx

from batchtui.api.chunked import Unchunker
from batchtui.api.intake import Intake
from batchtui.errors import InterruptedStreamError

_ENOUGH = 512 * 1024
"""Half of what one read can bring: after that, none is waited for."""

_PATIENCE_SECONDS = 0.01
"""How long a piece may grow: TLS brings 16 KB at a time, and each piece costs whoever takes it."""

_LENGTH = re.compile(r"[0-9]{1,18}")
_WITH_BODY = frozenset({200, 206})


class Framing(Protocol):
    """Tells where a body ends; `is_whole` once it has."""

    is_whole: bool

    def feed(self, piece: bytes) -> Iterator[memoryview]:
        """Yield the content that is in a piece; raise `InterruptedStreamError` where it cannot be one."""


class Sized:
    """A body of a known length; what comes after it is not looked at."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.is_whole = not length

    def feed(self, piece: bytes) -> Iterator[memoryview]:
        """Yield what belongs to the body."""
        part = memoryview(piece)[: self._left]
        self._left -= len(part)
        self.is_whole = not self._left
        yield part


def iter_body(response: httpx.Response) -> Iterator[bytes]:
    """Yield an answer's body as it comes, content codings not undone.

    Raises httpx's errors, also where it is cut, and `InterruptedStreamError` where its chunks are damaged.
    """
    intake = getattr(getattr(response.extensions.get("network_stream"), "read", None), "__self__", None)
    framing = _framing_of(response)
    if framing is None or not isinstance(intake, Intake) or not intake.is_at_body:
        return response.iter_raw()
    return _iter_framed(intake, framing, response.request.extensions.get("timeout", {}).get("read"))


def _framing_of(response: httpx.Response) -> Framing | None:
    """Return how the body's end is told, None where that is the parser's to find out."""
    if response.status_code not in _WITH_BODY or response.extensions.get("http_version") != b"HTTP/1.1":
        return None
    coding = response.headers.get("transfer-encoding", "").strip().lower()
    length = response.headers.get("content-length", "").strip()
    if coding:
        return Unchunker() if coding == "chunked" else None
    return Sized(int(length)) if _LENGTH.fullmatch(length) else None


def _iter_framed(intake: Intake, framing: Framing, timeout: float | None) -> Iterator[bytes]:
    """Yield pieces, also what came before damage; the first as soon as there is anything."""
    patience = 0.0
    while not framing.is_whole:
        parts: list[memoryview] = []
        cut: httpx.TransportError | InterruptedStreamError | None = None
        try:
            for part in _take_piece(intake, framing, timeout, patience):
                parts.append(part)  # noqa: PERF402  # one after the other: what came before damage stays
        except (httpx.TransportError, InterruptedStreamError) as error:
            cut = error
        yield b"".join(parts)
        if cut is not None:
            raise cut
        patience = _PATIENCE_SECONDS


def _take_piece(intake: Intake, framing: Framing, timeout: float | None, patience: float) -> Iterator[memoryview]:
    """Yield what comes first, however late, and what follows it within `patience` seconds, until it is enough."""
    size, until = 0, 0.0
    while not size or (size < _ENOUGH and not framing.is_whole and intake.has_more(until)):
        data = intake.take(timeout)
        if not data:
            raise httpx.RemoteProtocolError("the connection ended before the body did")
        until = until or time.monotonic() + patience
        size += len(data)
        yield from framing.feed(data)
