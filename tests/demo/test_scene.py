"""The demo's stage has something for every key of the help screen, and it moves within the first minute."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from batchtui.demo.outcomes import CAUSES
from batchtui.demo.simulator import Simulator
from tests.demo.conftest import Connect
from tests.support.simulator import NOON

Batches = list[dict[str, Any]]


def fetch(scene: Simulator, workspace: str = "production") -> Batches:
    headers = {"x-api-key": scene.keys[workspace], "anthropic-version": "2023-06-01"}
    answer = httpx.get(f"{scene.url}/v1/messages/batches", params={"limit": 1000}, headers=headers)
    return list(answer.json()["data"])


def age(batch: dict[str, Any]) -> timedelta:
    return NOON - datetime.fromisoformat(batch["created_at"])


def counts(batch: dict[str, Any]) -> tuple[int, ...]:
    return tuple(batch["request_counts"].values())


def test_production_needs_a_second_page_and_sandbox_is_empty(scene: Simulator) -> None:
    assert 60 <= len(fetch(scene)) <= 80
    assert 3 <= len(fetch(scene, "staging")) <= 8
    assert fetch(scene, "sandbox") == []


def test_batches_run_at_every_age(scene: Simulator) -> None:
    running = [batch for batch in fetch(scene) if batch["processing_status"] == "in_progress"]
    assert 10 <= len(running) <= 20
    assert any(age(batch) < timedelta(minutes=5) for batch in running)
    assert any(timedelta(hours=23) < age(batch) < timedelta(hours=23, minutes=30) for batch in running)
    assert any(sum(counts(batch)) > 40_000 for batch in running)


def test_batches_end_one_after_the_other_within_the_first_minute(scene: Simulator) -> None:
    def ended() -> dict[str, tuple[int, ...]]:
        return {each["id"]: counts(each) for each in fetch(scene) if each["processing_status"] == "ended"}

    before, steps = ended(), []
    for _ in range(12):
        scene.scenario.advance(timedelta(seconds=5))
        steps.append(len(ended()))
    new = [each for batch_id, each in ended().items() if batch_id not in before]
    assert len(set(steps)) >= 5
    assert steps[1] == len(before) < steps[2]
    assert any(succeeded and not sum(bad) for _, succeeded, *bad in new)
    assert any(errored for _, _, errored, *_ in new)
    assert any(canceled for *_, canceled, _ in new)
    assert any(expired for *_, expired in new)


def test_every_way_to_end_is_on_the_stage(scene: Simulator) -> None:
    batches = fetch(scene)
    ended = [counts(batch) for batch in batches if batch["processing_status"] == "ended"]
    assert {batch["processing_status"] for batch in batches} == {"in_progress", "canceling", "ended"}
    assert any(not any(numbers) for numbers in ended), "empty"
    assert (0, 1, 0, 0, 0) in ended, "tiny"
    assert any(sum(numbers) == 100_000 for numbers in ended), "huge"
    assert (0, 13_983, 6017, 0, 0) in ended, "the one that paged somebody"
    assert any(errored and not succeeded for _, succeeded, errored, *_ in ended), "all failed"
    assert any(canceled and succeeded for _, succeeded, _, canceled, _ in ended), "canceled in part"
    assert any(expired and succeeded for _, succeeded, *_, expired in ended), "expired in part"


def test_some_results_are_near_their_29_days_and_some_are_gone(scene: Simulator) -> None:
    batches = fetch(scene)
    archived = [batch for batch in batches if batch["archived_at"]]
    assert len(archived) >= 2
    assert all(batch["results_url"] is None for batch in archived)
    days = [age(batch) / timedelta(days=1) for batch in batches if not batch["archived_at"]]
    assert sum(27 < each < 29 for each in days) >= 3
    assert any(timedelta(days=29) - age(batch) < timedelta(hours=1) for batch in batches if not batch["archived_at"])


def read_results(scene: Simulator, connect: Connect, numbers: tuple[int, ...]) -> list[Any]:
    (batch,) = (batch for batch in fetch(scene) if counts(batch) == numbers)
    return [json.loads(line) for line in connect(scene).get(batch["results_url"]).content.split(b"\n")[:-1]]


def test_one_batch_failed_for_every_cause_there_is(scene: Simulator, connect: Connect) -> None:
    (numbers,) = (counts(batch) for batch in fetch(scene) if counts(batch)[1] == 313)
    errors = [
        line["result"]["error"]["error"] for line in read_results(scene, connect, numbers) if "error" in line["result"]
    ]
    found = Counter(error["type"] for error in errors)
    assert set(found) == {cause.type for cause in CAUSES.values()}


def test_one_batch_holds_every_kind_of_answer(scene: Simulator, connect: Connect) -> None:
    messages = [line["result"]["message"] for line in read_results(scene, connect, (0, 192, 0, 0, 0))]
    kinds = {block["type"] for message in messages for block in message["content"]}
    assert kinds >= {"text", "thinking", "redacted_thinking", "tool_use", "server_tool_use", "web_search_tool_result"}
    reasons = {message["stop_reason"] for message in messages}
    assert reasons >= {"end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal", "pause_turn"}
    assert any(not message["content"] for message in messages)


@pytest.mark.parametrize(
    "evil", [b"\\u001b[2J", "\u202e".encode(), "\u2028".encode(), b"=HYPERLINK", b"[/red]", "\x9b".encode()]
)
def test_one_batch_means_harm(scene: Simulator, connect: Connect, evil: bytes) -> None:
    (batch,) = (batch for batch in fetch(scene) if counts(batch) == (0, 40, 2, 0, 0))
    body = connect(scene).get(batch["results_url"]).content
    assert evil in body
    assert body.count(b"\n") == 42
