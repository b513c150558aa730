from __future__ import annotations

from collections.abc import Callable

import pytest

from batchtui.errors import InterruptedStreamError
from tests.support.api_clients import PatientClient, batch
from tests.support.batch_server import BATCH_ID, running_batch_server
from tests.support.scripted_server import Raw, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
BODY = b'{"custom_id": "a", "result": {"type": "expired"}}\n' * 40_000
SMALL_CHUNKS = [b"%x\r\n%b\r\n" % (len(BODY[at : at + 500]), BODY[at : at + 500]) for at in range(0, len(BODY), 500)]


def pieces(client: PatientClient) -> list[bytes]:
    with client.stream_results(batch()) as stream:
        return list(stream.chunks())


def test_small_chunks_that_are_at_hand_come_in_larger_pieces(serve: Serve, connect: Connect) -> None:
    found = pieces(connect(serve(Raw(HEAD + b"".join(SMALL_CHUNKS) + b"0\r\n\r\n"))))
    assert b"".join(found) == BODY
    assert len(found) < len(SMALL_CHUNKS) / 2


def test_nothing_is_held_back_from_before_a_cut(serve: Serve, connect: Connect) -> None:
    arrived: list[bytes] = []
    with (
        connect(serve(Raw(HEAD + b"".join(SMALL_CHUNKS[:999]) + b"nonsense\r\n"))).stream_results(batch()) as stream,
        pytest.raises(InterruptedStreamError),
    ):
        arrived.extend(stream.chunks())
    assert b"".join(arrived) == BODY[: 999 * 500]


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
