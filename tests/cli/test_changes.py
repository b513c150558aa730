from __future__ import annotations

import json
from datetime import timedelta

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine
from tests.support.simulator import place_batch


def test_a_batch_is_shown_with_its_counts_and_both_of_its_clocks(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    batch = place_batch(simulator, shares={"succeeded": 18, "overloaded": 2}, age=timedelta(minutes=110))
    out = batchtui("show", batch.id).out
    for words in (
        batch.id,
        "succeeded         18 (90%)",
        "errored           2 (10%)",
        "processing expires",
        "(in 28 d 22 h)",
    ):
        assert words in out
    assert json.loads(batchtui("show", batch.id, "--json").out)["request_counts"]["errored"] == 2


def test_a_batch_of_another_workspace_is_not_found_and_the_hint_says_why(
    batchtui: CommandLine, simulator: Simulator
) -> None:
    batchtui.use(simulator)
    foreign = place_batch(simulator, workspace="staging")
    outcome = batchtui("show", foreign.id)
    assert outcome.code == 1
    assert "another workspace" in outcome.err


def test_a_cancellation_that_was_agreed_on_is_done_and_reported(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    running = place_batch(simulator, age=timedelta(hours=1), lasts=None)
    outcome = batchtui("cancel", "--yes", running.id)
    assert (outcome.code, outcome.out) == (0, "")
    assert f"{running.id}: canceling" in outcome.err
    assert json.loads(batchtui("show", running.id, "--json").out)["processing_status"] == "canceling"


def test_one_failure_does_not_keep_the_others_from_being_deleted(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    ended = [place_batch(simulator, f"ended {n}", age=timedelta(hours=3 + n)).id for n in range(2)]
    running = place_batch(simulator, "running", age=timedelta(hours=1), lasts=None).id
    outcome = batchtui("delete", "--yes", ended[0], running, ended[1])
    assert outcome.code == 1
    assert outcome.err.count(": deleted") == 2
    assert "1 of 3 batches failed" in outcome.err
    assert [json.loads(line)["id"] for line in batchtui("list", "--json").lines] == [running]


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_without_a_terminal_to_ask_on_nothing_is_changed(
    batchtui: CommandLine, simulator: Simulator, verb: str
) -> None:
    batchtui.use(simulator)
    batch = place_batch(simulator)
    outcome = batchtui(verb, batch.id)
    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert batchtui("show", batch.id).code == 0


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_a_read_only_workspace_is_not_changed_even_when_asked_nicely(
    batchtui: CommandLine, simulator: Simulator, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batchtui.use(simulator)
    monkeypatch.setenv("BATCHTUI_READ_ONLY", "1")
    batch = place_batch(simulator)
    outcome = batchtui(verb, "--yes", batch.id)
    assert outcome.code == 2
    assert "Read-only" in outcome.err
    assert all(request.method == "GET" for request in simulator.requests)


def test_watching_ends_with_the_last_batch_and_its_exit_code_says_that_requests_failed(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    batchtui.use(simulator)
    short = place_batch(simulator, "short", {"succeeded": 5}, age=timedelta(minutes=1), lasts=timedelta(minutes=2))
    long = place_batch(simulator, "long", {"overloaded": 3}, age=timedelta(minutes=1), lasts=timedelta(minutes=5))
    monkeypatch.setattr("time.sleep", lambda seconds: simulator.scenario.advance(timedelta(seconds=seconds)))
    outcome = batchtui("watch", "--json")
    seen = [(batch["id"], batch["processing_status"]) for batch in map(json.loads, outcome.lines)]
    assert sorted(seen[:2]) == sorted([(short.id, "in_progress"), (long.id, "in_progress")])
    assert seen[2:] == [(short.id, "ended"), (long.id, "ended")]
    assert outcome.code == 3


def test_watching_a_batch_that_has_ended_well_is_over_at_once(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    batch = place_batch(simulator)
    outcome = batchtui("watch", batch.id)
    assert outcome.code == 0
    assert len(outcome.lines) == 1
