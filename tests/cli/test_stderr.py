from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.api_clients import KEY, batch_json, error_json
from tests.support.result_lines import bare
from tests.support.scripted_server import Answer, Request, ScriptedServer
from tests.support.terminal import Terminal


def test_what_a_server_says_of_an_error_is_told_once_and_commands_no_terminal(tmp_path: Path) -> None:
    refusal = Answer(401, error_json("authentication_error", "no\x1b]0;owned\x07\x9b31m"), {"request-id": "req_1"})
    with ScriptedServer(refusal) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "BATCHTUI_CONFIG": str(tmp_path / "config.toml"),
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": server.url,
        }
        program = [sys.executable, "-c", "from batchtui.cli.main import main; main()", "list"]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("batchtui: The key was refused: no")
    assert done.stderr.replace("\n", "").isprintable()


def test_whoever_looks_on_is_told_when_a_call_is_made_again(tmp_path: Path) -> None:
    failed = Answer(500, error_json("api_error", "not\x1b[31m today"))
    with ScriptedServer(failed, Answer(200, {"data": [], "has_more": False})) as server:
        environment = {"HOME": str(tmp_path), "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
        with Terminal("list", environment=environment) as terminal:
            assert terminal.wait_exit() == 0
            assert "The server failed: not" in terminal.text
            assert "trying again in 1 s." in terminal.text
            assert b"\x1b[31m" not in terminal.raw


@pytest.mark.parametrize("verb", ["results", "errors", "export"])
def test_whoever_looks_on_is_told_when_a_broken_download_is_taken_up_again(verb: str, tmp_path: Path) -> None:
    body = bare("first", "expired") + b"\n" + bare("last", "expired") + b"\n"
    results = iter([Answer(200, body, cut_at=60, is_chunked=True), Answer(200, body, is_chunked=True)])

    def play(request: Request) -> Answer:
        if request.path.endswith("/results"):
            return next(results)
        counts = {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 2}
        return Answer(200, batch_json(request_counts=counts, results_url=f"{server.url}{request.path}/results"))

    with ScriptedServer(script=play) as server:
        environment = {"HOME": str(tmp_path), "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
        output = tmp_path / "output"
        options = [] if verb == "errors" else ["-o", str(output)]
        with Terminal(verb, "msgbatch_1", *options, environment=environment) as terminal:
            assert terminal.wait_exit() == 0
            assert "The download was cut off" in terminal.text
            assert "trying again in 1 s." in terminal.text
            assert "2 of 2 results have no whole answer" in terminal.text or "last" in output.read_text()
