from __future__ import annotations

import json
from datetime import timedelta

import pytest

from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine
from tests.support.simulator import place_batch


def test_every_batch_of_every_page_is_a_line_newest_first(batchtui: CommandLine, scene: Simulator) -> None:
    batchtui.use(scene)
    outcome = batchtui("list", "--json")
    batches = [json.loads(line) for line in outcome.lines]
    created = [batch["created_at"] for batch in batches]
    assert outcome.code == 0
    assert len(batches) > 50
    assert created == sorted(created, reverse=True)
    assert {"request_counts", "processing_status", "expires_at", "results_url"} <= set(batches[0])


def test_a_limit_counts_what_is_shown_not_what_is_asked(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    place_batch(simulator, "running", age=timedelta(hours=1), lasts=None)
    ended = [place_batch(simulator, f"ended {n}", age=timedelta(hours=2 + n)).id for n in range(3)]
    outcome = batchtui("list", "--status", "ended", "--limit", "2", "--json")
    assert [json.loads(line)["id"] for line in outcome.lines] == ended[:2]


def test_people_get_a_table_with_what_failed_and_what_is_left(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    batch = place_batch(simulator, shares={"succeeded": 10, "overloaded": 2}, age=timedelta(minutes=110))
    heading, line = batchtui("list").lines
    assert heading.split()[:2] == ["STATUS", "ID"]
    assert batch.id in line
    assert line.split("  ")[-1].strip() == "28 d 22 h for results"
    assert " 12 " in line
    assert " 2 " in line


def test_a_workspace_without_batches_is_said_to_have_none(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator, "sandbox")
    outcome = batchtui("list")
    assert (outcome.code, outcome.out) == (0, "")
    assert "no batches" in outcome.err
    assert batchtui("list", "--json").out == ""


def test_an_unknown_status_is_named_with_those_that_there_are(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    outcome = batchtui("list", "--status", "finished")
    assert outcome.code == 2
    assert "'finished' is none of in_progress, canceling, ended" in outcome.err


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Fault("status", status=401, error_type="authentication_error"), 1, "The key was refused"),
        (Fault("status", status=403, error_type="permission_error"), 1, "Not allowed"),
        (Fault("html", status=200), 1, "not understood"),
        (Fault("wrong_json"), 1, "not understood"),
    ],
)
def test_what_the_server_refuses_is_a_sentence_with_a_way_out(
    batchtui: CommandLine, simulator: Simulator, fault: Fault, code: int, words: str
) -> None:
    batchtui.use(simulator)
    simulator.faults.add(fault)
    outcome = batchtui("list")
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err
    assert len(outcome.err.splitlines()) >= 2
    assert simulator.keys["production"] not in outcome.err


def test_a_hostile_field_does_not_reach_the_terminal_as_a_command(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    place_batch(simulator)
    simulator.faults.add(Fault("novelties"))
    outcome = batchtui("list")
    assert outcome.code == 0
    assert "\x1b" not in outcome.out
