"""The state machine behind the API, on a clock that stands still between the steps."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.failures import ApiFailure
from batchtui.demo.outcomes import Counts
from batchtui.demo.rows import PostedRequests
from batchtui.demo.scenario import Scenario, SimulatedWorkspace
from batchtui.demo.scene import Plan, make_batch
from tests.support.simulator import frozen_clock

HOUR = timedelta(hours=1)


@pytest.fixture
def stage() -> Scenario:
    return Scenario(frozen_clock())


def production(stage: Scenario) -> SimulatedWorkspace:
    return stage.workspaces[0]


def place(stage: Scenario, *, lasts: timedelta | None, size: int = 300) -> SimulatedBatch:
    plan = Plan("one", "support", {"succeeded": size}, timedelta(), lasts)
    batch = make_batch(plan, stage.now(), production(stage).id)
    stage.place([batch])
    return batch


def test_a_batch_that_is_not_done_after_24_hours_ends_with_its_rest_expired(stage: Scenario) -> None:
    batch = place(stage, lasts=timedelta(hours=36))
    stage.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert batch.status(stage.now()) == "in_progress"
    stage.advance(timedelta(seconds=1))
    assert batch.status(stage.now()) == "ended"
    assert batch.counts(stage.now()) == Counts(succeeded=200, expired=100)
    assert batch.expires_at == batch.ends_at == batch.created_at + timedelta(hours=24)


def test_results_go_29_days_after_creation_and_the_batch_stays_listed(stage: Scenario) -> None:
    batch = place(stage, lasts=HOUR)
    workspace = production(stage).id
    stage.advance(timedelta(days=29) - timedelta(seconds=1))
    assert stage.results(workspace, batch.id) is batch
    assert batch.to_json(stage.now(), "URL")["archived_at"] is None
    stage.advance(timedelta(seconds=1))
    with pytest.raises(ApiFailure, match="archived") as caught:
        stage.results(workspace, batch.id)
    assert caught.value.status == 404
    shown = batch.to_json(stage.now(), "URL")
    assert shown["archived_at"] == "2026-12-01T12:00:00Z"
    assert shown["results_url"] is None
    assert stage.list_batches(workspace) == ([batch], False)


def test_all_counts_but_processing_stay_0_until_the_end(stage: Scenario) -> None:
    batch = place(stage, lasts=HOUR)
    for _ in range(59):
        stage.advance(timedelta(minutes=1))
        assert batch.counts(stage.now()) == Counts(processing=300)
    stage.advance(timedelta(minutes=1))
    assert batch.counts(stage.now()) == Counts(succeeded=300)


def test_a_cancellation_lets_requests_under_way_finish(stage: Scenario) -> None:
    batch = place(stage, lasts=HOUR)
    stage.advance(timedelta(minutes=30))
    canceling = stage.cancel(production(stage).id, batch.id)
    assert canceling.status(stage.now()) == "canceling"
    assert canceling.counts(stage.now()) == Counts(processing=300)
    stage.advance(timedelta(minutes=1))
    assert canceling.status(stage.now()) == "ended"
    assert canceling.counts(stage.now()) == Counts(succeeded=160, canceled=140)


def test_a_cancellation_that_comes_at_the_last_moment_cancels_nothing(stage: Scenario) -> None:
    batch = place(stage, lasts=HOUR)
    stage.advance(HOUR - timedelta(seconds=1))
    canceling = stage.cancel(production(stage).id, batch.id)
    stage.advance(timedelta(seconds=1))
    shown = canceling.to_json(stage.now(), "URL")
    assert shown["processing_status"] == "ended"
    assert shown["cancel_initiated_at"] is not None
    assert shown["request_counts"]["canceled"] == 0


def test_a_batch_cannot_be_deleted_while_it_runs(stage: Scenario) -> None:
    batch = place(stage, lasts=HOUR)
    with pytest.raises(ApiFailure, match="still processing"):
        stage.delete(production(stage).id, batch.id)
    stage.advance(HOUR)
    stage.delete(production(stage).id, batch.id)
    assert stage.list_batches(production(stage).id) == ([], False)


def test_counts_and_lines_agree_for_every_way_to_end(stage: Scenario) -> None:
    shares = {"succeeded": 90, "overloaded": 6, "bad_role": 4}
    plans = [
        Plan("well", "mixed", shares, HOUR, HOUR),
        Plan("expired", "mixed", shares, 30 * HOUR, 50 * HOUR),
        Plan("canceled", "mixed", shares, HOUR, 2 * HOUR, HOUR / 2, HOUR / 4),
    ]
    for plan in plans:
        batch = make_batch(plan, stage.now(), production(stage).id)
        lines = list(batch.rows.iter_lines())
        found = [sum(f'"type":"{kind}"'.encode() in line for line in lines) for kind in ("succeeded", "errored")]
        counts = batch.counts(stage.now())
        assert [counts.succeeded, counts.errored, len(lines)] == [*found, 100]


def test_results_come_in_another_order_than_the_requests_were_sent(stage: Scenario) -> None:
    requests = PostedRequests(tuple(f"r-{number}" for number in range(40)), ("claude-opus-4-7",) * 40)
    batch = stage.create(production(stage).id, requests)
    custom_ids = [line.split(b'"')[3].decode() for line in batch.rows.iter_lines()]
    assert custom_ids != list(requests.custom_ids)
    assert sorted(custom_ids) == sorted(requests.custom_ids)


SCRIPT = """
import hashlib
from datetime import timedelta
from batchtui.demo.rows import PostedRequests
from batchtui.demo.scenario import Scenario
from batchtui.demo.scene import set_scene
from tests.support.simulator import frozen_clock

stage = Scenario(frozen_clock(), seed={seed})
set_scene(stage)
posted = stage.create(stage.workspaces[0].id, PostedRequests(("a", "b"), ("m", "m")))
digest = hashlib.sha256(stage.spanning_key.encode())
for batch in stage.list_batches(stage.workspaces[0].id, limit=30)[0]:
    digest.update(repr(batch.to_json(stage.now(), "URL")).encode())
    if len(batch.planned) < 1000:
        digest.update(b"".join(batch.rows.iter_lines()))
print(posted.id, digest.hexdigest())
"""


def run_scene(seed: int) -> str:
    script = SCRIPT.format(seed=seed)
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout


def test_the_same_seed_gives_the_same_scene_in_every_process() -> None:
    first, again, other = run_scene(1), run_scene(1), run_scene(2)
    assert first == again
    assert first != other


def test_a_faster_clock_makes_the_hours_shorter() -> None:
    moments = iter((1000.0, 1060.0))
    from batchtui.demo.clock import SimulatedClock

    clock = SimulatedClock(lambda: next(moments), speed=60)
    assert clock.now().timestamp() == 1000 + 3600
