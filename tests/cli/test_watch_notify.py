"""`watch --notify`: events for scripts, by the ways of the settings and a line on stderr, each once."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine
from tests.support.simulator import place_batch

MINUTE = timedelta(minutes=1)


@pytest.fixture
def facts(batchtui: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "facts.ndjson"
    script = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    batchtui.config.write_text(f"[notices]\ncommand = {json.dumps([sys.executable, '-c', script, str(path)])}\n")
    return path


def test_a_command_is_told_of_the_batches_that_are_waited_for_and_of_no_others(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, facts: Path
) -> None:
    batchtui.use(simulator)
    mine = place_batch(simulator, "mine", {"overloaded": 3}, age=MINUTE, lasts=2 * MINUTE)
    place_batch(simulator, "other", age=2 * MINUTE, lasts=3 * MINUTE)
    monkeypatch.setattr("time.sleep", lambda seconds: simulator.scenario.advance(timedelta(seconds=seconds)))
    outcome = batchtui("watch", "--notify", "--json", mine.id)
    assert outcome.code == 3
    assert [json.loads(line)["id"] for line in outcome.lines] == [mine.id, mine.id]
    assert f"A batch of env ended with failures: {mine.id}: 3 of 3 requests (100%) errored or expired" in outcome.err
    (line,) = map(json.loads, facts.read_text().splitlines())
    assert (line["event"], line["batch"]["id"]) == ("failures", mine.id)
    assert "\a" not in outcome.err


def test_a_batch_that_had_ended_already_is_news_to_who_waits_for_it_but_only_once(
    batchtui: CommandLine, simulator: Simulator, facts: Path
) -> None:
    batchtui.use(simulator)
    batch = place_batch(simulator)
    for _ in range(2):
        assert batchtui("watch", "--notify", batch.id).code == 0
    assert len(facts.read_text().splitlines()) == 1


def test_without_notify_nobody_is_told(batchtui: CommandLine, simulator: Simulator, facts: Path) -> None:
    batchtui.use(simulator)
    assert batchtui("watch", place_batch(simulator).id).err == ""
    assert not facts.exists()


def test_a_refused_key_is_an_event_before_it_is_an_error(
    batchtui: CommandLine, simulator: Simulator, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batchtui.use(simulator)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-revoked")
    outcome = batchtui("watch", "--notify")
    assert outcome.code == 1
    assert "The key of env was refused" in outcome.err
    assert json.loads(facts.read_text())["event"] == "key_refused"
    assert "sk-ant" not in facts.read_text()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[notices]\ncommand = 'notify-send done'\n", "line 2, column 1: `command` must be a list of a program"),
        ("[notices]\nevents = ['finished']\n", '`events` must be a list of "ended", "failures"'),
        ("[notices]\nterminal = 'osc8'\n", '`terminal` must be "off", "osc9" or "osc777"'),
        ("notices = true\n", "`notices` must be a table: [notices]"),
    ],
)
def test_settings_that_cannot_be_meant_are_named_with_their_line(
    batchtui: CommandLine, text: str, problem: str
) -> None:
    batchtui.config.write_text(text)
    outcome = batchtui("list")
    assert outcome.code == 2
    assert problem in outcome.err


def test_an_unknown_setting_of_notices_is_a_warning_and_info_shows_the_known(batchtui: CommandLine) -> None:
    batchtui.config.write_text("[notices]\nbel = true\n")
    facts = json.loads(batchtui("info", "--json").out)
    assert facts["settings"]["notices.bell"] == "false (default)"
    assert "did you mean `bell`?" in facts["settings"]["not understood 1"]
    assert facts["paths"]["told notices"].endswith("notices.ndjson")
