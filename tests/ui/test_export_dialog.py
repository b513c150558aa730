"""Results into a file, by `e` and enter."""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from batchtui.ui.dialogs.export_dialog import ExportDialog
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import resuming
from batchtui.workspace.resuming import RESUME_TRIES
from tests.support.result_lines import bare, errored, succeeded
from tests.support.results_app import (
    BATCH_ID,
    ResultsApp,
    batch_of,
    open_workspace,
    results_of,
    wait_for_words,
    words_on,
)
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import wait_until

LINES = [
    succeeded("fine-1"),
    errored("bad-1"),
    bare("late-1", "expired"),
    succeeded("fine-2"),
    errored("bad-2", "invalid_request_error", "=1+1"),
    bare("gone-1", "canceled"),
]
BODY = b"".join(line + b"\n" for line in LINES)
FAILED = f"{BATCH_ID}-failed-ids.txt"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Serve the lines whole."""
    with ScriptedServer(Answer(body=BODY, is_chunked=True)) as running:
        yield running


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_e_and_enter_write_what_is_shown(server: ScriptedServer, folder: Path) -> None:
    async with results_of(server.url, batch_of(LINES)) as (app, pilot):
        await wait_for_words(pilot, "6 rows")
        await pilot.press("3", "e")
        await wait_for_words(pilot, f"./{BATCH_ID}-errored-ids.txt")
        await pilot.press("enter")
        await wait_for_words(pilot, "2 custom_ids → ")
        written = folder / f"{BATCH_ID}-errored-ids.txt"
        assert written.read_text() == "bad-1\nbad-2\n"
        assert written.stat().st_mode & 0o777 == 0o600
        assert isinstance(app.screen.focused, RowTable)


async def test_marked_results_go_first_and_every_format_has_its_own_path(server: ScriptedServer, folder: Path) -> None:
    async with results_of(server.url, batch_of(LINES)) as (app, pilot):
        await wait_for_words(pilot, "6 rows")
        await pilot.press("space", "j", "j", "j", "j", "space", "e")
        await wait_for_words(pilot, "● marked (2)")
        assert f"./{BATCH_ID}-marked-ids.txt" in words_on(app)
        await pilot.press("shift+tab", "right", "right")
        await wait_for_words(pilot, f"./{BATCH_ID}-marked.jsonl")
        await pilot.press("left")
        await wait_for_words(pilot, f"./{BATCH_ID}-marked.csv")
        await pilot.press("enter")
        await wait_for_words(pilot, "2 rows → ")
        with (folder / f"{BATCH_ID}-marked.csv").open(newline="") as file:
            rows = list(csv.reader(file))
        assert [row[:4] for row in rows[1:]] == [
            ["fine-1", "succeeded", "", ""],
            ["bad-2", "errored", "invalid_request_error", "'=1+1"],
        ]


async def test_while_everything_is_shown_the_failures_are_meant_and_all_is_one_key_away(
    server: ScriptedServer, folder: Path
) -> None:
    async with results_of(server.url, batch_of(LINES)) as (_, pilot):
        await wait_for_words(pilot, "6 rows")
        await pilot.press("e")
        await wait_for_words(pilot, "● failed or canceled (4) ○ all shown (6)")
        await wait_for_words(pilot, f"./{FAILED}")
        await pilot.press("enter")
        await wait_for_words(pilot, "4 custom_ids → ")
        assert (folder / FAILED).read_text().split() == ["bad-1", "late-1", "bad-2", "gone-1"]
        await pilot.press("e", "shift+tab", "shift+tab", "right", "enter")
        await wait_for_words(pilot, "6 custom_ids → ")
        assert f"{BATCH_ID}-all-ids.txt" in names_in(folder)


async def test_the_dialog_shows_its_path_and_its_buttons_in_the_smallest_terminal(server: ScriptedServer) -> None:
    async with results_of(server.url, batch_of(LINES), size=(40, 10)) as (app, pilot):
        await wait_for_words(pilot, "fine-1")
        await pilot.press("e")
        await wait_for_words(pilot, "File ./msgbatch_01Test")
        assert "Export (enter)" in words_on(app)


async def test_a_file_in_the_way_is_asked_about_and_kept_by_the_safe_answer(
    server: ScriptedServer, folder: Path
) -> None:
    taken = folder / f"{BATCH_ID}-errored-ids.txt"
    taken.write_text("mine")
    async with results_of(server.url, batch_of(LINES)) as (_, pilot):
        await wait_for_words(pilot, "6 rows")
        await pilot.press("3", "e", "enter")
        await wait_for_words(pilot, "Overwrite this file?")
        await pilot.press("enter")
        await wait_for_words(pilot, "The file is as it was.")
        assert taken.read_text() == "mine"
        await pilot.press("enter")
        await wait_for_words(pilot, "Overwrite this file?")
        await pilot.press("y")
        await wait_for_words(pilot, "2 custom_ids → ")
        assert taken.read_text() == "bad-1\nbad-2\n"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("there/", "That is a folder"),
        ("there", "That is a folder"),
        ("nowhere/ids.txt", "there is no folder"),
        ("", "no file is named"),
        ("closed/ids.txt", "cannot be written"),
    ],
)
async def test_a_path_that_cannot_be_is_a_sentence_and_what_was_typed_stays(
    server: ScriptedServer, folder: Path, typed: str, words: str
) -> None:
    (folder / "there").mkdir()
    (folder / "closed").mkdir(mode=0o500)
    if typed.startswith("closed") and os.geteuid() == 0:
        typed = "/proc/ids.txt"
    async with results_of(server.url, batch_of(LINES)) as (app, pilot):
        await wait_for_words(pilot, "6 rows")
        await pilot.press("e")
        app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await wait_for_words(pilot, words)
        assert app.screen.query_one(Input).value == typed
        await pilot.press("shift+tab", "right")
        assert app.screen.query_one(Input).value == typed, "a path that was edited follows no choice"


async def test_an_export_of_a_part_says_so(folder: Path) -> None:
    cut = Answer(body=BODY, cut_at=BODY.index(b'{"custom_id": "bad-2"'), is_chunked=True)
    with ScriptedServer(cut) as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (_, pilot):
            await wait_for_words(pilot, "partial: 4 of 6 rows")
            await pilot.press("5", "e")
            await wait_for_words(pilot, "4 of 6 rows.")
            await pilot.press("enter")
            await wait_for_words(pilot, "Partial: 2 results")
    assert (folder / f"{BATCH_ID}-expired-ids.txt").read_text() == "late-1\n"


async def test_from_the_list_of_batches_enter_streams_and_writes_the_failed(
    server: ScriptedServer, folder: Path
) -> None:
    workspace = open_workspace(server.url)
    app = ResultsApp(ExportDialog(workspace, batch_of(LINES)))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_words(pilot, f"./{FAILED}")
        assert "● failed or canceled (4)" in words_on(app)
        assert server.requests == []
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.answers)
    workspace.close()
    assert app.answers == [f"4 custom_ids → {FAILED}"]
    assert (folder / FAILED).read_text().split() == ["bad-1", "late-1", "bad-2", "gone-1"]


async def test_a_pause_before_a_broken_download_is_taken_up_again_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "_FIRST_PAUSE_SECONDS", 60)
    with ScriptedServer(Answer(body=BODY, cut_at=300, is_chunked=True)) as server:
        workspace = open_workspace(server.url)
        app = ResultsApp(ExportDialog(workspace, batch_of(LINES)))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await wait_for_words(pilot, "The download was cut off, next try in 60 s, esc stops")
            await pilot.press("escape")
            await wait_for_words(pilot, "Nothing was written.")
        workspace.close()
    assert not (folder / FAILED).exists()


async def test_a_stream_that_breaks_writes_nothing_and_can_be_tried_again(folder: Path) -> None:
    every_try = [Answer(body=BODY, cut_at=300, is_chunked=True)] * (RESUME_TRIES + 1)
    with ScriptedServer(*every_try, Answer(body=BODY, is_chunked=True)) as server:
        workspace = open_workspace(server.url)
        app = ResultsApp(ExportDialog(workspace, batch_of(LINES)))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await wait_for_words(pilot, "The download was cut off")
            assert "Nothing was written" in words_on(app)
            assert names_in(folder) == []
            await pilot.press("enter")
            await wait_until(pilot, lambda: app.answers)
        workspace.close()
    assert (folder / FAILED).exists()


async def test_a_dialog_that_is_taken_away_stops_its_stream(folder: Path) -> None:
    with ScriptedServer(Answer(body=BODY, hang_at=400, is_chunked=True)) as server:
        workspace = open_workspace(server.url)
        app = ResultsApp(ExportDialog(workspace, batch_of(LINES)))
        async with app.run_test(size=(80, 24)) as pilot:
            before = set(threading.enumerate())
            await pilot.press("enter")
            await wait_for_words(pilot, "Reading")
            writing = set(threading.enumerate()) - before
            assert writing
            await app.pop_screen()
            await wait_until(pilot, lambda: not any(thread.is_alive() for thread in writing if thread.daemon))
        workspace.close()
    assert names_in(folder) == []


async def test_esc_stops_a_stream_and_a_second_esc_closes(folder: Path) -> None:
    with ScriptedServer(Answer(body=BODY, hang_at=400, is_chunked=True)) as server:
        workspace = open_workspace(server.url)
        app = ResultsApp(ExportDialog(workspace, batch_of(LINES)))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await wait_for_words(pilot, "Reading")
            await pilot.press("escape")
            await wait_for_words(pilot, "Stop")
            assert app.answers == []
            await pilot.press("escape")
            await wait_until(pilot, lambda: app.answers)
        workspace.close()
    assert app.answers == [None]
    assert names_in(folder) == []
