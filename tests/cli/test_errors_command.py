from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.batch_server import BATCH_ID, BatchServer, running_batch_server
from tests.support.command_line import CommandLine
from tests.support.result_lines import bare, errored, succeeded
from tests.support.simulator import place_batch


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, batchtui: CommandLine) -> Iterator[BatchServer]:
    assert batchtui.config.parent.exists()
    with running_batch_server() as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-made-up")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        yield server


def test_failures_stand_by_their_cause_with_what_to_do_and_two_examples(
    batchtui: CommandLine, server: BatchServer
) -> None:
    server.serve_lines(
        [
            errored("a-1", "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
            succeeded("fine"),
            errored("a-2", "invalid_request_error", "prompt is too long: 220000 tokens > 200000 maximum"),
            succeeded("short", "So I", stop_reason="max_tokens"),
        ]
    )
    outcome = batchtui("errors", BATCH_ID)
    assert outcome.code == 0
    assert [line.strip() for line in outcome.lines] == [
        "COUNT % OF ALL  CAUSE, AND WHAT TO DO BEFORE SENDING AGAIN",
        "2      50%  invalid_request_error: fix the request first",
        "prompt is too long: … tokens > 200000 maximum",
        "first a-1  prompt is too long: 210000 tokens > 200000 maximum",
        "last  a-2  prompt is too long: 220000 tokens > 200000 maximum",
        "1      25%  max_tokens: raise max_tokens",
        "the answer was cut at max_tokens",
        "first short  So I",
    ]
    assert outcome.err == "3 of 4 results have no whole answer, for 2 reasons; 0 can be sent again as they are.\n"


def test_a_program_gets_a_group_a_line(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    batch = place_batch(simulator, shares={"succeeded": 3, "overloaded": 4, "prompt_too_long": 6})
    groups = [json.loads(line) for line in batchtui("errors", batch.id, "--json").lines]
    by_cause = {group["cause"]: group for group in groups}
    long, again = by_cause["invalid_request_error"], by_cause["overloaded_error"]
    assert (long["count"], long["retryable"], again["count"], again["retryable"]) == (6, False, 4, True)
    assert long["message"] == "prompt is too long: … tokens > 200000 maximum"
    assert long["first"]["message"] != long["last"]["message"]
    assert again["last"]["custom_id"].startswith("mixed-")
    assert (long["share"], again["share"]) == (pytest.approx(6 / 13, abs=1e-4), pytest.approx(4 / 13, abs=1e-4))
    assert [group["count"] for group in groups] == sorted((group["count"] for group in groups), reverse=True)


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_what_a_hostile_server_says_reaches_no_terminal_as_a_command(
    batchtui: CommandLine, server: BatchServer, option: tuple[str, ...]
) -> None:
    server.serve_lines([errored("\x1b[2J", "\x9b31m", "\x1b]0;owned\x07 \u202e\x7f\nnext"), bare("\ud800", "expired")])
    outcome = batchtui("errors", BATCH_ID, *option)
    assert outcome.code == 0
    for character in "\x1b\x9b\x07\u202e\x7f":
        assert character not in outcome.out
    assert all(line[0] in " {" for line in outcome.lines)


def test_a_batch_without_failures_says_so_and_prints_nothing(batchtui: CommandLine, server: BatchServer) -> None:
    server.serve_lines([succeeded("a"), succeeded("b")])
    outcome = batchtui("errors", BATCH_ID)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "None of 2 results failed, was cut or refused.\n"


def test_results_that_the_batch_promised_and_that_did_not_come_are_counted(
    batchtui: CommandLine, server: BatchServer
) -> None:
    server.serve_lines([errored("a")])
    server.promised = {"errored": 3}
    outcome = batchtui("errors", BATCH_ID)
    assert outcome.code == 3
    assert "lacks: 2." in outcome.err


def test_lines_that_are_no_results_are_not_all_right(batchtui: CommandLine, server: BatchServer) -> None:
    server.results = errored("a") + b"\n{no json\n"
    server.promised = {"errored": 1}
    outcome = batchtui("errors", BATCH_ID)
    assert outcome.code == 3
    assert "the line cannot be read as a result" in outcome.out


def test_results_that_the_batch_did_not_promise_are_counted(batchtui: CommandLine, server: BatchServer) -> None:
    server.serve_lines([errored("a"), errored("b"), errored("c")])
    server.promised = {"errored": 1}
    outcome = batchtui("errors", BATCH_ID)
    assert outcome.code == 3
    assert "the batch does not count: 2." in outcome.err


def test_a_running_batch_has_no_errors_yet(batchtui: CommandLine, server: BatchServer) -> None:
    server.serve_lines([errored("a")])
    server.status = "in_progress"
    outcome = batchtui("errors", BATCH_ID)
    assert (outcome.code, outcome.out) == (1, "")
    assert "Results are not ready" in outcome.err


def test_nothing_of_the_results_stays_on_the_disk(batchtui: CommandLine, server: BatchServer) -> None:
    server.serve_lines([errored("a")])
    batchtui("errors", BATCH_ID)
    assert not [name for _, _, names in os.walk(batchtui.config.parent) for name in names]
