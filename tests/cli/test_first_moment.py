"""Ctrl+C before the program has begun; `click`, which it imports early, is replaced to stop there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.terminal import PROGRAM

WAYS = pytest.mark.parametrize("program", [[PROGRAM], [sys.executable, "-m", "batchtui"]], ids=["batchtui", "-m"])


def start(program: Sequence[str], folder: Path, click: str) -> subprocess.Popen[str]:
    (folder / "click.py").write_text(click)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.Popen(
        [*program, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


@WAYS
def test_while_it_imports_it_ends_without_a_word(program: Sequence[str], tmp_path: Path) -> None:
    with start(program, tmp_path, "import time; print('importing', flush=True); time.sleep(60)") as process:
        assert process.stdout
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 130


@WAYS
def test_where_it_is_to_be_ignored_it_stays_so(program: Sequence[str], tmp_path: Path) -> None:
    deaf = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *program]
    click = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN); raise SystemExit"
    with start(deaf, tmp_path, click) as process:
        assert process.communicate(timeout=20) == ("True\n", "")
