"""A signal that comes at a bad moment: the process ends all the same, and tidies up."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGINNING = """
import signal, sys, threading, time
from batchtui import leaving

def say(words):
    print(words, flush=True)

leaving.exit_on_signals()
"""

IN_A_DESTRUCTOR = """
class Thing:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)  # what is raised here goes nowhere

leaving.PATIENCE_SECONDS = 0.2
with leaving.undone_at_exit(lambda: say("undone")):
    Thing()
    time.sleep(300)
"""

BEFORE_A_LOCK_IS_GIVEN_BACK = """
lock = threading.Lock()
leaving.PATIENCE_SECONDS = 0.2
with leaving.undone_at_exit(lambda: say("undone")):
    try:
        lock.acquire()
        signal.raise_signal(signal.SIGTERM)
    finally:
        lock.acquire()
"""

TWICE = """
try:
    signal.raise_signal(signal.SIGTERM)
finally:
    signal.raise_signal(signal.SIGHUP)
    say("undone")
"""

INSTEAD_OF_ANOTHER_ERROR = """
from batchtui.cli import main

def run():
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        say("undone")
        raise RuntimeError("release unlocked lock")  # as a condition says whose waiting was broken off

main.run = run
main.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
@pytest.mark.parametrize(
    "program",
    [IN_A_DESTRUCTOR, BEFORE_A_LOCK_IS_GIVEN_BACK, TWICE, INSTEAD_OF_ANOTHER_ERROR],
    ids=["in-a-destructor", "before-a-lock-is-given-back", "twice", "instead-of-an-error"],
)
def test_a_signal_at_a_bad_moment_ends_the_process(program: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BEGINNING + program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (143, "undone\n", "")
