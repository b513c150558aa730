"""Where an answer's body is taken past the HTTP parser.

Of 219 MB of results the parser, which is Python, makes some 0.2 s of processor time, much of which the thread that
draws the screen has to wait for. All else about a call stays httpx's: proxies, TLS, time limits, heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx

from batchtui.api.chunked import Unchunker
from batchtui.errors import InterruptedStreamError

READ_BYTES = 1024 * 1024
"""How much is taken from the network at once: with httpcore's 64 KB, large results take twice the processor time."""

_BEGINNING = b"HTTP/"
_BLANK_LINE = re.compile(rb"\n\r?\n")
_WITH_BODY = frozenset({200, 206})
_MOST_BEFORE = 2
"""How many bytes of a blank line may have come before the last read."""


class Intake:
    """Stands before one of httpcore's network streams and gives it an answer's head by itself, then what follows.

    `is_at_body` tells whether the parser has seen a head and nothing after it: then `take` may be called instead.
    """

    def __init__(self, network_stream: Any) -> None:
        self._read_stream = network_stream.read
        self._write_stream = network_stream.write
        network_stream.read, network_stream.write = self.read, self.write
        self.is_at_body = False
        self._is_in_head = True
        self._seen = b""
        self._held = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, for the parser, which takes more than it asks for as well."""
        self.is_at_body = False
        data = self._take_held() or self._read_stream(max(max_bytes, READ_BYTES), timeout)
        if not self._is_in_head:
            return data
        seen = self._seen + data
        if not seen.startswith(_BEGINNING[: len(seen)]):
            self._is_in_head = False  # what a proxy says before
            return data
        found = _BLANK_LINE.search(seen, max(len(self._seen) - _MOST_BEFORE, 0))
        if found is None:
            self._seen = seen
            return data
        end = found.end() - len(self._seen)
        self._held = data[end:]
        self._is_in_head, self.is_at_body = False, True
        return data[:end]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send: the next that comes is another answer's head."""
        self._is_in_head, self.is_at_body, self._seen = True, False, b""
        self._write_stream(buffer, timeout)

    def take(self, timeout: float | None) -> bytes:
        """Return what has come, nothing at the end of the connection; raise httpx's errors."""
        if held := self._take_held():
            return held
        try:
            data: bytes = self._read_stream(READ_BYTES, timeout)
        except Exception as problem:  # noqa: BLE001  # httpcore's, whose causes are the socket's
            is_late = isinstance(problem.__cause__, TimeoutError)
        else:
            return data
        raise httpx.ReadTimeout("nothing came") if is_late else httpx.ReadError("the connection broke")

    def _take_held(self) -> bytes:
        held, self._held = self._held, b""
        return held


def iter_body(response: httpx.Response) -> Iterator[bytes]:
    """Yield an answer's body as it comes, content codings not undone; raise httpx's errors, also where it is cut."""
    intake = getattr(getattr(response.extensions.get("network_stream"), "read", None), "__self__", None)
    coding = response.headers.get("transfer-encoding", "").strip().lower()
    is_plain = response.extensions.get("http_version") == b"HTTP/1.1" and coding == "chunked"
    has_body = response.status_code in _WITH_BODY
    if is_plain and has_body and isinstance(intake, Intake) and intake.is_at_body:
        return _iter_chunked(intake, response.request.extensions.get("timeout", {}).get("read"))
    return response.iter_raw()


def _iter_chunked(intake: Intake, timeout: float | None) -> Iterator[bytes]:
    """Yield what was read at once in one piece, also what came before damage."""
    unchunker = Unchunker()
    while not unchunker.is_whole:
        data = intake.take(timeout)
        if not data:
            raise httpx.RemoteProtocolError("the connection ended before the last chunk")
        parts: list[memoryview] = []
        damage: InterruptedStreamError | None = None
        try:
            for part in unchunker.feed(data):
                parts.append(part)  # noqa: PERF402  # one after the other: what came before damage stays
        except InterruptedStreamError as error:
            damage = error
        yield b"".join(parts)
        if damage is not None:
            raise damage
