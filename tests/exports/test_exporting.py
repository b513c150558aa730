from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from batchtui.errors import InterruptedStreamError, OutputExistsError, OutputStoppedError
from batchtui.models import MessageBatch
from batchtui.settings import KeySource, WorkspaceSettings
from batchtui.workspace import ResultsSession, Workspace, WorkspaceDirectory
from batchtui.workspace.exporting import (
    ExportProgress,
    ExportReport,
    ExportRequest,
    default_export_path,
    export_failed,
    export_formats,
    export_results,
    fetch_results,
)
from batchtui.workspace.saving import save_results
from tests.support.batch_server import BATCH_ID, BATCH_PATH, BatchServer
from tests.support.result_lines import bare


@pytest.fixture
def workspace(server: BatchServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    settings = WorkspaceSettings(name="tests", base_url=server.url, key=KeySource(kind="session"))
    opened = WorkspaceDirectory.in_memory([(settings, SecretStr("sk-ant-made-up"))]).open("tests")
    yield opened
    opened.close()


@pytest.fixture
def batch(workspace: Workspace) -> MessageBatch:
    return workspace.retrieve(BATCH_ID)


@pytest.fixture
def session(workspace: Workspace, batch: MessageBatch) -> Iterator[ResultsSession]:
    session = workspace.open_results(batch)
    fetch_results(session)
    yield session
    session.close()


def test_what_failed_is_fetched_and_written_in_one_call(
    workspace: Workspace, batch: MessageBatch, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    report = export_failed(workspace, batch, "ids", path)
    assert report == ExportReport(path, rows=4, written=4, noun="custom_ids", bytes=32)
    assert report.counted == "4 custom_ids"
    assert path.read_text().split() == ["late-2", "wrong-3", "gone-4", "stopped-5"]


def test_progress_is_told_while_reading_and_while_writing(
    workspace: Workspace, batch: MessageBatch, tmp_path: Path
) -> None:
    told: list[ExportProgress] = []
    export_failed(workspace, batch, "csv", tmp_path / "out", on_progress=told.append)
    assert ExportProgress("reading", 6, 6) in told
    assert told[-1] == ExportProgress("writing", 4, 4)


def test_a_file_in_the_way_is_refused_before_the_download(
    workspace: Workspace, batch: MessageBatch, server: BatchServer, tmp_path: Path
) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(OutputExistsError):
        export_failed(workspace, batch, "ids", tmp_path / "out")
    assert server.asked[f"{BATCH_PATH}/results"] == 0


def test_a_cut_download_leaves_no_file_and_says_so(
    workspace: Workspace, batch: MessageBatch, server: BatchServer, tmp_path: Path
) -> None:
    server.cut = 100
    with pytest.raises(InterruptedStreamError) as caught:
        export_failed(workspace, batch, "ids", tmp_path / "out")
    assert caught.value.hint.startswith("Nothing was written")
    assert not (tmp_path / "out").exists()


def test_an_export_can_be_stopped_while_the_server_is_silent(
    workspace: Workspace, batch: MessageBatch, server: BatchServer, tmp_path: Path
) -> None:
    server.goes_on.clear()
    has_begun = threading.Event()
    try:
        with pytest.raises(OutputStoppedError):
            export_failed(
                workspace,
                batch,
                "ids",
                tmp_path / "out",
                on_progress=lambda _: has_begun.set(),
                is_cancelled=has_begun.is_set,
            )
    finally:
        server.goes_on.set()
    assert not (tmp_path / "out").exists()


def test_an_export_can_be_stopped_while_it_writes(session: ResultsSession, tmp_path: Path) -> None:
    with pytest.raises(OutputStoppedError):
        export_results(session, ExportRequest(), tmp_path / "out", is_cancelled=lambda: True)
    assert not (tmp_path / "out").exists()


def test_chosen_rows_are_written_whatever_their_type(session: ResultsSession, tmp_path: Path) -> None:
    report = export_results(session, ExportRequest(rows=[5, 1]), tmp_path / "out")
    assert (report.rows, report.is_partial) == (2, False)
    assert (tmp_path / "out").read_text() == "good-6\nlate-2\n"


def test_an_export_of_a_running_download_says_how_much_is_missing(
    workspace: Workspace, batch: MessageBatch, tmp_path: Path
) -> None:
    session = workspace.open_results(batch)
    session.store.feed(bare("gone-4", "expired") + b"\n" + b'{"custom_id": "half')
    report = export_results(session, ExportRequest("jsonl"), tmp_path / "out")
    session.close()
    assert (report.written, report.missing, report.is_partial) == (1, 5, True)
    assert (tmp_path / "out").read_bytes() == bare("gone-4", "expired") + b"\n"


def test_saved_results_end_with_a_whole_line_until_the_download_has_ended_whatever_was_promised(
    workspace: Workspace, server: BatchServer, tmp_path: Path
) -> None:
    server.promised = {"expired": 1}
    session = workspace.open_results(workspace.retrieve(BATCH_ID))
    whole = bare("a", "expired") + b"\r\n" + bare("b", "expired") + b"\n"
    session.store.feed(whole + b'{"custom_id": "half')
    report = save_results(session, tmp_path / "part")
    assert (report.missing, report.surplus, report.is_partial) == (0, 1, True)
    assert (tmp_path / "part").read_bytes() == whole
    session.close()


def test_results_that_are_all_here_are_saved_byte_for_byte_with_lines_that_are_no_results(
    workspace: Workspace, server: BatchServer, tmp_path: Path
) -> None:
    server.results = bare("a", "expired") + b"\r\nno result\r\n\r\n"
    server.promised = {"expired": 2}
    session = workspace.open_results(workspace.retrieve(BATCH_ID))
    fetch_results(session)
    report = save_results(session, tmp_path / "all")
    assert (tmp_path / "all").read_bytes() == server.results
    assert (report.missing, report.is_partial) == (1, True)
    session.close()


def test_formats_are_offered_with_a_word_about_each() -> None:
    assert [each.name for each in export_formats()] == ["ids", "csv", "jsonl"]
    assert all(each.description for each in export_formats())


def test_the_offered_path_names_batch_selection_and_format() -> None:
    assert default_export_path("msgbatch_01") == "./msgbatch_01-failed-ids.txt"
    assert (
        default_export_path("msgbatch_01", "csv", ExportRequest(types=("expired",)).kind) == "./msgbatch_01-expired.csv"
    )
    assert default_export_path("msgbatch_01", kind=ExportRequest(rows=[1]).kind) == "./msgbatch_01-selected-ids.txt"


def test_one_of_a_kind_is_no_plural() -> None:
    report = ExportReport(Path("out"), rows=1, written=1, noun="result lines")
    assert report.counted == "1 result line"
    assert replace(report, written=6017).counted == "6,017 result lines"
