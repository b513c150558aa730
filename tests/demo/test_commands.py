"""`batchtui simulate` as a process, and the demo's workspaces."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from batchtui.cli.demo_stage import start_demo
from batchtui.cli.main import run
from batchtui.errors import DemoUnavailableError

PROGRAM = str(Path(sys.executable).parent / "batchtui")


@pytest.fixture
def served() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [PROGRAM, "simulate", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


def test_simulate_prints_an_address_and_keys_that_work_until_it_is_interrupted(
    served: subprocess.Popen[str],
) -> None:
    assert served.stdout
    printed = ""
    for line in served.stdout:
        printed += line
        if "Ctrl+C" in line:
            break
    (url,) = re.findall(r"^URL  (\S+)$", printed, re.MULTILINE)
    keys = dict(re.findall(r"^  (\w+) +(sk-ant-\S+)$", printed, re.MULTILINE))
    assert list(keys) == ["production", "staging", "sandbox"]
    for key in keys.values():
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
        assert httpx.get(f"{url}/v1/messages/batches", headers=headers).status_code == 200
    served.send_signal(signal.SIGINT)
    assert served.wait(60) == 130


def test_a_port_in_use_is_wrong_usage_and_says_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["simulate", "--port", str(taken.getsockname()[1])]) == 2
    said = capsys.readouterr()
    assert "in use" in said.err
    assert "--port 0" in said.err
    assert said.out == ""


def test_without_the_extra_demo_and_simulator_say_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "uvicorn" else object())
    from batchtui.cli.demo_stage import start_demo

    with pytest.raises(DemoUnavailableError, match="uvicorn"):
        start_demo()
    assert run(["simulate"]) == 2


def test_the_demo_s_workspaces_need_nothing_of_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    for name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "XDG_", "BATCHTUI_"))]:
        monkeypatch.delenv(name)
    directory = start_demo(seed=3)
    try:
        assert [entry.name for entry in directory.entries()] == ["production", "staging", "sandbox"]
        assert directory.open().refresh().batches
        assert not directory.open("sandbox").refresh().batches
        url = directory.entries()[0].base_url
    finally:
        directory.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    assert list(tmp_path.iterdir()) == []
