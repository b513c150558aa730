"""`--log-file`: what happened, line by line, and never a key."""

from __future__ import annotations

import logging
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.cli.log_file import logging_to
from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine
from tests.support.dashboards import dashboard
from tests.support.simulator import place_batch
from tests.support.terminal import PROGRAM

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG  |INFO   |WARNING|ERROR  ) [a-z][\w.]+ \S.*")
REVOKED = "sk-ant-api03-revoked-and-still-secret"
PRINTED = "sk-ant-api03-printed-by-a-command"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "batchtui.log"
    for name in ("batchtui", "httpx", "httpcore", "keyring"):
        kept = [type(handler.formatter).__module__ for handler in logging.getLogger(name).handlers]
        assert "batchtui.cli.log_file" not in kept  # it is closed with the command


def test_a_whole_story_at_the_finest_level_holds_no_key_and_no_header(
    batchtui: CommandLine, simulator: Simulator, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVOKED", REVOKED)
    (tmp_path / "printed").write_text(PRINTED)
    batchtui.config.write_text(
        "\n".join(
            f'[workspaces.{name}]\nbase_url = "{simulator.url}"\n{source}'
            for name, source in {
                "revoked": 'key_env = "REVOKED"',
                "printing": f'key_command = ["cat", "{tmp_path}/printed"]',
                "failing": f'key_command = ["sh", "-c", "cat {tmp_path}/printed; cat {tmp_path}/printed >&2; exit 3"]',
            }.items()
        )
    )
    batchtui.use(simulator)
    batch = place_batch(simulator, shares={"succeeded": 4, "overloaded": 2})
    simulator.faults.add(Fault("status", status=529, times=1))
    options = ("--log-file", str(log), "--log-level", "debug", "--workspace")
    codes = [
        batchtui(*options, "env", "list").code,
        batchtui(*options, "env", "export", batch.id, "-o", str(tmp_path / "failed.txt")).code,
        batchtui(*options, "revoked", "list").code,
        batchtui(*options, "printing", "list").code,
        batchtui(*options, "failing", "list").code,
    ]
    assert codes == [0, 0, 1, 1, 4]
    written = log.read_text()
    for secret in (simulator.keys["production"], REVOKED, PRINTED, "sk-ant-api", "anthropic-version", "authorization"):
        assert secret.lower() not in written.lower()
    assert all(LINE.fullmatch(line) for line in written.splitlines())
    for known in (
        "INFO    cli batchtui ",
        ", list",
        "INFO    credentials.keys the key of env came from environment variable ANTHROPIC_API_KEY",
        "INFO    api.wire GET /v1/messages/batches → 200 in ",
        "WARNING api.wire try 1 failed, the next one in ",
        "WARNING api.wire GET /v1/messages/batches",
        "WARNING credentials.keys no key of failing from command: sh …: The key command failed",
        "ERROR   cli The key was refused",
        "DEBUG   httpcore.http11 receive_response_headers.complete\n",
        "INFO    httpx HTTP Request: GET ",
    ):
        assert known in written, known


@pytest.mark.parametrize(
    ("level", "rooms"),
    [
        ("debug", {"cli", "api.wire", "credentials.keys", "httpx", "httpcore.connection", "httpcore.http11"}),
        ("info", {"cli", "api.wire", "credentials.keys"}),
        ("warning", {"api.wire"}),
        ("error", set()),
    ],
)
def test_a_level_holds_what_is_at_least_as_grave(
    batchtui: CommandLine, simulator: Simulator, log: Path, level: str, rooms: set[str]
) -> None:
    batchtui.use(simulator)
    simulator.faults.add(Fault("status", status=529, times=1))
    assert batchtui("--log-file", str(log), "--log-level", level, "list").code == 0
    assert {line.split()[2] for line in log.read_text().splitlines()} == rooms


def test_it_is_appended_to_and_read_by_its_owner_only(batchtui: CommandLine, simulator: Simulator, log: Path) -> None:
    batchtui.use(simulator)
    batchtui("--log-file", str(log), "list")
    first = log.read_text()
    batchtui("--log-file", str(log), "list")
    assert log.read_text().startswith(first)
    assert len(log.read_text()) > len(first)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_said_before_anything_is_done(
    batchtui: CommandLine, simulator: Simulator, tmp_path: Path
) -> None:
    batchtui.use(simulator)
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "missing" / "log", tmp_path / "pipe"):
        outcome = batchtui("--log-file", str(place), "list")
        assert outcome.code == 1
        assert str(place) in outcome.err
    assert not simulator.requests


def test_a_level_without_a_file_is_wrong_usage(batchtui: CommandLine) -> None:
    assert batchtui("--log-level", "debug", "list").code == 2


def test_whatever_is_said_is_one_line_without_keys_and_controls(log: Path) -> None:
    with logging_to(log, "debug", "test"):
        error = ValueError(f"bad {REVOKED}")
        logging.getLogger("batchtui.api").error("a\nb \x1b[31m %s", REVOKED, exc_info=error)
    (line,) = [line for line in log.read_text().splitlines() if " api " in line]
    assert "a⏎b ␛[31m sk-ant-…⏎ValueError" in line
    assert line.endswith("ValueError: bad sk-ant-…")
    assert REVOKED not in log.read_text()


def test_the_end_of_the_program_is_its_last_line(batchtui: CommandLine, log: Path) -> None:
    assert batchtui("--log-file", str(log), "list").code == 4
    assert (
        log.read_text()
        .splitlines()[-1]
        .endswith("ERROR   cli No key: there is no workspace yet, and ANTHROPIC_API_KEY is not set")
    )


def test_without_a_log_nothing_is_said_of_it(simulator: Simulator, tmp_path: Path) -> None:
    environment = {
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    simulator.faults.add(Fault("status", status=529, times=1))
    done = subprocess.run([PROGRAM, "list"], check=True, capture_output=True, text=True, env=environment)
    assert "api.wire" not in done.stderr
    assert "the next one in" not in done.stderr


@pytest.mark.terminal
def test_the_dashboard_writes_to_it_and_never_to_the_screen(simulator: Simulator, tmp_path: Path, log: Path) -> None:
    place_batch(simulator, shares={"succeeded": 4, "overloaded": 2})
    with dashboard(simulator, tmp_path, "--log-file", str(log), "--log-level", "debug") as session:
        session.wait_for("all 1")
        session.send("enter")
        session.wait_for("overloaded_error")
        assert "api.wire" not in session.text
        session.process.terminate()
        assert session.wait_exit() == 143
    written = log.read_text()
    assert "INFO    ui.app shows workspace env at http://" in written
    assert "WARNING ui.app told to end, with exit code 143" in written
    assert simulator.keys["production"] not in written
    assert all(LINE.fullmatch(line) for line in written.splitlines())
