"""Anthropic's own SDK is content with the simulator, and our models read the same things out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

import anthropic
import httpx
import pytest
from anthropic import Anthropic
from anthropic.types import ModelInfo as SdkModel
from anthropic.types.messages import MessageBatch as SdkBatch
from anthropic.types.messages import MessageBatchIndividualResponse as SdkResult
from pydantic import BaseModel, TypeAdapter

from batchtui.demo.outcomes import CAUSES
from batchtui.demo.simulator import Simulator
from batchtui.models import MessageBatch, ModelInfo, RequestCounts
from batchtui.results.detail import parse_detail
from tests.demo.conftest import Connect, ConnectSdk
from tests.support.simulator import place_batch

ALL_CAUSES = {"succeeded": 64, **dict.fromkeys(CAUSES, 2)}
HOUR = timedelta(hours=1)
STRICT = TypeAdapter(SdkResult)


@pytest.fixture
def sdk(simulator: Simulator, connect_sdk: ConnectSdk) -> Anthropic:
    return connect_sdk(simulator)


def test_the_sdk_lists_every_batch_once_over_all_pages(scene: Simulator, connect_sdk: ConnectSdk) -> None:
    everything, _ = scene.scenario.list_batches(scene.workspace_ids["production"], limit=1000)
    listed = [batch.id for batch in connect_sdk(scene).messages.batches.list(limit=20)]
    assert listed == [batch.id for batch in everything]
    assert len(scene.requests) == -(-len(everything) // 20)


def test_the_sdk_pages_to_older_and_to_newer_batches(simulator: Simulator, sdk: Anthropic) -> None:
    ids = [place_batch(simulator, f"{age}", age=timedelta(hours=age)).id for age in range(2, 12)]
    older = sdk.messages.batches.list(limit=3, after_id=ids[2])
    assert [batch.id for batch in older.data] == ids[3:6]
    assert (older.first_id, older.last_id, older.has_more) == (ids[3], ids[5], True)
    newer = sdk.messages.batches.list(limit=3, before_id=ids[6])
    assert [batch.id for batch in newer.data] == ids[3:6]
    assert newer.has_more
    assert not sdk.messages.batches.list(limit=3, before_id=ids[3]).has_more
    assert not sdk.messages.batches.list(limit=3, after_id=ids[6]).has_more
    nothing = sdk.messages.batches.list(after_id=ids[-1])
    assert (nothing.data, nothing.first_id, nothing.last_id, nothing.has_more) == ([], None, None, False)


def test_the_sdk_creates_a_batch_and_reads_each_result(simulator: Simulator, sdk: Anthropic) -> None:
    params: Any = {"model": "claude-haiku-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}
    created = sdk.messages.batches.create(requests=[{"custom_id": f"r-{n}", "params": params} for n in range(30)])
    assert (created.processing_status, created.request_counts.processing) == ("in_progress", 30)
    assert next(iter(sdk.messages.batches.list())).id == created.id
    simulator.scenario.advance(timedelta(minutes=5))
    results = list(sdk.messages.batches.results(created.id))
    assert sorted(result.custom_id for result in results) == sorted(f"r-{n}" for n in range(30))
    assert {result.result.message.model for result in results if result.result.type == "succeeded"} == {params["model"]}


def test_the_sdk_cancels_and_deletes(simulator: Simulator, sdk: Anthropic) -> None:
    batch = place_batch(simulator, shares={"succeeded": 400}, age=HOUR, lasts=2 * HOUR)
    assert sdk.messages.batches.cancel(batch.id).processing_status == "canceling"
    with pytest.raises(anthropic.BadRequestError, match="still processing"):
        sdk.messages.batches.delete(batch.id)
    simulator.scenario.advance(timedelta(minutes=1))
    canceled = sdk.messages.batches.retrieve(batch.id)
    assert (canceled.processing_status, canceled.request_counts.canceled) == ("ended", 186)
    deleted = sdk.messages.batches.delete(batch.id)
    assert (deleted.id, deleted.type) == (batch.id, "message_batch_deleted")
    with pytest.raises(anthropic.NotFoundError):
        sdk.messages.batches.retrieve(batch.id)


def test_the_sdk_streams_a_large_batch_and_may_leave_in_the_middle(simulator: Simulator, sdk: Anthropic) -> None:
    batch = place_batch(simulator, shares={"succeeded": 100_000}, theme="evals")
    stream = sdk.messages.batches.results(batch.id)
    assert len({result.custom_id for result in islice(stream, 500)}) == 500
    stream.http_response.close()
    assert sdk.messages.batches.retrieve(batch.id).request_counts.succeeded == 100_000


def test_the_sdk_lists_models_and_counts_tokens(simulator: Simulator, sdk: Anthropic, connect: Connect) -> None:
    models = list(sdk.models.list(limit=2))
    raw = connect(simulator).get("/v1/models").json()["data"]
    assert [model.id for model in models] == [model["id"] for model in raw]
    for model, data in zip(models, raw, strict=True):
        SdkModel.model_validate(data)
        ours = ModelInfo.model_validate(data)
        assert [getattr(ours, name) for name in ModelInfo.model_fields] == [
            getattr(model, name) for name in ModelInfo.model_fields
        ]
    assert sdk.models.retrieve("claude-haiku-4-5").id == "claude-haiku-4-5-20251001"
    with pytest.raises(anthropic.NotFoundError):
        sdk.models.retrieve("claude-nobody")
    count = sdk.messages.count_tokens(model=models[0].id, messages=[{"role": "user", "content": "Hello " * 100}])
    assert count.input_tokens > 100


def test_the_sdk_works_with_a_bearer_token(simulator: Simulator) -> None:
    with Anthropic(auth_token=simulator.keys["staging"], base_url=simulator.url, max_retries=0) as sdk:
        assert sdk.messages.batches.list().data == []
    assert simulator.requests[-1].workspace == "staging"


def test_the_sdk_works_with_a_key_of_all_workspaces(simulator: Simulator, connect_sdk: ConnectSdk) -> None:
    batch = place_batch(simulator, workspace="staging")
    sdk = connect_sdk(simulator, key=simulator.spanning_key)
    named = {"anthropic-workspace-id": simulator.workspace_ids["staging"]}
    assert [each.id for each in sdk.messages.batches.list(extra_headers=named)] == [batch.id]
    with pytest.raises(anthropic.BadRequestError, match="anthropic-workspace-id is required"):
        sdk.messages.batches.list()


def plain_fields(model: BaseModel) -> dict[str, Any]:
    """Return a model's documented fields, nested ones under dotted names."""
    fields: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            fields |= {f"{name}.{inner}": leaf for inner, leaf in plain_fields(value).items()}
        else:
            fields[name] = value
    return fields


def test_our_models_agree_with_the_sdk_field_by_field(
    scene: Simulator, connect: Connect, connect_sdk: ConnectSdk
) -> None:
    client, sdk = connect(scene), connect_sdk(scene)
    assert set(MessageBatch.model_fields) == set(SdkBatch.model_fields)
    assert set(RequestCounts.model_fields) == set(
        type(next(iter(sdk.messages.batches.list())).request_counts).model_fields
    )
    statuses = set()
    for data in client.get("/v1/messages/batches", params={"limit": 1000}).json()["data"]:
        ours, theirs = MessageBatch.model_validate(data), SdkBatch.model_validate(data)
        assert plain_fields(ours) == plain_fields(theirs)
        assert not ours.model_extra
        statuses.add(ours.processing_status)
    assert statuses == {"in_progress", "canceling", "ended"}


def usage_counts(message: anthropic.types.Message) -> dict[str, int]:
    usage: Mapping[str, Any] = message.usage.model_dump(exclude_none=True)
    nested = {f"cache_creation.{name}": value for name, value in usage["cache_creation"].items()}
    return {name: value for name, value in usage.items() if isinstance(value, int)} | nested


def test_our_results_agree_with_the_sdk_line_by_line(
    simulator: Simulator, client: httpx.Client, sdk: Anthropic
) -> None:
    batch = place_batch(simulator, shares=ALL_CAUSES, age=30 * HOUR, lasts=26 * HOUR)
    canceled = place_batch(simulator, "canceled", lasts=3 * HOUR, canceled_after=HOUR)
    found: set[str | None] = set()
    for batch_id in (batch.id, canceled.id):
        lines = client.get(f"/v1/messages/batches/{batch_id}/results").content.splitlines()
        for line, theirs in zip(lines, sdk.messages.batches.results(batch_id), strict=True):
            if b'"request_too_large"' not in line:  # documented, though the SDK has no class for it
                STRICT.validate_json(line)
            ours, result = parse_detail(line), theirs.result
            assert (ours.custom_id, ours.type) == (theirs.custom_id, result.type)
            found.add(result.type)
            if result.type == "succeeded":
                message = result.message
                assert (ours.message_id, ours.model) == (message.id, message.model)
                assert (ours.stop_reason, ours.stop_sequence) == (message.stop_reason, message.stop_sequence or "")
                assert len(ours.blocks) == len(message.content)
                assert dict(ours.usage) == usage_counts(message)
                found |= {message.stop_reason, *(block.type for block in message.content)}
            elif result.type == "errored":
                error = result.error
                assert (ours.error_type, ours.error_message) == (error.error.type, error.error.message)
                assert ours.request_id == (error.request_id or "")
                found.add(error.error.type)
    assert found >= {"succeeded", "errored", "canceled", "expired"}
    assert found >= {cause.type for cause in CAUSES.values()}
    assert found >= {"end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal", "pause_turn"}
    assert found >= {"text", "thinking", "redacted_thinking", "server_tool_use", "web_search_tool_result"}
