"""The connections to one origin: who may see the key, how long to wait, how to hang up from another thread."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import weakref
from collections.abc import Generator, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx
from pydantic import SecretStr

from batchtui import __version__
from batchtui.api.intake import Intake
from batchtui.api.stop_signal import StopSignal, hang_up
from batchtui.errors import CallStoppedError, ConnectionFailedError, MalformedKeyError, UsageError

API_VERSION = "2023-06-01"
CONNECT_SECONDS = 10.0

_HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,4096}")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_ENVIRONMENT = "Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."


class KeyAuth(httpx.Auth):
    """Puts the key into each request at the last moment, and nowhere else."""

    def __init__(self, key: SecretStr) -> None:
        if not _HEADER_VALUE.fullmatch(key.get_secret_value()):
            raise MalformedKeyError("it is empty, too long, or has characters that no header can carry")
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header `x-api-key`."""
        request.headers["x-api-key"] = self._key.get_secret_value()
        yield request

    def hide(self, body: bytes) -> bytes:
        """Return a body in which a server that echoes the key does not betray it."""
        return body.replace(self._key.get_secret_value().encode(), b"[key]")


class Connections:
    """An httpx client whose calls can be ended from another thread."""

    def __init__(self, *, auth: KeyAuth, workspace_id: str | None, trust_env: bool) -> None:
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._calls = 0
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._calling = threading.local()
        self._http = _make_http(auth, workspace_id, trust_env=trust_env)

    @property
    def is_closed(self) -> bool:
        """Whether no call can be made any more."""
        return self._closed.is_set()

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the connections open while a call is under way; raise `CallStoppedError` when they are closed."""
        with self._lock:
            if self._closed.is_set():
                raise CallStoppedError
            self._calls += 1
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
            self._close_when_idle()

    def send(
        self,
        method: str,
        url: httpx.URL,
        *,
        body: bytes | None,
        headers: Mapping[str, str],
        read_seconds: float,
        cancelled: StopSignal | None = None,
    ) -> httpx.Response:
        """Send one request, no redirect followed, and return its answer with the body still to come.

        Setting `cancelled` ends the wait for an answer, with whatever error httpx has for a connection that breaks.
        """
        request = self._http.build_request(
            method,
            url,
            content=body,
            headers=headers,
            timeout=httpx.Timeout(read_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            extensions={"trace": self._note_socket},
        )
        self._calling.cancelled = cancelled
        try:
            return self._http.send(request, stream=True, follow_redirects=False)
        finally:
            self._calling.cancelled = None
            if cancelled is not None:
                cancelled.forget()

    def close(self) -> None:
        """End every call in whatever thread, then close; a call's own thread closes what it still reads from."""
        self._closed.set()
        with self._lock:
            connected = list(self._sockets)
        for each in connected:
            hang_up(each)
        self._close_when_idle()

    def _close_when_idle(self) -> None:
        with self._lock:
            if self._closed.is_set() and not self._calls:
                self._http.close()

    def _note_socket(self, event: str, details: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")):
            stream = details.get("return_value")
            connected = socket_of(stream)
            if hasattr(stream, "read"):
                Intake(stream, self._note_use)
            if connected is not None:
                with self._lock:
                    self._sockets.add(connected)
                if self._closed.is_set():
                    hang_up(connected)

    def _note_use(self, connected: socket.socket) -> None:
        """Hear, in the thread of a call, on which connection it sends: a new one, or one that was used before."""
        cancelled: StopSignal | None = getattr(self._calling, "cancelled", None)
        if cancelled is not None:
            cancelled.await_answer(connected)


def socket_of(network_stream: Any) -> socket.socket | None:
    """Return the socket below one of httpcore's network streams."""
    found = network_stream.get_extra_info("socket") if hasattr(network_stream, "get_extra_info") else None
    return found if isinstance(found, socket.socket) else None


def _make_http(auth: KeyAuth, workspace_id: str | None, *, trust_env: bool) -> httpx.Client:
    headers = {
        "accept": "application/json",
        "accept-encoding": "gzip",
        "anthropic-version": API_VERSION,
        "user-agent": f"batchtui/{__version__}",
    }
    if workspace_id:
        headers["anthropic-workspace-id"] = _checked_workspace_id(workspace_id)
    directly: dict[str, None] = {f"all://{host}": None for host in _LOOPBACK}
    try:
        http = httpx.Client(auth=auth, headers=headers, mounts=directly, trust_env=trust_env)
    except (httpx.InvalidURL, ImportError, OSError, ValueError) as problem:
        name = type(problem).__name__
    else:
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return http
    raise ConnectionFailedError(f"the environment's proxy or certificates cannot be used ({name})", hint=_ENVIRONMENT)


def _checked_workspace_id(workspace_id: str) -> str:
    if not _HEADER_VALUE.fullmatch(workspace_id):
        raise UsageError("the workspace's id cannot be sent in a header", hint="It looks like wrkspc_…")
    return workspace_id
