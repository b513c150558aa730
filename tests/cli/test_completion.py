"""Shell completion, as real shells ask for it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from batchtui.recent_ids import MOST, RecentIds
from tests.support.command_line import CommandLine

CONFIG = '[workspaces.alpha]\nkey_env = "ALPHA"\n[workspaces.alpine]\nkey_command = ["touch", "{mark}"]\n'
BASH = """
eval "$(batchtui completion bash)"
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_batchtui_completion batchtui
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
autoload -Uz compinit && compinit -u -d "$HOME/dump"
eval "$(batchtui completion zsh)"
compadd() {{ while [[ $1 == -* && $1 != -a ]]; do [[ $1 == -V ]] && shift; shift; done; shift; print -l -- ${{(P)1}}; }}
_describe() {{ print -l -- "${{(@)${{(P@)3}}%%:*}}"; }}
words=({words}); CURRENT=${{#words}}
_batchtui_completion
"""
FISH = """
batchtui completion fish | source
complete -C '{words}' | string split -f1 (printf '\\t')
"""


def complete(shell: str, words: str, home: Path, **variables: str) -> list[str]:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "BATCHTUI_CONFIG": str(home / "config.toml"),
        **variables,
    }
    script = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell].format(words=words)
    done = subprocess.run([shell, "-c", script], capture_output=True, text=True, env=environment, timeout=60)  # noqa: PLW1510
    assert done.stderr == ""
    return done.stdout.split()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG.format(mark=tmp_path / "was-run"))
    return tmp_path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_verbs_options_workspaces_and_ids(shell: str, home: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    recent = RecentIds(home / "cache" / "batchtui" / "recent")
    recent.note("alpha", ["msgbatch_2", "msgbatch_1", "other"])
    recent.note("alpine", ["msgbatch_9"])
    assert complete(shell, "batchtui sh", home) == ["show"]
    assert complete(shell, "batchtui list --work", home) == ["--workspace"]
    assert complete(shell, "batchtui list --workspace al", home) == ["alpha", "alpine"]
    assert complete(shell, "batchtui workspaces test al", home) == ["alpha", "alpine"]
    assert complete(shell, "batchtui show msg", home) == (
        ["msgbatch_1", "msgbatch_2"] if shell == "fish" else ["msgbatch_2", "msgbatch_1"]  # fish sorts
    )
    assert complete(shell, "batchtui show --workspace alpine msg", home) == ["msgbatch_9"]
    assert complete(shell, "batchtui --workspace alpine cancel msgbatch_9 msg", home) == []
    assert not (home / "was-run").exists()


def test_without_configuration_and_with_a_broken_one_nothing_is_offered_and_nothing_said(home: Path) -> None:
    (home / "config.toml").write_text("[workspaces.")
    assert complete("bash", "batchtui list --workspace al", home) == []
    (home / "config.toml").unlink()
    assert complete("bash", "batchtui list --workspace e", home, ANTHROPIC_API_KEY="made-up") == ["env"]


def test_completing_loads_neither_keyring_nor_screens(home: Path) -> None:
    program = (
        "import os, sys, runpy\n"
        "words = 'batchtui list --workspace al'\n"
        "os.environ.update(_BATCHTUI_COMPLETE='bash_complete', COMP_WORDS=words, COMP_CWORD='3')\n"
        "from batchtui.cli.main import run\n"
        "try: run([])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('textual', 'keyring') if name in sys.modules])\n"
    )
    environment = {**os.environ, "BATCHTUI_CONFIG": str(home / "config.toml")}
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.split("\n")[:3] == ["plain,alpha", "plain,alpine", "[]"]


def test_listing_remembers_the_ids_for_their_owner_only(
    batchtui: CommandLine, scene: Simulator, tmp_path: Path
) -> None:
    batchtui.use(scene)
    listed = [line.split('"')[3] for line in batchtui("list", "--json", "--limit", "7").lines]
    recent = RecentIds(tmp_path / "cache" / "batchtui" / "recent")
    assert recent.of("env") == tuple(listed)
    (file,) = (tmp_path / "cache" / "batchtui" / "recent").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_only_ids_are_remembered_and_not_without_end(tmp_path: Path) -> None:
    recent = RecentIds(tmp_path / "recent")
    recent.note("alpha", ["fine", "not\nfine", "$(touch x)", *(f"id{number}" for number in range(2 * MOST))])
    assert recent.of("alpha")[:2] == ("fine", "id0")
    assert len(recent.of("alpha")) == MOST


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "recent").write_text("a file")
    recent = RecentIds(tmp_path / "recent")
    recent.note("alpha", ["one"])
    assert recent.of("alpha") == ()


def test_a_configuration_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    assert complete("bash", "batchtui list --workspace x", tmp_path) == []
