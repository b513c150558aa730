"""A key command that asks for a passphrase: it gets the terminal, and the dashboard waits without a picture."""

from __future__ import annotations

import os
import signal
import subprocess
import termios
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.dashboards import Session, environment_of, processes_with, wait_until
from tests.support.simulator import place_batch
from tests.support.terminal import PROGRAM

pytestmark = pytest.mark.terminal

ASKING = """#!/bin/sh
stty -echo </dev/tty
printf 'Passphrase of the key, on %s: ' "$GPG_TTY" >/dev/tty
read -r passphrase
stty echo </dev/tty
test "$passphrase" = open-sesame || { echo 'Wrong passphrase' >&2; exit 2; }
cat "$(dirname "$0")/key"
echo the second line is none
"""


@pytest.fixture
def home(simulator: Simulator, tmp_path: Path) -> Path:
    """A home whose only workspace gets its key from a program that asks."""
    place_batch(simulator)
    script = tmp_path / "ask"
    script.write_text(ASKING)
    script.chmod(0o700)
    (tmp_path / "key").write_text(simulator.keys["production"] + "\n")
    (tmp_path / "config.toml").write_text(
        f'[workspaces.asking]\nbase_url = "{simulator.url}"\nkey_command = ["{script}"]\n'
        "key_command_interactive = true\n"
    )
    return tmp_path


def environment(simulator: Simulator, home: Path) -> dict[str, str]:
    return {name: value for name, value in environment_of(simulator, home).items() if name != "ANTHROPIC_API_KEY"}


def test_the_dashboard_lends_its_terminal_and_comes_back_with_the_batches(simulator: Simulator, home: Path) -> None:
    with Session(environment=environment(simulator, home), folder=home) as session:
        session.wait_for("Passphrase of the key, on /dev/pts/")
        assert session.modes_left == set()
        session.send("open-sesame\r")
        session.wait_for("all 1")
        session.wait_for("1 loaded")
        assert {b"1049", b"1000", b"25"} <= session.modes_left
        assert "Passphrase" not in session.text
        assert b"open-sesame" not in session.raw
        assert simulator.keys["production"].encode() not in session.raw
        session.send("?")
        session.wait_for("Help · Batches")
        session.send("q", "q")
        assert session.wait_exit() == 0
        assert session.modes_left == set()


def test_a_wrong_passphrase_is_told_on_the_screen_and_asked_for_again_on_demand(
    simulator: Simulator, home: Path
) -> None:
    with Session(environment=environment(simulator, home), folder=home) as session:
        session.wait_for("Passphrase of the key")
        session.send("wrong\r")
        session.wait_for("key command failed")
        session.wait_for("ask ended with status 2")
        session.send("r")
        session.wait_for(lambda _: session.raw.count(b"Passphrase of the key") == 2)
        session.send("open-sesame\r")
        session.wait_for("1 loaded")
        session.send("q")
        assert session.wait_exit() == 0


def test_ctrl_c_ends_the_question_and_not_the_dashboard(simulator: Simulator, home: Path) -> None:
    with Session(environment=environment(simulator, home), folder=home) as session:
        session.wait_for("Passphrase of the key")
        session.send("ctrl+c")
        session.wait_for("ended by signal 2")
        session.send("q")
        assert session.wait_exit() == 0
        assert termios.tcgetattr(session._master)[3] & termios.ECHO  # which the command had switched off
        assert session.modes_left == set()


def test_a_signal_during_the_question_ends_both(simulator: Simulator, home: Path) -> None:
    with Session(environment=environment(simulator, home), folder=home) as session:
        session.wait_for("Passphrase of the key")
        os.kill(session.process.pid, signal.SIGTERM)
        assert session.wait_exit() == 143
        assert session.modes_left == set()
        wait_until(lambda: not processes_with(session.mark), "all are gone")


def test_a_command_asks_on_its_terminal_too(simulator: Simulator, home: Path) -> None:
    with Session("list", environment=environment(simulator, home), folder=home) as session:
        session.wait_for("Passphrase of the key")
        session.send("open-sesame\r")
        assert session.wait_exit() == 0
        assert "msgbatch_" in session.text


def test_in_a_pipe_nobody_is_asked(simulator: Simulator, home: Path) -> None:
    variables = {**environment(simulator, home), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [PROGRAM, "list"], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=variables, check=False
    )
    assert done.returncode == 4
    assert "no terminal to ask on" in done.stderr
    assert done.stdout == ""
