"""Where an answer's body can be taken past the HTTP parser."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import ssl
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx

READ_BYTES = 1024 * 1024
"""How much is taken from the network at once: with httpcore's 64 KB, large results take twice the processor time."""

_RECORD_BYTES = 16 * 1024
"""So much TLS brings at once; room for 1 MB each time would be most of the work."""

_ROOM_BYTES = 512 * 1024
_CAN_GATHER = sys.platform == "linux"
"""Elsewhere a socket's time limit has another form, or holds for each packet anew."""

_BEGINNING = b"HTTP/"
_INTERIM = re.compile(rb"HTTP/1\.. 1")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_MOST_BEFORE = 2
"""How many bytes of a blank line may have come before the last read."""


class Intake:
    """Stands between one of httpcore's network streams and its parser, which gets an answer's head by itself.

    `is_at_body` tells whether the parser has seen a head and nothing after it: then `take` may be called instead.
    `on_write` is told of the socket before anything is sent.
    """

    def __init__(self, network_stream: Any, on_write: Callable[[socket.socket], None] = lambda _: None) -> None:
        self._socket = network_stream.get_extra_info("socket")
        self._tls = network_stream.get_extra_info("ssl_object")
        self._read_bytes = READ_BYTES if self._tls is None else _RECORD_BYTES
        self._room = bytearray()
        self._on_write = on_write
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
        data = self._take_held() or self._read_stream(max(max_bytes, self._read_bytes), timeout)
        if not self._is_in_head:
            return data
        seen = self._seen + data
        if not seen.startswith(_BEGINNING[: len(seen)]):
            self._is_in_head = False  # what a proxy says before
            return data
        return self._read_heads(seen, data)

    def _read_heads(self, seen: bytes, data: bytes) -> bytes:
        """Return what belongs to heads; of what was `seen` since a head began, `data` is new."""
        before, start = len(seen) - len(data), 0
        while (found := _BLANK_LINE.search(seen, max(start, before - _MOST_BEFORE))) is not None:
            if not _INTERIM.match(seen, start):
                end = found.end() - before
                self._held, self._seen = data[end:], b""
                self._is_in_head, self.is_at_body = False, True
                return data[:end]
            start = found.end()
        self._seen = seen[start:]
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send: the next that comes is another answer's head."""
        self._is_in_head, self.is_at_body, self._seen = True, False, b""
        self._on_write(self._socket)
        self._write_stream(buffer, timeout)

    def take(self, timeout: float | None) -> bytes:
        """Return what has come, nothing at the end of the connection; raise httpx's errors."""
        if held := self._take_held():
            return held
        try:
            data: bytes = self._read_stream(self._read_bytes, timeout)
        except Exception as problem:  # noqa: BLE001  # httpcore's, whose causes are the socket's
            is_late = isinstance(problem.__cause__, TimeoutError)
        else:
            return data
        raise httpx.ReadTimeout("nothing came") if is_late else httpx.ReadError("the connection broke")

    def has_more(self, until: float) -> bool:
        """Return whether something can be taken at once; wait for it until then, by `time.monotonic`.

        Where that cannot be told, there is nothing.
        """
        left = until - time.monotonic()
        if self._held or left <= 0 or isinstance(self._tls, ssl.SSLObject):  # whose proxy may hold some too
            return bool(self._held)
        if self._tls is None and _CAN_GATHER:
            self._held = self._gather(left)
            return bool(self._held)
        try:
            is_decrypted = self._tls is not None and self._tls.pending() > 0
            has_come = is_decrypted or bool(select.select([self._socket], [], [], left)[0])
        except (OSError, ValueError):  # closed, or a descriptor beyond what this system can select
            return False
        if has_come and self._tls is not None:
            self._held = self._drain(until)  # what has come may be less than a record
            return bool(self._held)
        return has_come

    def _gather(self, seconds: float) -> bytes:
        """Let the system collect what comes in that time: no other thread is asked to let go for each packet.

        An end or an error of the connection is left to the next read, and so is its time limit.
        """
        limit = struct.pack("ll", *divmod(max(int(seconds * 1_000_000), 1), 1_000_000))
        try:
            self._socket.settimeout(None)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
            data: bytes = self._socket.recv(READ_BYTES, socket.MSG_WAITALL)
        except OSError:
            return b""
        return data

    def _drain(self, until: float) -> bytes:
        """Return the records that have come; an end or an error of the connection is left to the next read."""
        self._room = self._room or bytearray(_ROOM_BYTES)
        room, size = memoryview(self._room), 0
        with contextlib.suppress(OSError):
            self._socket.settimeout(0)
            while size <= _ROOM_BYTES - _RECORD_BYTES and (more := self._socket.recv_into(room[size:])):
                size += more
                if time.monotonic() >= until:
                    break
        return bytes(room[:size])

    def _take_held(self) -> bytes:
        held, self._held = self._held, b""
        return held
