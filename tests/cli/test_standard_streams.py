"""Output that cannot be written: a sentence, no traceback, and streams that are closed take no file's place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.batch_server import BATCH_ID, BatchServer, running_batch_server
from tests.support.result_lines import errored, succeeded

VERBS = {
    "what is installed": ("info",),
    "results": ("results", BATCH_ID),
    "results as JSON": ("results", BATCH_ID, "--json"),
    "errors": ("errors", BATCH_ID),
    "an export": ("export", BATCH_ID),
    "one batch": ("show", BATCH_ID),
    "the help": ("--help",),
}


def run(
    server: BatchServer, home: Path, arguments: tuple[str, ...], redirection: str
) -> subprocess.CompletedProcess[str]:
    words = " ".join((sys.executable, "-m", "batchtui", *arguments))
    environment = {
        "ANTHROPIC_API_KEY": "sk-ant-made-up",
        "ANTHROPIC_BASE_URL": server.url,
        "BATCHTUI_CONFIG": str(home / "config.toml"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": "/usr/bin:/bin",
    }
    command = ["/bin/sh", "-c", f"{words} {redirection}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize(
    ("redirection", "reason"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")]
)
def test_output_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, name: str, redirection: str, reason: str
) -> None:
    if redirection.endswith("full") and not Path("/dev/full").exists():
        pytest.skip("this system has no device that is full")
    with running_batch_server() as server:
        server.serve_lines([succeeded("a"), errored("b")])
        done = run(server, tmp_path, VERBS[name], redirection)
    assert done.returncode == 1
    assert done.stderr.startswith(f"batchtui: That path cannot be written: stdout: {reason}\n")
    assert len(done.stderr.splitlines()) == 2


def test_with_all_streams_closed_a_file_is_written_and_nothing_else_into_it(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with running_batch_server() as server:
        server.serve_lines([succeeded("a"), errored("b")])
        done = run(server, tmp_path, ("results", BATCH_ID, "--json", "-o", str(path)), "<&- >&- 2>&-")
        assert done.returncode == 0
        assert path.read_bytes() == server.results
