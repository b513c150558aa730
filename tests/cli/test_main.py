from __future__ import annotations

import re
import socket
import subprocess
import sys

import pytest

from batchtui import __version__
from batchtui.cli.main import VERBS, LazyGroup, root
from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine


def test_the_version_is_one_line(batchtui: CommandLine) -> None:
    assert batchtui("--version").out == f"batchtui {__version__}\n"


def test_the_version_loads_neither_screens_nor_http_nor_keyring() -> None:
    program = (
        "import sys\n"
        "from batchtui.cli.main import run\n"
        "run(['--version'])\n"
        "print([name for name in ('textual', 'httpx', 'keyring', 'pydantic', 'msgspec') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_help_of_every_verb_has_an_example_and_the_list_of_verbs_its_sentence(
    batchtui: CommandLine, verb: str
) -> None:
    assert VERBS[verb][1] in " ".join(batchtui("--help").out.split())
    outcome = batchtui(verb, "--help")
    assert outcome.code == 0
    assert re.search(rf"Examples?:\s+batchtui {verb}", outcome.out)


def test_every_verb_has_a_module_and_every_module_a_verb() -> None:
    group = root
    assert isinstance(group, LazyGroup)
    context = root.make_context("batchtui", ["list"])
    for verb in VERBS:
        command = group.get_command(context, verb)
        assert command is not None
        assert command.name == verb


@pytest.mark.parametrize("number", ["nan", "inf", "1e300"])
@pytest.mark.parametrize("words", [("--refresh",), ("watch", "--every"), ("simulate", "--speed")])
def test_what_is_no_number_is_wrong_usage(batchtui: CommandLine, words: tuple[str, ...], number: str) -> None:
    outcome = batchtui(*words, number)
    assert outcome.code == 2
    assert number in outcome.err or "range" in outcome.err


def test_an_unknown_verb_is_wrong_usage(batchtui: CommandLine) -> None:
    outcome = batchtui("lsit")
    assert outcome.code == 2
    assert "lsit" in outcome.err


def test_without_any_key_the_ways_to_give_one_are_named(batchtui: CommandLine) -> None:
    outcome = batchtui("list")
    assert outcome.code == 4
    assert "workspaces add" in outcome.err
    assert "ANTHROPIC_API_KEY" in outcome.err


def test_an_unknown_workspace_is_wrong_usage_and_names_those_that_there_are(
    batchtui: CommandLine, simulator: Simulator
) -> None:
    batchtui.config.write_text(f'[workspaces.alpha]\nbase_url = "{simulator.url}"\nkey_env = "ALPHA_KEY"\n')
    outcome = batchtui("list", "--workspace", "beta")
    assert outcome.code == 2
    assert "'beta'" in outcome.err
    assert "alpha" in outcome.err


def test_a_variable_that_is_not_set_means_no_usable_key(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.config.write_text(f'[workspaces.alpha]\nbase_url = "{simulator.url}"\nkey_env = "ALPHA_KEY"\n')
    outcome = batchtui("list")
    assert outcome.code == 4
    assert "ALPHA_KEY" in outcome.err


def test_a_broken_configuration_is_named_with_line_and_column_and_left_alone(batchtui: CommandLine) -> None:
    text = "default_workspace = 'a'\n[workspaces.a\n"
    batchtui.config.write_text(text)
    outcome = batchtui("list")
    assert outcome.code == 2
    assert "line 2, column" in outcome.err
    assert batchtui.config.read_text() == text


def test_a_server_that_is_not_there_is_the_networks_refusal(
    batchtui: CommandLine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    batchtui.use(simulator)
    monkeypatch.setattr("batchtui.api.retries.RetryPolicy.pause", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = batchtui("list", "--base-url", f"http://127.0.0.1:{port}")
    assert outcome.code == 1
    assert "No connection" in outcome.err


def test_a_base_url_that_is_none_is_wrong_usage(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    assert batchtui("list", "--base-url", "ftp://example.com").code == 2


def test_the_dashboard_needs_a_terminal(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    outcome = batchtui()
    assert outcome.code == 2
    assert "Not a terminal" in outcome.err
    assert "batchtui list" in outcome.err


def test_options_before_and_after_the_verb_mean_the_same(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    assert batchtui("--workspace", "nobody", "list").code == batchtui("list", "--workspace", "nobody").code == 2


def test_a_reader_that_has_seen_enough_ends_the_list_quietly(scene: Simulator) -> None:
    program = f"set -o pipefail; {sys.executable} -m batchtui list --json | head -n 1"
    environment = {
        "ANTHROPIC_API_KEY": scene.keys["production"],
        "ANTHROPIC_BASE_URL": scene.url,
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(["bash", "-c", program], check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.startswith('{"id":')
    assert done.stderr == ""
