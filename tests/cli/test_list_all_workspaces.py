"""`list --all-workspaces`: each workspace with its own key; one that fails says why and hides no other."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.all_workspaces import REVOKED, write_configuration
from tests.support.command_line import CommandLine
from tests.support.simulator import place_batch

HOUR = timedelta(hours=1)


@pytest.fixture
def home(simulator: Simulator, tmp_path: Path, batchtui: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    for name, value in write_configuration(tmp_path, simulator).items():
        monkeypatch.setenv(name, value)
    assert batchtui.config.exists()
    return simulator


def test_every_workspace_is_listed_and_what_failed_is_told_beside_it(batchtui: CommandLine, home: Simulator) -> None:
    ours = place_batch(home, "ours", age=2 * HOUR)
    staged = [place_batch(home, f"staged {hour}", workspace="staging", age=hour * HOUR) for hour in (1, 3)]
    outcome = batchtui("list", "--all-workspaces", "--json")
    listed = [(batch["workspace"], batch["id"]) for batch in map(json.loads, outcome.lines)]
    assert listed == [("production", ours.id), *(("staging", batch.id) for batch in staged)]
    assert outcome.code == 1
    assert "revoked: The key was refused" in outcome.err
    assert "away: No connection" in outcome.err
    assert "Check the network" in outcome.err
    assert REVOKED not in outcome.err


def test_people_get_one_table_with_a_column_for_the_workspace(batchtui: CommandLine, home: Simulator) -> None:
    place_batch(home, "ours")
    place_batch(home, "older", age=3 * HOUR)
    place_batch(home, "staged", workspace="staging")
    heading, *lines = batchtui("list", "--all-workspaces", "--limit", "1").lines
    assert heading.startswith("WORKSPACE        STATUS")
    assert [line.split()[0] for line in lines] == ["production", "staging"]


def test_one_workspace_and_all_of_them_is_a_contradiction(batchtui: CommandLine, home: Simulator) -> None:
    outcome = batchtui("list", "--all-workspaces", "--workspace", "staging")
    assert outcome.code == 2
    assert "Leave out --workspace" in outcome.err
    assert home.requests == ()
