"""Results saved to a file: all of them byte for byte, or only the lines that are shown, from results and batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.ui.dialogs.save_dialog import SaveDialog
from batchtui.workspace import SAVED, save_results
from tests.support.result_lines import errored, succeeded
from tests.support.results_app import BATCH_ID, ResultsApp, batch_of, open_workspace, results_of, wait_for_words
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import wait_for_text, wait_until

LINES = [succeeded("fine-1"), errored("bad-1"), succeeded("fine-2", "A needle."), errored("bad-2", "api_error", "No")]
BODY = LINES[0] + b"\r\n" + LINES[1] + b"\n\n" + LINES[2] + b"\n" + LINES[3]
"""Odd line ends, and none at the end: what came is what is kept."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def served(body: bytes = BODY, *, hang_at: int | None = None) -> ScriptedServer:
    return ScriptedServer(Answer(body=body, hang_at=hang_at, is_chunked=True))


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_s_and_enter_write_all_results_as_they_came(folder: Path) -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "4 rows")
            await pilot.press("s")
            await wait_for_words(pilot, f"./{BATCH_ID}-{SAVED}.jsonl")
            await pilot.press("enter")
            await wait_for_words(pilot, "4 result lines →")
    assert read(folder) == {f"{BATCH_ID}-results.jsonl": BODY}


async def test_what_a_filter_shows_can_be_saved_alone(folder: Path) -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (_, pilot):
            await wait_for_text(pilot, "4 rows")
            await pilot.press("3", "s")
            await wait_for_words(pilot, "○ shown: errored (2)")
            await pilot.press("shift+tab", "right", "enter")
            await wait_for_words(pilot, "2 result lines →")
    assert read(folder) == {f"{BATCH_ID}-errored.jsonl": LINES[1] + b"\n" + LINES[3] + b"\n"}


async def test_what_has_arrived_is_saved_to_its_last_whole_line_and_called_partial(folder: Path) -> None:
    with served(hang_at=len(BODY) - 20) as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "3 of 4 rows")
            await pilot.press("s")
            await wait_for_words(pilot, "3 of 4 rows. ")
            await pilot.press("enter")
            await wait_for_words(pilot, "Partial: 1 result of this batch had not arrived")
    assert read(folder) == {f"{BATCH_ID}-results.jsonl": BODY[: -len(LINES[3])]}


async def test_without_a_session_the_results_are_fetched_first(folder: Path) -> None:
    with served() as server:
        workspace = open_workspace(server.url)
        app = ResultsApp(SaveDialog(workspace, batch_of(LINES)))
        async with app.run_test() as pilot:
            await wait_for_words(pilot, "all (4)")
            await pilot.press("enter")
            await wait_until(pilot, lambda: app.answers)
        workspace.close()
    assert app.answers == [f"4 result lines → {BATCH_ID}-results.jsonl"]
    assert read(folder) == {f"{BATCH_ID}-results.jsonl": BODY}


def test_progress_is_told_in_rows_of_all(folder: Path) -> None:
    with served() as server:
        workspace = open_workspace(server.url)
        session = workspace.open_results(batch_of(LINES))
        session.run()
        told: list[tuple[int, int]] = []
        save_results(session, folder / "all.jsonl", on_progress=lambda step: told.append((step.done, step.total)))
        session.close()
        workspace.close()
    assert told == [(4, 4)]
