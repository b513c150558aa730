"""Bodies of results are taken past the HTTP parser: as it would have them, in pieces that are worth their handling."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import NoReturn

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.api.body import Sized
from batchtui.api.intake import Intake
from batchtui.errors import InterruptedStreamError
from tests.support.api_clients import PatientClient, batch, batch_json
from tests.support.batch_server import BATCH_ID, running_batch_server
from tests.support.cutting import CUTS, cut
from tests.support.scripted_server import Answer, Raw, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

LINE = b'{"custom_id": "a", "result": {"type": "expired"}}\n'
BODY = LINE * 40_000
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n"
SMALL_CHUNKS = [b"%x\r\n%b\r\n" % (len(BODY[at : at + 500]), BODY[at : at + 500]) for at in range(0, len(BODY), 500)]
RECORD = 16 * 1024


def pieces(client: PatientClient) -> list[bytes]:
    with client.stream_results(batch()) as stream:
        return list(stream.chunks())


def read(client: PatientClient) -> bytes:
    return b"".join(pieces(client))


def read_until_it_breaks(client: PatientClient) -> bytes:
    arrived: list[bytes] = []
    with (
        client.stream_results(batch()) as stream,
        pytest.raises(InterruptedStreamError, match=r"ended before the results did|damaged"),
    ):
        arrived.extend(stream.chunks())
    return b"".join(arrived)


def frame(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)


# Past the parser


def refuse_to_parse(_: httpx.Response, chunk_size: int | None = None) -> NoReturn:
    raise AssertionError(chunk_size)


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a body is read through the parser."""
    monkeypatch.setattr(httpx.Response, "iter_raw", refuse_to_parse)


@pytest.mark.usefixtures("no_parser")
@pytest.mark.parametrize("is_chunked", [True, False])
def test_results_do_not_go_through_the_parser(serve: Serve, connect: Connect, is_chunked: bool) -> None:  # noqa: FBT001  # a case
    assert read(connect(serve(Answer(200, BODY, is_chunked=is_chunked)))) == BODY


@pytest.mark.usefixtures("no_parser")
@pytest.mark.parametrize("at", [*range(len(CHUNKED_HEAD) - 6, len(CHUNKED_HEAD) + 6), 1, 5000])
@pytest.mark.parametrize("head", [CHUNKED_HEAD, HINTS + HINTS + CHUNKED_HEAD])
def test_a_head_may_come_in_two_parts(connect: Connect, head: bytes, at: int) -> None:
    data = head + frame(LINE * 200)

    class Halves(Raw):
        def play(self, connection: socket.socket) -> bool:
            connection.sendall(data[:at])
            time.sleep(0.05)  # nothing tells that the first half was read by itself
            connection.sendall(data[at:])
            return False

    with ScriptedServer(Halves()) as server:
        assert read(connect(server)) == LINE * 200


def test_a_connection_that_was_used_before_serves_results_as_well(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Answer(200, batch_json()), Answer(200, BODY, is_chunked=True))
    client = connect(server)
    client.retrieve_batch("msgbatch_1")
    monkeypatch.setattr(httpx.Response, "iter_raw", refuse_to_parse)
    assert read(client) == BODY


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + LINE,
        b"HTTP/1.0 200 OK\r\n\r\n" + LINE,
        b"HTTP/1.0 200 OK\r\ncontent-length: 50\r\n\r\n" + LINE,
        b"HTTP/1.1 200 OK\ntransfer-encoding: Chunked\n\n" + frame(LINE),
        b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\ntransfer-encoding: chunked\r\n\r\n" + frame(LINE),
        b"HTTP/1.1 200 OK\r\ncontent-length: 50, 50\r\n\r\n" + LINE,
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n" + LINE + b"HTTP/1.1 200 OK\r\n\r\nanother",
    ],
    ids=["until-the-end", "1.0", "1.0-sized", "bare-newlines", "chunks-before-length", "length-twice", "and-more"],
)
def test_other_ways_to_send_a_body_are_understood_too(serve: Serve, connect: Connect, data: bytes) -> None:
    assert len(LINE) == 50
    assert read(connect(serve(Raw(data)))) == LINE


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_body_that_ends_too_early_is_an_interrupted_stream(serve: Serve, connect: Connect, is_chunked: bool) -> None:  # noqa: FBT001  # a case
    assert read_until_it_breaks(connect(serve(Answer(200, BODY, is_chunked=is_chunked, cut_at=700)))) == BODY[:700]


@given(st.integers(0, 300), CUTS)
def test_a_length_ends_a_body_however_it_is_cut(length: int, at: list[int]) -> None:
    sized, data = Sized(length), bytes(range(200)) * 2
    found = b"".join(bytes(part) for piece in cut(data, at) for part in sized.feed(piece))
    assert found == data[:length]
    assert sized.is_whole


def test_what_a_proxy_says_before_is_no_head() -> None:
    reply = b"\x05\x00\x00\x01\n\n\n\n\x1f\x90"

    class Stream:
        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # httpcore's signature
            return reply

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            """Send to nobody."""

        def get_extra_info(self, _: str) -> None:
            """Know nothing."""

    assert Intake(Stream()).read(4096) == reply


# In pieces


def test_small_chunks_that_are_at_hand_come_in_larger_pieces(serve: Serve, connect: Connect) -> None:
    found = pieces(connect(serve(Raw(CHUNKED_HEAD + b"".join(SMALL_CHUNKS) + b"0\r\n\r\n"))))
    assert b"".join(found) == BODY
    assert len(found) < len(SMALL_CHUNKS) / 2


def test_nothing_is_held_back_from_before_a_cut(serve: Serve, connect: Connect) -> None:
    damaged = CHUNKED_HEAD + b"".join(SMALL_CHUNKS[:999]) + b"nonsense\r\n"
    assert read_until_it_breaks(connect(serve(Raw(damaged)))) == BODY[: 999 * 500]


def test_nothing_is_held_back_while_the_server_pauses(connect: Connect) -> None:
    with running_batch_server() as server:
        server.serve_lines(BODY.splitlines())
        server.goes_on.clear()
        with connect(server).stream_results(batch(BATCH_ID)) as stream:
            received = 0
            for chunk in stream.chunks():
                received += len(chunk)
                if received >= len(BODY) // 2:
                    break
            assert received == len(BODY) // 2
            server.goes_on.set()


# Over TLS


@pytest.mark.usefixtures("no_parser", "trusted")
@pytest.mark.parametrize("is_chunked", [True, False])
def test_secured_results_come_in_pieces_of_many_records(
    serve: Serve,
    connect: Connect,
    tls: ssl.SSLContext,
    is_chunked: bool,  # noqa: FBT001  # a case
) -> None:
    found = pieces(connect(serve(Answer(200, BODY, is_chunked=is_chunked), tls=tls)))
    assert b"".join(found) == BODY
    assert len(found) < len(BODY) / RECORD / 2


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("is_chunked", [True, False])
@pytest.mark.parametrize("size", [700, 3 * RECORD, len(BODY) - 1])
def test_secured_results_that_end_too_early_are_an_interrupted_stream(
    serve: Serve,
    connect: Connect,
    tls: ssl.SSLContext,
    is_chunked: bool,  # noqa: FBT001  # a case
    size: int,
) -> None:
    answer = Answer(200, BODY, is_chunked=is_chunked, cut_at=size)
    assert read_until_it_breaks(connect(serve(answer, tls=tls))) == BODY[:size]


@pytest.mark.usefixtures("trusted")
def test_silence_in_the_middle_of_secured_results_is_told(
    serve: Serve, connect: Connect, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.api.wire.READ_SECONDS", 1.0)
    arrived: list[bytes] = []
    with (
        connect(serve(Answer(200, BODY, hang_at=3 * RECORD), tls=tls)).stream_results(batch()) as stream,
        pytest.raises(InterruptedStreamError, match="nothing arrived"),
    ):
        arrived.extend(stream.chunks())
    assert b"".join(arrived) == BODY[: 3 * RECORD]


class HalfARecord:
    """Sends a line; once `goes_on` another one and half of the record of a third; once `ends` the rest."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.goes_on, self.ends = threading.Event(), threading.Event()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = tls.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._listener, self._listener.accept()[0] as connection:
            self._complete(connection, self._tls.do_handshake)
            self._complete(connection, lambda: self._tls.read(65536))
            head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (3 * len(LINE))
            connection.sendall(self._record(head + LINE))
            self.goes_on.wait(60)
            second, third = self._record(LINE), self._record(LINE)
            connection.sendall(second + third[:20])
            self.ends.wait(60)
            connection.sendall(third[20:])

    def _record(self, data: bytes) -> bytes:
        self._tls.write(data)
        return self._outgoing.read()

    def _complete(self, connection: socket.socket, step: Callable[[], object]) -> None:
        is_done = False
        while not is_done:
            try:
                step()
                is_done = True
            except ssl.SSLWantReadError:
                connection.sendall(self._outgoing.read())
                self._incoming.write(connection.recv(65536))
        connection.sendall(self._outgoing.read())


@pytest.mark.usefixtures("trusted")
def test_nothing_is_held_back_while_half_a_record_has_come(connect: Connect, tls: ssl.SSLContext) -> None:
    server = HalfARecord(tls)
    with connect(server.url).stream_results(batch()) as stream:
        chunks = stream.chunks()
        assert next(chunks) == LINE
        server.goes_on.set()
        assert next(chunks) == LINE
        server.ends.set()
        assert b"".join(chunks) == LINE
