"""Results as they travel: whole, compressed, in parts, and left in the middle."""

from __future__ import annotations

import asyncio
import collections
import gzip
import itertools
import time

import httpx
import pytest
from starlette.types import Message

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.downloads import Delivery, ResultsResponse
from batchtui.demo.simulator import Simulator
from tests.demo.conftest import Connect
from tests.support.simulator import place_batch, running_simulator

PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def batch(simulator: Simulator) -> SimulatedBatch:
    return place_batch(simulator, shares={"succeeded": 2500, "overloaded": 60})


def path_of(batch: SimulatedBatch) -> str:
    return f"/v1/messages/batches/{batch.id}/results"


def test_results_are_chunked_json_lines_without_a_length(client: httpx.Client, batch: SimulatedBatch) -> None:
    answer = client.get(path_of(batch), headers=PLAIN)
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.headers
    assert answer.content.endswith(b"\n")
    assert answer.content.count(b"\n") == len(batch.planned)
    assert client.head(path_of(batch), headers=PLAIN).content == b""


def test_compressed_results_are_the_same_bytes(client: httpx.Client, batch: SimulatedBatch) -> None:
    plain = client.get(path_of(batch), headers=PLAIN)
    with client.stream("GET", path_of(batch), headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] == f"W/{plain.headers['etag']}"
    assert gzip.decompress(packed) == plain.content


@pytest.mark.parametrize(("first", "last"), [(0, None), (1, 9), (700_000, None), (-1, None), (123_456, 10**9)])
def test_a_range_is_exactly_those_bytes(
    client: httpx.Client, batch: SimulatedBatch, first: int, last: int | None
) -> None:
    whole = client.get(path_of(batch), headers=PLAIN)
    first %= len(whole.content)
    asked = {**PLAIN, "range": f"bytes={first}-{last or ''}", "if-range": whole.headers["etag"]}
    part = client.get(path_of(batch), headers=asked)
    until = min(last or len(whole.content), len(whole.content) - 1)
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes {first}-{until}/{len(whole.content)}"
    assert part.content == whole.content[first : until + 1]


def test_a_range_of_something_else_is_answered_with_the_whole(client: httpx.Client, batch: SimulatedBatch) -> None:
    whole = client.get(path_of(batch), headers=PLAIN)
    for if_range in ('"other"', f"W/{whole.headers['etag']}"):
        answer = client.get(path_of(batch), headers={**PLAIN, "range": "bytes=5-", "if-range": if_range})
        assert (answer.status_code, answer.content) == (200, whole.content)


def test_a_range_behind_the_end_is_refused(client: httpx.Client, batch: SimulatedBatch) -> None:
    size = len(client.get(path_of(batch), headers=PLAIN).content)
    answer = client.get(path_of(batch), headers={**PLAIN, "range": f"bytes={size}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


def test_a_server_as_the_documentation_has_it_promises_nothing(connect: Connect) -> None:
    with running_simulator(delivery=Delivery(is_compressed=False, is_resumable=False)) as simulator:
        path = path_of(place_batch(simulator))
        client = connect(simulator)
        whole = client.get(path)
        assert not {"etag", "accept-ranges", "content-encoding"} & set(whole.headers)
        assert client.get(path, headers={"range": "bytes=5-"}).content == whole.content


def test_an_empty_batch_has_empty_results(simulator: Simulator, client: httpx.Client) -> None:
    batch = place_batch(simulator, shares={})
    for headers in (PLAIN, {"accept-encoding": "gzip"}):
        answer = client.get(path_of(batch), headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")


async def test_a_client_that_leaves_in_the_middle_ends_the_work() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        """Take it."""

    endless = ResultsResponse(itertools.repeat(b"line\n"), {})
    await asyncio.wait_for(endless({"type": "http", "method": "GET"}, receive, send), timeout=60)


def test_a_server_stops_at_once_in_the_middle_of_an_answer(simulator: Simulator, client: httpx.Client) -> None:
    huge = place_batch(simulator, "huge", {"succeeded": 100_000})
    with client.stream("GET", path_of(huge), headers=PLAIN) as answer:
        chunks = answer.iter_raw()
        next(chunks)
        started = time.monotonic()
        simulator.stop()
        assert time.monotonic() - started < 10
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            collections.deque(chunks, maxlen=0)
