"""The server of the benchmark, a process of its own: answers that cost it next to nothing, results as chunked bytes.

Four stages, each a base URL: `/empty` has no batch, `/ended` one whose results are the file, `/paced` the same at the
pace of the server beside which the budgets were made, `/running` twenty that run. It ends when its standard input
does, so it never outlives the benchmark.

With a certificate it stands for a server behind a link: it speaks HTTPS and sends results as a link of 1 Gbit/s would.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from tests.bench.corpus import Corpus
from tests.support.certificates import Certificate

BATCH_ID = "msgbatch_01BenchEndedWithAllItsResults"
RUNNING = 20
CHUNK_SIZE = 64 * 1024
LINK_CHUNK_SIZE = 16 * 1024
LINK_BYTES_PER_SECOND = 125_000_000
PACED_BYTES_PER_SECOND = 312_500_000
"""2.5 Gbit/s: 219 MB then take curl the 0.7 s that stand beside the budgets."""

_STALL_SECONDS = 0.02
"""How much a link holds: what a client that stalls for longer does not take, the link does not make up for."""

PACED = "/paced"
_BATCHES = "/v1/messages/batches"


@contextmanager
def serving(corpus: Corpus, certificate: Certificate | None = None) -> Iterator[str]:
    """Run the server in another process and give its URL; append a stage and it is a base URL."""
    secured = [] if certificate is None else [str(certificate.trusted), str(certificate.with_key)]
    command = [sys.executable, "-m", "tests.bench.server", str(corpus.path), json.dumps(corpus.counts), *secured]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


class FileServer(ThreadingHTTPServer):
    """Serves one file as the results of one batch."""

    daemon_threads = True

    def __init__(self, path: Path, counts: Mapping[str, int], certificate: Certificate | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler if certificate is None else _LinkHandler)
        self.path = path
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_port}"
        if certificate is not None:
            self.socket = certificate.for_server().wrap_socket(self.socket, server_side=True)
        self.stages: dict[str, list[dict[str, Any]]] = {
            "/empty": [],
            **{
                stage: [_ended_batch(f"{self.url}{stage}{_BATCHES}/{BATCH_ID}/results", counts)]
                for stage in ("/ended", PACED)
            },
            "/running": [_running_batch(number) for number in range(RUNNING)],
        }


def _ended_batch(results_url: str, counts: Mapping[str, int]) -> dict[str, Any]:
    created = datetime.now(UTC) - timedelta(hours=5)
    ended = {"ended_at": _moment(created + timedelta(hours=2)), "results_url": results_url}
    return _batch(BATCH_ID, "ended", created, counts) | ended


def _running_batch(number: int) -> dict[str, Any]:
    """Return one of batches that were made over the last 18 hours, so that all have hours left."""
    created = datetime.now(UTC) - timedelta(minutes=7 + 54 * number)
    return _batch(f"msgbatch_01BenchRunning{number:015}", "in_progress", created, {"processing": 900 + 417 * number})


def _batch(batch_id: str, status: str, created: datetime, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": batch_id,
        "type": "message_batch",
        "processing_status": status,
        "request_counts": {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0} | dict(counts),
        "created_at": _moment(created),
        "expires_at": _moment(created + timedelta(hours=24)),
        "ended_at": None,
        "cancel_initiated_at": None,
        "archived_at": None,
        "results_url": None,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class _Pace:
    """Waits as long as a link of this speed, or a slower server, would have needed."""

    def __init__(self, bytes_per_second: int) -> None:
        self._bytes_per_second = bytes_per_second
        self._due = time.perf_counter()

    def wait_after(self, size: int) -> None:
        """Wait until so many bytes more have had their time."""
        now = time.perf_counter()
        self._due = max(self._due, now - _STALL_SECONDS) + size / self._bytes_per_second
        time.sleep(max(self._due - now, 0))


class _Handler(BaseHTTPRequestHandler):
    server: FileServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        stage, _, rest = self.path.partition(_BATCHES)
        batches = self.server.stages.get(stage)
        rest = rest.partition("?")[0]
        if batches is None:
            self.send_error(404)
        elif not rest:
            ends = {"first_id": batches[0]["id"], "last_id": batches[-1]["id"]} if batches else {}
            self._answer({"data": batches, "has_more": False, **ends})
        elif rest.endswith("/results"):
            with suppress(ConnectionError):  # who opened them has left
                self._stream(_Pace(PACED_BYTES_PER_SECOND) if stage == PACED else None)
        else:
            self._answer(next(batch for batch in batches if batch["id"] == rest.strip("/")))

    def _answer(self, body: Mapping[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, pace: _Pace | None) -> None:
        """Send the file in chunks without a length, as the API does."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "application/x-jsonl")
        self.send_header("transfer-encoding", "chunked")
        self.send_header("connection", "close")
        self.end_headers()
        with self.server.path.open("rb") as results:
            self._send_chunks(results, pace)
        self.connection.sendall(b"0\r\n\r\n")

    def _send_chunks(self, results: BinaryIO, pace: _Pace | None) -> None:
        """Let the kernel copy them."""
        size = os.fstat(results.fileno()).st_size
        for offset in range(0, size, CHUNK_SIZE):
            length = min(CHUNK_SIZE, size - offset)
            self.connection.sendall(b"%x\r\n" % length)
            self.connection.sendfile(results, offset, length)
            self.connection.sendall(b"\r\n")
            if pace is not None:
                pace.wait_after(length)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _LinkHandler(_Handler):
    def _send_chunks(self, results: BinaryIO, pace: _Pace | None) -> None:
        """Send each when a link would have had the time for it."""
        pace = pace or _Pace(LINK_BYTES_PER_SECOND)
        while data := results.read(LINK_CHUNK_SIZE):
            self.connection.sendall(b"%x\r\n%b\r\n" % (len(data), data))
            pace.wait_after(len(data))


def _main(path: str, counts: str, *secured: str) -> None:
    certificate = Certificate(*map(Path, secured)) if secured else None
    with FileServer(Path(path), json.loads(counts), certificate) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()  # until the benchmark ends, in whatever way
        server.shutdown()


if __name__ == "__main__":
    _main(*sys.argv[1:])
