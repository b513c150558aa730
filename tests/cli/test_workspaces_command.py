from __future__ import annotations

import io
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine
from tests.support.secret_service import SecretService, secret_service
from tests.support.simulator import place_batch
from tests.support.terminal import PROGRAM, Terminal


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """Lead this process to an unlocked keyring of its own."""
    monkeypatch.delenv("DISPLAY", raising=False)
    with secret_service("unlocked") as service:
        for variable, value in service.environ.items():
            monkeypatch.setenv(variable, value)
        yield service


def add(batchtui: CommandLine, simulator: Simulator, name: str = "research", *options: str) -> None:
    """Add a workspace whose key the environment holds."""
    outcome = batchtui("workspaces", "add", name, "--key-env", "RESEARCH_KEY", "--base-url", simulator.url, *options)
    assert outcome.code == 0, outcome.err


@pytest.fixture
def key(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put the production workspace's key into the environment."""
    monkeypatch.setenv("RESEARCH_KEY", simulator.keys["production"])
    return simulator.keys["production"]


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Make `text` the standard input, as a pipe does."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.secret_service
def test_a_key_from_standard_input_is_checked_named_kept_in_the_keyring_and_nowhere_else(
    batchtui: CommandLine, simulator: Simulator, keyring: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_batch(simulator)
    key = simulator.keys["production"]
    type_in(monkeypatch, f"  {key}\r\nanother line\n")
    added = batchtui("workspaces", "add", "research", "--key-stdin", "--base-url", simulator.url)
    assert (added.code, added.out) == (0, "")
    assert f"belongs to workspace {simulator.workspace_ids['production']}" in added.err
    assert "1 batch." in added.err
    assert key not in added.err + batchtui.config.read_text()
    assert batchtui("list", "--json").lines  # the keyring gives the key back
    assert batchtui("workspaces", "remove", "research", "--yes").code == 0
    with keyring.connect() as connection:
        import secretstorage

        assert not list(secretstorage.search_items(connection, {"service": "batchtui"}))


@pytest.mark.secret_service
@pytest.mark.usefixtures("keyring")
def test_a_key_in_the_keyring_moves_with_the_name(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, simulator.keys["production"])
    batchtui("workspaces", "add", "old", "--key-stdin", "--base-url", simulator.url)
    assert batchtui("workspaces", "rename", "old", "new").code == 0
    assert batchtui("workspaces", "test", "new").code == 0


def test_without_a_keyring_nothing_is_kept_and_the_way_out_is_named(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    type_in(monkeypatch, simulator.keys["production"])
    outcome = batchtui("workspaces", "add", "research", "--key-stdin", "--base-url", simulator.url)
    assert outcome.code == 4
    assert "--key-env" in outcome.err
    assert not batchtui.config.exists()


def test_a_key_that_the_server_refuses_is_not_kept(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRONG", "sk-ant-api03-wrong")
    arguments = ("workspaces", "add", "research", "--key-env", "WRONG", "--base-url", simulator.url)
    refused = batchtui(*arguments)
    assert refused.code == 1
    assert "The key was refused" in refused.err
    assert not batchtui.config.exists()
    assert batchtui(*arguments, "--no-check").code == 0
    assert batchtui.config.exists()


def test_a_key_that_spans_workspaces_needs_to_be_told_which(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIDE", simulator.spanning_key)
    arguments = ("workspaces", "add", "staging", "--key-env", "WIDE", "--base-url", simulator.url)
    assert "anthropic-workspace-id" in batchtui(*arguments).err
    staging = simulator.workspace_ids["staging"]
    assert f"workspace {staging}" in batchtui(*arguments, "--workspace-id", staging).err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("research", "--key-env", "A", "--key-command", "b"), "two sources"),
        (("research", "--key-command", "pass 'show"), "quotation mark"),
        (("research", "--key-command-interactive"), "no command that could ask"),
        (("research", "--key-command", ""), "names no program"),
        (("research", "--key-command", '""', "--no-check"), "names no program"),
        (("research", "--key-env", "A B"), "no name of an environment variable"),
        (("research", "--key-env", "A=b", "--no-check"), "no name of an environment variable"),
        (("research", "--key-env", "A", "--workspace-id", "a b"), "no workspace's id"),
        (("research", "--key-env", "A", "--colour", "mauve"), "no colour"),
        (("Prod X",), "'prod-x' would"),
        (("env", "--key-env", "A"), "ANTHROPIC_API_KEY"),
        (("research", "extra"), "more than one name"),
        (("research", "--key-env", "A", "--base-url", "ftp://x"), "base URL"),
        (("research",), "no terminal to ask for the key on"),
    ],
)
def test_what_does_not_add_up_is_refused_before_anything_is_asked_for(
    batchtui: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    outcome = batchtui("workspaces", "add", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert len(outcome.err.splitlines()) > 1, "there is no way out"
    assert not batchtui.config.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("research", "sk-ant-api03-secret"),
        ("sk-ant-api03-secret",),
        ("research", "--key-env", "sk-ant-api03-secret"),
        ("research", "--key-command", "echo sk-ant-api03-secret"),
    ],
)
def test_a_key_on_the_command_line_is_refused_and_not_repeated(
    batchtui: CommandLine, arguments: tuple[str, ...]
) -> None:
    outcome = batchtui("workspaces", "add", *arguments, "--no-check")
    assert outcome.code == 2
    assert "history" in outcome.err
    assert "api03-secret" not in outcome.out + outcome.err
    assert not batchtui.config.exists()


@pytest.mark.usefixtures("key")
def test_a_name_that_is_taken_is_said_before_the_key_is_asked_for(batchtui: CommandLine, simulator: Simulator) -> None:
    add(batchtui, simulator)
    outcome = batchtui("workspaces", "add", "research")
    assert outcome.code == 2
    assert "That name is taken" in outcome.err


def test_the_list_says_where_keys_come_from_and_never_a_key(
    batchtui: CommandLine, simulator: Simulator, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(batchtui, simulator)
    command = f"sh -c 'printenv RESEARCH_KEY; : {'x' * 40}'"
    batchtui("workspaces", "add", "printed", "--key-command", command, "--base-url", simulator.url, "--read-only")
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    outcome = batchtui("workspaces", "list", "--json")
    entries = [json.loads(line) for line in outcome.lines]
    assert [entry["name"] for entry in entries] == ["research", "printed", "env"]
    assert entries[0] == {
        "name": "research",
        "base_url": simulator.url,
        "key_kind": "env",
        "key_source": "environment variable RESEARCH_KEY",
        "workspace_id": None,
        "seen_workspace_id": simulator.workspace_ids["production"],
        "seen_organization_id": entries[1]["seen_organization_id"],
        "default": True,
        "read_only": False,
        "production": False,
        "colour": None,
    }
    assert (entries[1]["key_source"], entries[1]["read_only"]) == ("command: sh …", True)
    people = batchtui("workspaces", "list")
    assert "WORKSPACE" in people.lines[0]
    assert "read-only" in people.out
    assert key not in outcome.out + people.out


def test_a_command_that_may_ask_is_kept_as_one(batchtui: CommandLine) -> None:
    command = ("--key-command", "pass show key", "--key-command-interactive", "--no-check")
    assert batchtui("workspaces", "add", "asking", *command).code == 0
    kept = tomllib.loads(batchtui.config.read_text())["workspaces"]["asking"]
    assert (kept["key_command"], kept["key_command_interactive"]) == (["pass", "show", "key"], True)


def test_without_workspaces_the_list_is_empty_and_the_way_to_one_is_named(batchtui: CommandLine) -> None:
    outcome = batchtui("workspaces", "list")
    assert (outcome.code, outcome.out) == (0, "")
    assert "workspaces add NAME" in outcome.err


@pytest.mark.usefixtures("key")
def test_a_test_tries_every_key_also_after_one_failed_and_exits_with_3(
    batchtui: CommandLine, simulator: Simulator
) -> None:
    batchtui("workspaces", "add", "broken", "--key-env", "NOT_SET", "--base-url", simulator.url, "--no-check")
    add(batchtui, simulator)
    outcome = batchtui("workspaces", "test")
    assert outcome.code == 3
    assert outcome.lines[0].startswith("broken: No key")
    assert outcome.lines[1].startswith("research: works, belongs to workspace wrkspc_")
    assert batchtui("workspaces", "test", "research").code == 0
    assert batchtui("workspaces", "test", "research", "unheard-of").code == 2


@pytest.mark.usefixtures("key")
def test_a_key_that_has_come_to_belong_elsewhere_is_warned_of_once(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(batchtui, simulator)
    monkeypatch.setenv("RESEARCH_KEY", simulator.keys["staging"])
    outcome = batchtui("workspaces", "test")
    assert outcome.code == 0
    assert simulator.workspace_ids["staging"] in outcome.out
    assert f"belonged to workspace {simulator.workspace_ids['production']} before" in outcome.err
    assert "before" not in batchtui("workspaces", "test").err


def test_the_workspace_of_the_environment_can_be_tested_but_not_changed(
    batchtui: CommandLine, simulator: Simulator
) -> None:
    batchtui.use(simulator)
    assert batchtui("workspaces", "test").lines[0].startswith("env: works")
    assert batchtui("workspaces", "rename", "env", "other").code == 2
    removed = batchtui("workspaces", "remove", "env")
    assert removed.code == 2
    assert "Unset the variable" in removed.err


@pytest.mark.usefixtures("key")
def test_removing_asks_and_where_nobody_can_answer_nothing_is_removed(
    batchtui: CommandLine, simulator: Simulator
) -> None:
    add(batchtui, simulator)
    asked = batchtui("workspaces", "remove", "research")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert batchtui("workspaces", "list").lines
    assert batchtui("workspaces", "remove", "research", "--yes").code == 0
    assert not batchtui("workspaces", "list").lines


@pytest.mark.secret_service
def test_a_workspace_whose_key_cannot_be_reached_is_removed_only_without_it(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, simulator.keys["production"])
    with secret_service("unlocked") as service:
        for variable, value in service.environ.items():
            monkeypatch.setenv(variable, value)
        batchtui("workspaces", "add", "research", "--key-stdin", "--base-url", simulator.url)
    refused = batchtui("workspaces", "remove", "research", "--yes")
    assert refused.code == 4
    assert "--keep-key" in refused.err
    assert batchtui("workspaces", "remove", "research", "--yes", "--keep-key").code == 0


@pytest.mark.secret_service
@pytest.mark.terminal
def test_the_prompt_hides_the_key(simulator: Simulator, keyring: SecretService, tmp_path: Path) -> None:
    key = simulator.keys["production"]
    environment = {**keyring.environ, "BATCHTUI_CONFIG": str(tmp_path / "config.toml")}
    arguments = ("workspaces", "add", "research", "--base-url", simulator.url)
    with Terminal(*arguments, environment=environment, columns=80, rows=24) as terminal:
        terminal.wait_for("(hidden)")
        terminal.send(key, "enter")
        terminal.wait_for("Added research.")
        assert terminal.wait_exit() == 0
        assert key.encode() not in terminal.raw
    listed = subprocess.run(
        [PROGRAM, "workspaces", "list", "--json"],
        env={**environment, "LANG": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    assert json.loads(listed.stdout)["key_kind"] == "keyring"


@pytest.mark.terminal
@pytest.mark.usefixtures("key")
def test_no_as_the_answer_removes_nothing(batchtui: CommandLine, simulator: Simulator) -> None:
    add(batchtui, simulator)
    environment = {"BATCHTUI_CONFIG": str(batchtui.config)}
    with Terminal("workspaces", "remove", "research", environment=environment, columns=80, rows=24) as terminal:
        terminal.wait_for("Remove the workspace research")
        terminal.send("n", "enter")
        assert terminal.wait_exit() == 130
    assert batchtui("workspaces", "list").lines
