from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from batchtui.demo.simulator import Simulator
from batchtui.errors import AuthenticationError, BadRequestError, NotFoundError, ResultsNotReadyError
from batchtui.models import MessageBatch
from tests.support.api_clients import PatientClient
from tests.support.simulator import NOON, place_batch

Connect = Callable[..., PatientClient]


@pytest.fixture
def client(simulator: Simulator, connect: Connect) -> PatientClient:
    return connect(simulator.url, key=SecretStr(simulator.keys["production"]))


def test_a_batch_lives_from_its_creation_to_its_deletion(client: PatientClient, simulator: Simulator) -> None:
    params = {"model": "claude-sonnet-4-6", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
    created = client.create_batch([{"custom_id": "first", "params": params}])
    assert created.request_counts.processing == 1
    assert [each.id for each in client.iter_batches()] == [created.id]
    assert client.cancel_batch(created.id).processing_status == "canceling"
    with pytest.raises(ResultsNotReadyError), client.stream_results(created):
        pass
    with pytest.raises(BadRequestError):
        client.delete_batch(created.id)
    ended = place_batch(simulator)
    assert client.delete_batch(ended.id).id == ended.id
    with pytest.raises(NotFoundError):
        client.retrieve_batch(ended.id)


def test_the_server_tells_its_time_and_whose_the_key_is(client: PatientClient, simulator: Simulator) -> None:
    began = datetime.now(UTC)
    client.list_batches()
    assert client.facts.workspace_id == simulator.workspace_ids["production"]
    assert client.facts.organization_id
    assert client.facts.request_id
    assert client.facts.clock_offset is not None
    now = datetime.now(UTC)
    assert abs(now + client.facts.clock_offset - NOON) < timedelta(seconds=2) + (now - began)
    assert client.list_models()
    assert client.count_tokens({"model": "claude-sonnet-4-6", "messages": []}).input_tokens >= 0


def test_a_spanning_key_needs_the_name_of_a_workspace(simulator: Simulator, connect: Connect) -> None:
    key = SecretStr(simulator.spanning_key)
    with pytest.raises(BadRequestError) as caught:
        connect(simulator.url, key=key).list_batches()
    assert "wrkspc_" in caught.value.hint
    with pytest.raises(NotFoundError) as missing:
        connect(simulator.url, key=key, workspace_id="wrkspc_01none").list_batches()
    assert "wrkspc_" in missing.value.hint
    workspace_id = simulator.workspace_ids["production"]
    client = connect(simulator.url, key=key, workspace_id=workspace_id)
    assert client.list_batches().data == ()
    assert client.facts.workspace_id == workspace_id


def test_a_wrong_key_is_refused(simulator: Simulator, connect: Connect) -> None:
    with pytest.raises(AuthenticationError):
        connect(simulator.url).list_batches()


def test_compressed_results_can_be_continued_uncompressed(client: PatientClient, simulator: Simulator) -> None:
    batch = client.retrieve_batch(place_batch(simulator, shares={"succeeded": 320}).id)
    with client.stream_results(batch) as stream:
        whole = b"".join(stream.chunks())
        etag = stream.etag
    assert whole.count(b"\n") == 320
    with client.stream_results(batch, offset=1000, etag=etag) as stream:
        assert stream.is_resumed
        assert b"".join(stream.chunks()) == whole[1000:]


def test_a_thousand_and_more_batches_come_in_their_order(client: PatientClient, simulator: Simulator) -> None:
    for number in range(1005):
        place_batch(simulator, f"batch {number}", {"succeeded": 1})
    batches: list[MessageBatch] = list(client.iter_batches())
    assert len({each.id for each in batches}) == 1005
    assert client.list_batches(limit=1004).data == tuple(batches[:1004])
    newer = client.list_batches(limit=1003, before_id=batches[-1].id)
    assert newer.data == tuple(batches[1:1004])
    assert newer.has_more
