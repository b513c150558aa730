from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from batchtui.api import StopSignal
from batchtui.api.results_call import own_path
from batchtui.errors import (
    BatchtuiError,
    CallStoppedError,
    InterruptedStreamError,
    NotFoundError,
    OverloadedError,
    ResultsNotReadyError,
    ResultsUnavailableError,
    StatusError,
    UnexpectedAnswerError,
)
from tests.support.api_clients import KEY, PatientClient, batch, batch_json, error_json
from tests.support.scripted_server import Answer, Raw, ScriptedServer, Silence

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

LINES = b"".join(b'{"custom_id": "request-%d", "result": {"type": "canceled"}}\n' % number for number in range(2000))
DEFAULT_PATH = "/v1/messages/batches/msgbatch_1/results"


def read(client: PatientClient, **options: Any) -> bytes:
    with client.stream_results(batch(), **options) as stream:
        return b"".join(stream.chunks())


@pytest.mark.parametrize("is_chunked", [True, False])
def test_results_arrive_byte_for_byte(serve: Serve, connect: Connect, is_chunked: bool) -> None:  # noqa: FBT001  # a case
    server = serve(Answer(200, LINES, {"etag": '"v1"'}, is_chunked=is_chunked))
    with connect(server).stream_results(batch()) as stream:
        assert (stream.etag, stream.is_resumed) == ('"v1"', False)
        assert stream.total_bytes == (None if is_chunked else len(LINES))
        assert b"".join(stream.chunks()) == LINES
    assert server.requests[0].path == DEFAULT_PATH
    assert server.requests[0].headers["accept-encoding"] == "gzip"
    assert server.requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize("parts", [1, 3])
def test_compressed_results_are_decompressed(serve: Serve, connect: Connect, parts: int) -> None:
    third = len(LINES) // parts + 1
    packed = b"".join(gzip.compress(LINES[begin : begin + third]) for begin in range(0, len(LINES), third))
    with connect(serve(Answer(200, packed, {"content-encoding": "gzip"}))).stream_results(batch()) as stream:
        assert stream.total_bytes is None
        assert b"".join(stream.chunks()) == LINES


def test_no_results_at_all_are_no_error(serve: Serve, connect: Connect) -> None:
    assert read(connect(serve(Answer(200, b"")))) == b""
    assert read(connect(serve(Answer(200, b"", {"content-encoding": "gzip"})))) == b""


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, LINES, cut_at=50_000),
        Answer(200, LINES, cut_at=50_000, is_chunked=True),
        Answer(200, gzip.compress(LINES), {"content-encoding": "gzip"}, cut_at=5000),
        Answer(200, gzip.compress(LINES)[:5000], {"content-encoding": "gzip"}),
        Answer(200, gzip.compress(LINES)[:5000] + b"x" * 500, {"content-encoding": "gzip"}),
        Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"32\r\n" + LINES[:50] + b"\r\nnonsense\r\n"),
    ],
    ids=["length", "chunks", "gzip cut", "gzip short", "gzip damaged", "chunks damaged"],
)
def test_what_arrived_before_a_cut_is_good_and_the_cut_is_told(serve: Serve, connect: Connect, answer: Answer) -> None:
    arrived: list[bytes] = []
    with connect(serve(answer)).stream_results(batch()) as stream, pytest.raises(InterruptedStreamError) as caught:
        arrived.extend(stream.chunks())
    assert LINES.startswith(b"".join(arrived)[:50])
    assert arrived
    assert caught.value.__context__ is None
    assert caught.value.detail


def test_silence_in_the_middle_is_a_cut(serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.api.wire.READ_SECONDS", 1.0)
    with (
        connect(serve(Answer(200, LINES, hang_at=1000))).stream_results(batch()) as stream,
        pytest.raises(InterruptedStreamError, match="nothing arrived"),
    ):
        assert b"".join(stream.chunks())


def test_a_stream_that_nobody_finishes_leaves_the_client_usable(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(200, LINES, hang_at=1000), Answer(200, batch_json()))
    client = connect(server)
    with client.stream_results(batch()) as stream:
        next(stream.chunks())
    assert client.retrieve_batch("msgbatch_1").id == "msgbatch_1"


class Reader(threading.Thread):
    """Reads a stream that hangs in its middle; `waits` once it has had the first chunk."""

    def __init__(self, client: PatientClient) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.stream: Any = None
        self.waits = threading.Event()
        self.error: BatchtuiError | None = None
        self.start()
        assert self.waits.wait(60)

    def run(self) -> None:
        try:
            with self.client.stream_results(batch()) as self.stream:
                for _ in self.stream.chunks():
                    self.waits.set()
        except BatchtuiError as error:
            self.error = error


@pytest.mark.parametrize("by", ["stream", "client"])
def test_closing_wakes_a_reader_in_another_thread(serve: Serve, connect: Connect, by: str) -> None:
    client = connect(serve(Answer(200, LINES, hang_at=1000), Answer(200, batch_json())))
    reader = Reader(client)
    (reader.stream if by == "stream" else client).close()
    reader.join(60)
    assert not reader.is_alive()
    assert isinstance(reader.error, CallStoppedError)
    if by == "stream":
        assert client.retrieve_batch("msgbatch_1").id == "msgbatch_1"


@pytest.mark.parametrize("is_used_before", [False, True])
def test_a_call_that_gets_no_answer_can_be_stopped(serve: Serve, connect: Connect, is_used_before: bool) -> None:  # noqa: FBT001  # a case
    used = [Answer(200, batch_json())] if is_used_before else []
    server = serve(*used, Silence(), Answer(200, batch_json()))
    client, cancelled = connect(server), StopSignal()
    for _ in used:
        client.retrieve_batch("msgbatch_1")  # leaves a connection that the next call takes
    asked = len(server.requests) + 1

    def stop() -> None:
        while len(server.requests) < asked:
            time.sleep(0.001)
        cancelled.set()

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(CallStoppedError), client.stream_results(batch(), cancelled=cancelled):
        pass
    assert client.waits == []
    assert client.retrieve_batch("msgbatch_1").id == "msgbatch_1"
    assert len(server.requests) == asked + 1


def test_closing_a_finished_stream_disturbs_no_later_call(serve: Serve, connect: Connect) -> None:
    client = connect(serve(Answer(200, LINES), Answer(200, batch_json())))
    with client.stream_results(batch()) as stream:
        assert b"".join(stream.chunks()) == LINES
    client.retrieve_batch("msgbatch_1")
    stream.close()
    assert client.retrieve_batch("msgbatch_1").id == "msgbatch_1"
    assert client.waits == []


def test_a_refusal_before_the_first_byte_is_tried_again(serve: Serve, connect: Connect) -> None:
    client = connect(serve(Answer(529, error_json("overloaded_error")), Raw(), Answer(200, LINES)))
    assert read(client) == LINES
    assert client.wait_seconds == [0.5, 1.0]
    with pytest.raises(OverloadedError):
        read(connect(serve(Answer(529, error_json("overloaded_error"))), retries=0))


def test_a_page_for_a_browser_is_no_result(serve: Serve, connect: Connect) -> None:
    for answer in (
        Answer(200, b"\n <!doctype html>", {"content-type": "text/html"}),
        Answer(200, LINES, {"content-encoding": "br"}),
        Answer(206, LINES, {"content-range": f"bytes 580-{len(LINES) + 579}/{len(LINES) + 580}"}),
        Answer(203, LINES),
        Answer(204),
    ):
        with pytest.raises(UnexpectedAnswerError):
            read(connect(serve(answer)))


@pytest.mark.parametrize("etag", ['"v1"', 'W/"v1"'])
def test_the_rest_of_interrupted_results_is_fetched(serve: Serve, connect: Connect, etag: str) -> None:
    rest = {"content-range": f"bytes 1000-{len(LINES) - 1}/{len(LINES)}", "etag": '"v1"'}
    server = serve(Answer(206, LINES[1000:], rest))
    with connect(server).stream_results(batch(), offset=1000, etag=etag) as stream:
        assert stream.is_resumed
        assert stream.total_bytes == len(LINES)
        assert b"".join(stream.chunks()) == LINES[1000:]
    headers = server.requests[0].headers
    assert (headers["range"], headers["if-range"], headers["accept-encoding"]) == ("bytes=1000-", '"v1"', "identity")


def test_less_than_the_rest_is_an_interrupted_stream(serve: Serve, connect: Connect) -> None:
    rest = {"content-range": f"bytes 1000-1999/{len(LINES)}", "etag": '"v1"'}
    arrived: list[bytes] = []
    with (
        connect(serve(Answer(206, LINES[1000:2000], rest))).stream_results(batch(), offset=1000, etag='"v1"') as stream,
        pytest.raises(InterruptedStreamError, match="less than the rest"),
    ):
        arrived.extend(stream.chunks())
    assert b"".join(arrived) == LINES[1000:2000]


def test_more_than_the_rest_is_an_interrupted_stream(serve: Serve, connect: Connect) -> None:
    rest = {"content-range": f"bytes 1000-{len(LINES) - 1}/{len(LINES)}", "etag": '"v1"'}
    with (
        connect(serve(Answer(206, LINES, rest))).stream_results(batch(), offset=1000, etag='"v1"') as stream,
        pytest.raises(InterruptedStreamError, match="more than the rest"),
    ):
        assert not list(stream.chunks())


def test_a_server_that_offers_no_rest_sends_the_whole(serve: Serve, connect: Connect) -> None:
    with connect(serve(Answer(200, LINES))).stream_results(batch(), offset=1000, etag='"v1"') as stream:
        assert not stream.is_resumed
        assert b"".join(stream.chunks()) == LINES


@pytest.mark.parametrize(
    "answer",
    [
        Answer(206, b"x", {"content-range": "bytes 999-1000/5000"}),
        Answer(206, b"x", {"content-range": "bytes 1000-1000/5000", "etag": '"v2"'}),
        Answer(206, b"x", {"content-range": "bytes 1000-1000/5000", "content-encoding": "gzip"}),
        Answer(206, b"x", {"content-range": "nonsense"}),
        Answer(206, b"x", {"content-range": f"bytes {'1' * 5000}-1/2"}),
        Answer(206, b"x", {"content-range": f"bytes 1000-1001/{'1' * 5000}"}),
        Answer(204),
        Answer(206, b"x"),
        Answer(416, error_json("invalid_request_error")),
    ],
)
def test_a_rest_that_does_not_fit_is_not_used(serve: Serve, connect: Connect, answer: Answer) -> None:
    server = serve(answer, Answer(200, LINES))
    with connect(server).stream_results(batch(), offset=1000, etag='"v1"') as stream:
        assert not stream.is_resumed
        assert b"".join(stream.chunks()) == LINES
    assert "range" not in server.requests[1].headers


@pytest.mark.parametrize(("offset", "etag"), [(0, '"v1"'), (1000, None), (1000, "")])
def test_only_results_that_are_surely_the_same_are_continued(
    serve: Serve, connect: Connect, offset: int, etag: str | None
) -> None:
    server = serve(Answer(200, LINES))
    assert read(connect(server), offset=offset, etag=etag) == LINES
    assert "range" not in server.requests[0].headers


@pytest.mark.parametrize("code", [400, 404, 409])
def test_results_of_a_running_batch_are_not_ready(serve: Serve, connect: Connect, code: int) -> None:
    running = batch(processing_status="in_progress", ended_at=None)
    client = connect(serve(Answer(code, error_json("not_found_error", "no results yet"))), retries=0)
    with pytest.raises(ResultsNotReadyError, match="no results yet"), client.stream_results(running):
        pass


@pytest.mark.parametrize("code", [400, 404, 410])
def test_results_past_their_days_are_no_longer_available(serve: Serve, connect: Connect, code: int) -> None:
    client = connect(serve(Answer(code, error_json("not_found_error"))))
    old = batch(created_at="2020-01-01T00:00:00Z")
    archived = batch(created_at=datetime.now(UTC).isoformat(), archived_at=datetime.now(UTC).isoformat())
    for each in (old, archived):
        with pytest.raises(ResultsUnavailableError), client.stream_results(each):
            pass


def test_the_age_of_results_is_told_by_the_servers_clock(serve: Serve, connect: Connect) -> None:
    now = datetime.now(UTC)
    young = batch(created_at=(now - timedelta(days=1)).isoformat())
    gone = error_json("not_found_error")
    ahead = format_datetime(now + timedelta(days=40), usegmt=True)
    with pytest.raises(NotFoundError), connect(serve(Answer(404, gone))).stream_results(young):
        pass
    client = connect(serve(Answer(404, gone, {"date": ahead})))
    with pytest.raises(ResultsUnavailableError), client.stream_results(young):
        pass


def test_another_refusal_of_old_results_stays_what_it_is(serve: Serve, connect: Connect) -> None:
    client = connect(serve(Answer(403, error_json("permission_error"))))
    with pytest.raises(StatusError) as caught, client.stream_results(batch(created_at="2020-01-01T00:00:00Z")):
        pass
    assert caught.value.status == 403


def test_the_address_that_the_batch_names_is_followed_on_the_own_origin(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(200, LINES))
    for address in (f"{server.url}/v2/files/9?part=1", "/v2/files/9?part=1"):
        with connect(server).stream_results(batch(results_url=address)):
            pass
    assert [request.target for request in server.requests] == ["/v2/files/9?part=1"] * 2


def test_the_key_never_follows_an_address_elsewhere(serve: Serve, connect: Connect) -> None:
    stranger, server = serve(Answer(200, LINES)), serve(Answer(200, LINES))
    addresses = [
        f"{stranger.url}/v1/x",
        f"//127.0.0.1:{stranger.port}/x",
        f"http://127.0.0.1:{server.port}@127.0.0.1:{stranger.port}/x",
        f"https://127.0.0.1:{server.port}/x",
        "https://api.anthropic.com/v1/messages/batches/msgbatch_1/results",
        "javascript:alert(1)",
        "http://[",
        "\udcff",
        "",
    ]
    for address in addresses:
        with connect(server).stream_results(batch().model_copy(update={"results_url": address})):
            pass
    assert [request.path for request in server.requests] == [DEFAULT_PATH] * len(addresses)
    assert stranger.requests == []


@pytest.mark.parametrize(
    ("results_url", "path"),
    [
        ("https://gw/anthropic/v1/x", "/v1/x"),
        ("HTTPS://GW:443/anthropic/v1/x%2Fy", "/v1/x%2Fy"),
        ("https://me:pw@gw/anthropic/v1/x", "/v1/x"),
        ("https://gw/other/v1/x", None),
        ("https://gw/anthropic-two/v1/x", None),
        ("https://gw/anthropic/../other/x", None),
        ("/v1/x", None),
        (None, None),
    ],
)
def test_an_address_is_followed_only_below_the_base_url(results_url: str | None, path: str | None) -> None:
    assert own_path(httpx.URL("https://gw/anthropic"), results_url) == path


def test_a_hang_before_the_answer_ends_with_the_client(serve: Serve, connect: Connect) -> None:
    server = serve(Silence())
    client = connect(server)
    errors: list[BatchtuiError] = []

    def call() -> None:
        try:
            read(client)
        except BatchtuiError as error:
            errors.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert server.arrived.acquire(timeout=60)
    client.close()
    thread.join(60)
    assert [type(error) for error in errors] == [CallStoppedError]
