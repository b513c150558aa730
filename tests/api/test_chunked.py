"""Chunked bodies are taken apart past the HTTP parser: in any pieces, as that parser would, and never by guessing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, NoReturn

import h11
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.api.chunked import Unchunker
from batchtui.api.intake import Intake
from batchtui.errors import InterruptedStreamError
from tests.support.api_clients import PatientClient, batch, batch_json
from tests.support.scripted_server import Answer, Raw, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

LINE = b'{"custom_id": "a", "result": {"type": "expired"}}\n'
HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"

parts = st.binary(min_size=1, max_size=40) | st.sampled_from([b"\r\n", b"0\r\n\r\n", b"a" * 300])
sizes = st.sampled_from(["%x", "%X", "000%x", "%x;name=value", '%x; name="a b"', "%x "])
trailers = st.sampled_from([b"", b"checksum: 1\r\n", b"a: 1\r\nb: 2\r\n"])
cuts = st.lists(st.integers(0, 10_000), max_size=8)


def frame(parts: Sequence[bytes], size: str = "%x", trailer: bytes = b"") -> bytes:
    chunks = [(size % len(part)).encode() + b"\r\n" + part + b"\r\n" for part in parts]
    return b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


class Body(NamedTuple):
    content: bytes
    framed: bytes


bodies = st.builds(
    lambda parts, size, trailer: Body(b"".join(parts), frame(parts, size, trailer)),
    st.lists(parts, max_size=6),
    sizes,
    trailers,
)


def cut(data: bytes, at: Sequence[int]) -> Iterator[bytes]:
    for start, end in pairwise(sorted({0, len(data), *(min(place, len(data)) for place in at)})):
        yield data[start:end]


def unchunk(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    unchunker = Unchunker()
    content = b"".join(bytes(part) for piece in pieces for part in unchunker.feed(piece))
    return content, unchunker.is_whole


def ask_the_parser(data: bytes) -> tuple[bytes, bool] | None:
    """Return what h11 makes of a body, None where it refuses it."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("host", "h")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(HEAD + data)
    content = b""
    try:
        while (event := connection.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Data):
                content += bytes(event.data)
            if isinstance(event, h11.EndOfMessage):
                return content, True
    except h11.RemoteProtocolError:
        return None
    return content, False


@given(bodies, cuts)
def test_content_is_the_same_however_it_is_framed_and_cut(body: Body, at: list[int]) -> None:
    assert unchunk(cut(body.framed, at)) == (body.content, True)


@given(bodies, cuts, st.integers(0, 10_000))
def test_what_stops_early_is_not_whole_and_its_content_is_a_beginning(body: Body, at: list[int], end: int) -> None:
    content, is_whole = unchunk(cut(body.framed[: end % len(body.framed)], at))
    assert not is_whole
    assert body.content.startswith(content)


@given(bodies, cuts, st.integers(0, 10_000), st.binary(min_size=1, max_size=2))
def test_a_damaged_body_is_refused_or_what_the_parser_takes_it_for(
    body: Body, at: list[int], place: int, other: bytes
) -> None:
    data = bytearray(body.framed)
    data[place % len(data) : place % len(data) + 1] = other
    expected = ask_the_parser(bytes(data))
    try:
        found = unchunk(cut(bytes(data), at))
    except InterruptedStreamError:
        return
    if expected is not None:
        assert found == expected


@pytest.mark.parametrize(
    "damage", [b"nonsense\r\n", b"\r\n", b"-1\r\n", b"5\nabcde", b"1" * 20_000, b"5\r\nabcdeXX\r\n"]
)
def test_a_body_whose_chunks_do_not_follow_each_other_is_refused(damage: bytes) -> None:
    with pytest.raises(InterruptedStreamError, match="damaged"):
        unchunk(iter([b"3\r\nabc\r\n", damage]))


# In a call


def read(client: PatientClient) -> bytes:
    with client.stream_results(batch()) as stream:
        return b"".join(stream.chunks())


def refuse_to_parse(_: httpx.Response, chunk_size: int | None = None) -> NoReturn:
    raise AssertionError(chunk_size)


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a body is read through the parser."""
    monkeypatch.setattr(httpx.Response, "iter_raw", refuse_to_parse)


@pytest.mark.usefixtures("no_parser")
def test_results_do_not_go_through_the_parser(serve: Serve, connect: Connect) -> None:
    assert read(connect(serve(Answer(200, LINE * 9000, is_chunked=True)))) == LINE * 9000


@pytest.mark.usefixtures("no_parser")
@pytest.mark.parametrize("at", [*range(len(HEAD) - 6, len(HEAD) + 6), 1, 5000])
def test_a_head_may_come_in_two_parts(connect: Connect, at: int) -> None:
    data = HEAD + frame([LINE] * 200)
    goes_on = threading.Event()

    class Halves(Raw):
        def play(self, connection: object) -> bool:
            connection.sendall(data[:at])  # type: ignore[attr-defined]  # a socket
            goes_on.wait(0.05)
            connection.sendall(data[at:])  # type: ignore[attr-defined]  # a socket
            return False

    with ScriptedServer(Halves()) as server:
        assert read(connect(server)) == LINE * 200


def test_a_connection_that_was_used_before_serves_results_as_well(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Answer(200, batch_json()), Answer(200, LINE * 9000, is_chunked=True))
    client = connect(server)
    client.retrieve_batch("msgbatch_1")
    monkeypatch.setattr(httpx.Response, "iter_raw", refuse_to_parse)
    assert read(client) == LINE * 9000


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" + HEAD + frame([LINE]),
        b"HTTP/1.1 200 OK\r\n\r\n" + LINE,
        b"HTTP/1.0 200 OK\r\n\r\n" + LINE,
        b"HTTP/1.1 200 OK\ntransfer-encoding: Chunked\n\n" + frame([LINE]),
        b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(LINE) + LINE,
    ],
    ids=["hints-before", "until-the-end", "http-1.0", "bare-newlines", "with-a-length"],
)
def test_other_ways_to_send_a_body_are_understood_too(serve: Serve, connect: Connect, data: bytes) -> None:
    assert read(connect(serve(Raw(data)))) == LINE


def test_chunks_that_end_too_early_are_an_interrupted_stream(serve: Serve, connect: Connect) -> None:
    arrived: list[bytes] = []
    with (
        connect(serve(Answer(200, LINE * 9000, is_chunked=True, cut_at=700))).stream_results(batch()) as stream,
        pytest.raises(InterruptedStreamError, match="the connection ended before the results did"),
    ):
        arrived.extend(stream.chunks())
    assert b"".join(arrived) == (LINE * 9000)[:700]


def test_what_a_proxy_says_before_is_no_head() -> None:
    reply = b"\x05\x00\x00\x01\n\n\n\n\x1f\x90"

    class Stream:
        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # httpcore's signature
            return reply

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            """Send to nobody."""

    assert Intake(Stream()).read(4096) == reply
