"""The audit log: a line for each change that was asked for, however it ended, and never a key."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from batchtui import private_file
from batchtui.demo.simulator import Simulator
from batchtui.errors import BatchtuiError, NotFoundError, ReadOnlyError, RequestTimeoutError
from batchtui.workspace import Workspace, WorkspaceDirectory
from batchtui.workspace.audit import AuditLog, Origin
from tests.support.simulator import place_batch

HOUR = timedelta(hours=1)


@contextmanager
def opened(
    simulator: Simulator, folder: Path, *, origin: Origin = "command", is_read_only: bool = False
) -> Iterator[Workspace]:
    environ = {
        "BATCHTUI_CONFIG": str(folder / "config.toml"),
        "XDG_STATE_HOME": str(folder),
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
    }
    directory = WorkspaceDirectory(environ=environ, origin=origin, is_read_only=is_read_only)
    try:
        yield directory.open()
    finally:
        directory.close()


def log(folder: Path) -> Path:
    return folder / "batchtui" / "audit.ndjson"


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log(folder).read_text().splitlines()]


@pytest.mark.parametrize("origin", ["dashboard", "command"])
def test_a_cancellation_and_a_deletion_are_a_line_each_with_workspace_batch_outcome_and_way(
    simulator: Simulator, tmp_path: Path, origin: Origin
) -> None:
    running, ended = place_batch(simulator, "running", age=HOUR, lasts=None), place_batch(simulator, "ended")
    with opened(simulator, tmp_path, origin=origin) as workspace:
        workspace.cancel(running.id)
        workspace.delete(ended.id)
        assert workspace.audit_problem == ""
    first, second = lines(tmp_path)
    assert first.pop("time").endswith("Z")
    assert first == {
        "how": origin,
        "action": "cancel",
        "batch_id": running.id,
        "workspace": "env",
        "workspace_id": simulator.workspace_ids["production"],
        "server": simulator.url,
        "outcome": "canceling",
    }
    assert (second["action"], second["batch_id"], second["outcome"]) == ("delete", ended.id, "deleted")
    assert log(tmp_path).stat().st_mode & 0o777 == 0o600
    assert log(tmp_path).parent.stat().st_mode & 0o777 == 0o700
    assert simulator.keys["production"] not in log(tmp_path).read_text()


def test_what_the_server_refused_is_in_the_log_with_its_reason(simulator: Simulator, tmp_path: Path) -> None:
    foreign = place_batch(simulator, age=HOUR, lasts=None, workspace="staging")
    with opened(simulator, tmp_path) as workspace, pytest.raises(NotFoundError):
        workspace.cancel(foreign.id)
    (line,) = lines(tmp_path)
    assert line["outcome"] == "failed"
    assert line["error"].startswith("Not found")


def test_a_change_that_was_broken_off_is_unknown(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with opened(simulator, tmp_path) as workspace:
        monkeypatch.setattr(workspace.client(), "delete_batch", interrupt)
        with pytest.raises(KeyboardInterrupt):
            workspace.delete("msgbatch_01")
    assert lines(tmp_path)[0]["outcome"] == "unknown"


def test_what_is_refused_here_asks_nothing_and_leaves_no_line(simulator: Simulator, tmp_path: Path) -> None:
    with opened(simulator, tmp_path, is_read_only=True) as workspace, pytest.raises(ReadOnlyError):
        workspace.cancel("msgbatch_01")
    assert not log(tmp_path).exists()


def test_a_log_that_cannot_be_written_stops_nothing_and_says_so(simulator: Simulator, tmp_path: Path) -> None:
    log(tmp_path).mkdir(parents=True)
    running = place_batch(simulator, age=HOUR, lasts=None)
    with opened(simulator, tmp_path) as workspace:
        snapshot = workspace.cancel(running.id)
        assert workspace.audit_problem == f"The audit log was not written: {log(tmp_path)}: is a directory"
    batch = snapshot.get(running.id)
    assert batch is not None
    assert batch.processing_status == "canceling"


def test_a_line_that_was_cut_off_before_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "audit.ndjson"
    path.write_text('{"time": "20')
    AuditLog(path).record({"action": "cancel"}, "canceling")
    broken, whole = path.read_text().splitlines()
    assert broken == '{"time": "20'
    assert json.loads(whole)["outcome"] == "canceling"
    assert path.stat().st_mode & 0o777 == 0o600


def test_lines_of_several_writers_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_file, "LOCK_SECONDS", 60.0)
    path = tmp_path / "audit.ndjson"
    facts: dict[str, str | None] = {"batch_id": "msgbatch_" + "x" * 500}

    def write() -> None:
        for _ in range(20):
            AuditLog(path).record(facts, "canceling")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([json.loads(line) for line in path.read_text().splitlines()]) == 80


def test_a_program_that_does_not_let_go_of_the_log_is_named_as_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_file, "LOCK_SECONDS", 0.05)
    path = tmp_path / "audit.ndjson"
    log_ = AuditLog(path)
    with path.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        log_.record({"action": "cancel"}, "canceling")
    assert "another program holds it" in log_.problem
    log_.record({"action": "cancel"}, "canceling")
    assert log_.problem == ""


def test_a_pipe_in_the_place_of_the_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.ndjson"
    os.mkfifo(path)
    log_ = AuditLog(path)
    log_.record({"action": "cancel"}, "failed", BatchtuiError("no"))
    assert "it is not a file" in log_.problem


def test_a_change_that_was_asked_for_and_never_answered_is_unknown(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def time_out(_: object) -> None:
        raise RequestTimeoutError("no answer within 60 s")

    with opened(simulator, tmp_path) as workspace:
        monkeypatch.setattr(workspace.client(), "cancel_batch", time_out)
        with pytest.raises(RequestTimeoutError):
            workspace.cancel("msgbatch_01")
    assert lines(tmp_path)[0]["outcome"] == "unknown"
    assert "no answer" in lines(tmp_path)[0]["error"]
