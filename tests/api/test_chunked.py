"""Chunked bodies are taken apart past the HTTP parser: in any pieces, as that parser would, and never by guessing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.api.chunked import Unchunker
from batchtui.errors import InterruptedStreamError
from tests.support.cutting import CUTS, cut

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"

parts = st.binary(min_size=1, max_size=40) | st.sampled_from([b"\r\n", b"0\r\n\r\n", b"a" * 300])
sizes = st.sampled_from(["%x", "%X", "000%x", "%x;name=value", '%x; name="a b"', "%x "])
trailers = st.sampled_from([b"", b"checksum: 1\r\n", b"a: 1\r\nb: 2\r\n"])


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


@given(bodies, CUTS)
def test_content_is_the_same_however_it_is_framed_and_cut(body: Body, at: list[int]) -> None:
    assert unchunk(cut(body.framed, at)) == (body.content, True)


@given(bodies, CUTS, st.integers(0, 10_000))
def test_what_stops_early_is_not_whole_and_its_content_is_a_beginning(body: Body, at: list[int], end: int) -> None:
    content, is_whole = unchunk(cut(body.framed[: end % len(body.framed)], at))
    assert not is_whole
    assert body.content.startswith(content)


@given(bodies, CUTS, st.integers(0, 10_000), st.binary(min_size=1, max_size=2))
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
