"""Commands show what they can of a list, and say on stderr what they leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.odd_batches import GONE, serve_odd

IDS = [f"b{number:02}" for number in range(20, 0, -1)]
KEY = "sk-ant-api03-made-up-0123456789"


@pytest.fixture(autouse=True)
def key(batchtui: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  # which clears it first
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)


def test_nineteen_of_twenty_are_listed_and_the_other_is_named(
    batchtui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_odd(IDS, {"b07": {"created_at": GONE, "processing_status": "\x1b[31m"}}) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        outcome = batchtui("list", "--json")
    assert [json.loads(line)["id"] for line in outcome.lines] == [each for each in IDS if each != "b07"]
    assert "1 batch could not be read: b07 (created_at: Field required)" in outcome.err
    assert len(outcome.err.splitlines()) == 2
    assert outcome.code == 3


def test_a_list_of_odd_batches_only_is_not_said_to_be_empty(
    batchtui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_odd(["b01"], {"b01": {"created_at": GONE}}) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        outcome = batchtui("list")
    assert (outcome.code, outcome.out) == (3, "")
    assert "1 batch could not be read: b01" in outcome.err
    assert "no batches" not in outcome.err


def test_each_workspace_names_its_own(batchtui: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("MADE_UP", KEY)
    with serve_odd(IDS, {"b07": {"created_at": GONE}}) as odd, serve_odd(IDS, {}) as even:
        servers = {"odd": odd.url, "even": even.url}
        tables = [f'[workspaces.{name}]\nbase_url = "{url}"\nkey_env = "MADE_UP"\n' for name, url in servers.items()]
        (tmp_path / "config.toml").write_text("".join(tables))
        outcome = batchtui("list", "--all-workspaces", "--json")
    assert len(outcome.lines) == 39
    assert [line for line in outcome.err.splitlines() if "read" in line] == [
        "odd: 1 batch could not be read: b07 (created_at: Field required)"
    ]
    assert outcome.code == 3


def test_waiting_for_all_says_which_it_cannot_wait_for(batchtui: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_odd(IDS, {"b07": {"created_at": GONE}}) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        outcome = batchtui("watch")
    assert "b07 (created_at: Field required)" in outcome.err
    assert outcome.code == 3
