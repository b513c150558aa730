"""Commands that change something: refused where only reading is allowed, proved in production, noted in the log."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine
from tests.support.simulator import place_batch
from tests.support.terminal import Terminal

HOUR = timedelta(hours=1)


def changes(simulator: Simulator) -> list[str]:
    return [request.method for request in simulator.requests if request.method != "GET"]


@pytest.mark.parametrize("arguments", [("--read-only", "cancel", "--yes"), ("--read-only", "delete", "--yes")])
def test_the_flag_before_the_verb_refuses_too(
    batchtui: CommandLine, simulator: Simulator, arguments: tuple[str, ...]
) -> None:
    batchtui.use(simulator)
    outcome = batchtui(*arguments, place_batch(simulator).id)
    assert outcome.code == 2
    assert "Read-only" in outcome.err
    assert not changes(simulator)


def test_a_command_notes_its_changes_and_info_names_the_file(
    batchtui: CommandLine, simulator: Simulator, tmp_path: Path
) -> None:
    batchtui.use(simulator)
    path = tmp_path / "state" / "batchtui" / "audit.ndjson"
    paths = json.loads(batchtui("info", "--json").out)["paths"]
    assert paths["audit log"] == f"{path} (nothing canceled or deleted yet)"
    assert batchtui("delete", "--yes", place_batch(simulator).id).code == 0
    (line,) = map(json.loads, path.read_text().splitlines())
    assert (line["how"], line["action"], line["outcome"]) == ("command", "delete", "deleted")
    assert json.loads(batchtui("info", "--json").out)["paths"]["audit log"] == str(path)


def test_a_log_that_cannot_be_written_is_said_beside_the_change(
    batchtui: CommandLine, simulator: Simulator, tmp_path: Path
) -> None:
    batchtui.use(simulator)
    (tmp_path / "state" / "batchtui" / "audit.ndjson").mkdir(parents=True)
    outcome = batchtui("delete", "--yes", place_batch(simulator).id)
    assert outcome.code == 0
    assert ": deleted" in outcome.err
    assert "The audit log was not written" in outcome.err


def test_marks_of_a_workspace_are_set_and_listed(batchtui: CommandLine) -> None:
    added = ("workspaces", "add", "live", "--key-env", "LIVE_KEY", "--no-check", "--production", "--colour")
    assert "Choose red, orange" in batchtui(*added, "beige").err
    assert batchtui(*added, "red").code == 0
    (entry,) = map(json.loads, batchtui("workspaces", "list", "--json").lines)
    assert (entry["production"], entry["colour"]) == (True, "red")
    assert "production" in batchtui("workspaces", "list").out


def test_a_colour_that_is_none_is_named_with_its_line(batchtui: CommandLine) -> None:
    batchtui.config.write_text('[workspaces.live]\ncolour = "beige"\n')
    outcome = batchtui("workspaces", "list")
    assert outcome.code == 2
    assert 'line 2, column 1: `colour` must be one of "red", "orange"' in outcome.err


@pytest.mark.terminal
def test_in_production_the_terminal_is_asked_for_the_end_of_the_id(simulator: Simulator, tmp_path: Path) -> None:
    batch = place_batch(simulator)
    config = tmp_path / "config.toml"
    config.write_text(f'[workspaces.live]\nbase_url = "{simulator.url}"\nkey_env = "LIVE"\nproduction = true\n')
    environment = {"LIVE": simulator.keys["production"], "HOME": str(tmp_path), "BATCHTUI_CONFIG": str(config)}
    for answer, code, method in (("y", 130, "GET"), (batch.id[-4:], 0, "DELETE")):
        with Terminal("delete", batch.id, environment=environment, folder=tmp_path) as terminal:
            terminal.wait_for("type the last 4 characters of the batch's id")
            terminal.send(answer, "enter")
            assert terminal.wait_exit() == code
        assert simulator.requests[-1].method == method


@pytest.mark.terminal
@pytest.mark.parametrize("way", ["flag", "environment"])
def test_the_demo_can_be_for_reading_only_too(tmp_path: Path, way: str) -> None:
    arguments = ("--read-only", "demo") if way == "flag" else ("demo",)
    environment = {"HOME": str(tmp_path), **({"BATCHTUI_READ_ONLY": "1"} if way == "environment" else {})}
    with Terminal(*arguments, environment=environment, folder=tmp_path) as terminal:
        terminal.wait_for("READ-ONLY")
        terminal.wait_for("running")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert not list(tmp_path.rglob("*.ndjson"))
