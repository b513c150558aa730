"""A loopback server with one batch, for tests of what becomes of its results."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BATCH_ID = "msgbatch_01Test"
BATCH_PATH = f"/v1/messages/batches/{BATCH_ID}"


class BatchServer(ThreadingHTTPServer):
    """Serves `results` as the results of an ended batch; `cut` bytes are then missing from a promised length.

    While `goes_on` is not set, a download stops in its middle, sets `is_halfway` and waits.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.results = b""
        self.cut = 0
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.is_halfway = threading.Event()
        self.status = "ended"
        self.promised: dict[str, int] = {}
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"

    def serve_lines(self, lines: Sequence[bytes]) -> None:
        """Serve these lines, and promise exactly them."""
        self.results = b"".join(line + b"\n" for line in lines)
        self.promised = dict(Counter(json.loads(line)["result"]["type"] for line in lines))

    def batch(self) -> dict[str, Any]:
        """The batch as the API would tell it."""
        ended = self.status == "ended"
        return {
            "id": BATCH_ID,
            "type": "message_batch",
            "processing_status": self.status,
            "request_counts": self.promised if ended else {"processing": sum(self.promised.values())},
            "created_at": "2099-01-01T00:00:00Z",
            "expires_at": "2099-01-02T00:00:00Z",
            "ended_at": "2099-01-01T01:00:00Z" if ended else None,
            "results_url": f"{self.url}{BATCH_PATH}/results" if ended else None,
        }


class _Handler(BaseHTTPRequestHandler):
    server: BatchServer

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        if self.path == BATCH_PATH:
            body = json.dumps(self.server.batch()).encode()
            self._begin(body, "application/json")
            self.wfile.write(body)
        elif self.path == f"{BATCH_PATH}/results":
            self._begin(self.server.results, "application/x-jsonl")
            self._send_results(self.server.results)
        else:
            self.send_error(404)

    def _begin(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()

    def _send_results(self, body: bytes) -> None:
        half = len(body) // 2
        self.wfile.write(body[:half])
        self.server.is_halfway.set()
        self.server.goes_on.wait(30)
        with suppress(ConnectionError):  # a client that has left
            self.wfile.write(body[half : len(body) - self.server.cut])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running_batch_server() -> Iterator[BatchServer]:
    """A server in a thread, gone afterwards."""
    with BatchServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
