"""A loopback server that plays a script: what it answers to the first request, the second, and how it misbehaves."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

_CRLF = b"\r\n"


@dataclass(frozen=True)
class Request:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """An answer; `body` may be anything JSON can hold, or bytes.

    `cut_at`: hang up after so many bytes of the body. `hang_at`: stop there until the client hangs up. `is_chunked`:
    no length, as the API sends results.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    hang_at: int | None = None
    is_chunked: bool = False

    def play(self, connection: socket.socket) -> bool:
        """Send the answer; return whether the connection is still good."""
        is_raw = isinstance(self.body, bytes)
        body = self.body if is_raw else json.dumps(self.body).encode()
        headers = {"content-type": "application/octet-stream" if is_raw else "application/json", **self.headers}
        headers |= {"transfer-encoding": "chunked"} if self.is_chunked else {"content-length": str(len(body))}
        head = [f"HTTP/1.1 {self.status} Scripted", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        end = min(place for place in (self.cut_at, self.hang_at, len(body)) if place is not None)
        connection.sendall("\r\n".join(head).encode("latin-1") + self._framed(body[:end]))
        if self.hang_at is not None:
            connection.recv(1)
        if self.hang_at is not None or self.cut_at is not None:
            return False
        if self.is_chunked:
            connection.sendall(b"0\r\n\r\n")
        return True

    def _framed(self, part: bytes) -> bytes:
        if not self.is_chunked or not part:
            return part
        return f"{len(part):x}".encode() + _CRLF + part + _CRLF


@dataclass(frozen=True)
class Raw:
    """Bytes that need not be HTTP, then the connection ends; no bytes: it ends without an answer."""

    data: bytes = b""

    def play(self, connection: socket.socket) -> bool:
        """Send the bytes and say that the connection is over."""
        connection.sendall(self.data)
        return False


@dataclass(frozen=True)
class Silence:
    """No answer until the client hangs up."""

    def play(self, connection: socket.socket) -> bool:
        """Wait for the client's end."""
        connection.recv(1)
        return False


Step: TypeAlias = "Answer | Raw | Silence"
Script: TypeAlias = "Callable[[Request], Step]"


class ScriptedServer:
    """Plays its steps in their order, the last one for ever; `script`, if given, answers by the request instead.

    With `tls` it speaks HTTPS.
    """

    def __init__(self, *steps: Step, script: Script | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.arrived = threading.Semaphore(0)
        self._steps = list(steps)
        self._script = script
        self._tls = tls
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up on everybody."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with self._lock:
                    self._connections.add(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._secured(connection) as secured, secured.makefile("rb") as reader:
            while (request := _read_request(reader)) is not None and self._next_step(request).play(secured):
                pass
        with self._lock:
            self._connections.discard(connection)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _next_step(self, request: Request) -> Step:
        with self._lock:
            self.requests.append(request)
            step = self._script(request) if self._script else self._steps[0]
            if not self._script and len(self._steps) > 1:
                self._steps.pop(0)
        self.arrived.release()
        return step


def _read_request(reader: Any) -> Request | None:
    line = reader.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(method, target, headers, reader.read(int(headers.get("content-length", 0))))
