"""A server that cannot resume sends everything again, in another order: what somebody chose stays what it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from batchtui.ui.dialogs.export_dialog import ExportDialog
from batchtui.ui.dialogs.save_dialog import SaveDialog
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import resuming
from tests.support.result_lines import errored, succeeded
from tests.support.results_app import ResultsApp, batch_of, results_of
from tests.support.screen_text import screen_text
from tests.support.scripted_server import Answer, Request, ScriptedServer
from tests.support.waiting import wait_for_text, wait_until

LINES = [errored(f"bad-{n}") if n % 2 else succeeded(f"fine-{n}", f"text {n}") for n in range(10)]
ARRIVED = 4


def body_of(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def answer(lines: list[bytes], arrived: int | None = None) -> Answer:
    return Answer(body=body_of(lines), cut_at=len(body_of(lines[:arrived])) if arrived else None, is_chunked=True)


@pytest.fixture(autouse=True)
def in_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@contextmanager
def serving(*later: Answer) -> Iterator[tuple[ScriptedServer, threading.Event]]:
    """Send the first of the lines, and the later answers only once the event is set."""
    answers, goes_on = iter([answer(LINES, ARRIVED), *later]), threading.Event()

    def play(request: Request) -> Answer:  # noqa: ARG001  # every request is one for the results
        given = next(answers)
        if given.cut_at is None or given.body != body_of(LINES):
            goes_on.wait(60)
        return given

    with ScriptedServer(script=play) as server:
        try:
            yield server, goes_on
        finally:
            goes_on.set()


def results_screen(app: ResultsApp) -> ResultsScreen:
    assert isinstance(app.first_screen, ResultsScreen)
    return app.first_screen


async def until_rows(pilot: Pilot[Any], app: ResultsApp, rows: int) -> None:
    """Wait until the screen of results has taken over so many rows, also where another screen is before it."""
    await wait_until(pilot, lambda: len(results_screen(app)._rows) == rows)


def name_under_cursor(app: ResultsApp) -> str:
    screen = results_screen(app)
    return screen._rows.custom_id(screen.query_one(RowTable).cursor_key or "")


def marked_names(app: ResultsApp) -> set[str]:
    screen = results_screen(app)
    return {screen._rows.custom_id(key) for key in screen.query_one(RowTable).marks}


def written_to(folder: Path) -> bytes:
    (path,) = (each for each in folder.iterdir() if each.is_file())
    return path.read_bytes()


async def test_an_export_writes_what_was_marked(tmp_path: Path) -> None:
    with serving(answer(LINES[::-1])) as (server, goes_on):
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "4 of 10 rows")
            await pilot.press("j", "space", "e")
            await wait_until(pilot, lambda: isinstance(app.screen, ExportDialog))
            goes_on.set()
            await until_rows(pilot, app, 10)
            await pilot.press("enter")
            await wait_until(pilot, lambda: not isinstance(app.screen, ExportDialog))
            assert written_to(tmp_path) == b"bad-1\n"
            assert marked_names(app) == {"bad-1"}


async def test_a_result_that_is_being_read_stays_that_result() -> None:
    with serving(answer(LINES[::-1])) as (server, goes_on):
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "4 of 10 rows")
            await pilot.press("j", "enter")
            await wait_for_text(pilot, "2 of 4")
            goes_on.set()
            await until_rows(pilot, app, 10)
            await pilot.press("y")
            await wait_until(pilot, lambda: app.copied)
            assert app.copied == ["bad-1"]
            await pilot.press("right")
            await wait_for_text(pilot, "text 0")
            assert name_under_cursor(app) == "fine-0"


async def test_a_result_that_does_not_come_again_can_still_be_read() -> None:
    with serving(answer(LINES[:2])) as (server, goes_on):
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "4 of 10 rows")
            await pilot.press("G", "enter")
            await wait_for_text(pilot, "4 of 4")
            goes_on.set()
            await until_rows(pilot, app, 2)
            await pilot.press("J")
            await wait_for_text(pilot, '"custom_id": "bad-3"')
            await pilot.press("left")
            await wait_for_text(pilot, '"custom_id": "fine-2"')
            await pilot.press("left")
            await wait_for_text(pilot, '"custom_id": "bad-1"')
            assert name_under_cursor(app) == "bad-1"


async def test_marks_and_the_cursor_wait_for_results_that_have_yet_to_come_again() -> None:
    with serving(answer(LINES[::-1], 5), answer(LINES[::-1], 7), answer(LINES[::-1])) as (server, goes_on):
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "4 of 10 rows")
            await pilot.press("j", "space", "k", "space")
            assert marked_names(app) == {"fine-0", "bad-1"}
            goes_on.set()
            await wait_for_text(pilot, "10 rows")
            await wait_until(pilot, lambda: marked_names(app) == {"fine-0", "bad-1"})
            assert name_under_cursor(app) == "fine-0"


async def test_a_dialog_keeps_what_it_was_opened_for_while_everything_is_loaded_again(tmp_path: Path) -> None:
    tries = resuming.RESUME_TRIES
    with serving(*[answer(LINES, ARRIVED)] * tries, answer(LINES[::-1])) as (server, goes_on):
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "partial: 4 of 10 rows")
            await pilot.press("r", "3", "s")
            await wait_until(pilot, lambda: isinstance(app.screen, SaveDialog))
            assert "Not all results are here" in screen_text(app)
            await pilot.press("shift+tab", "right")
            goes_on.set()
            await until_rows(pilot, app, 5)
            await pilot.press("enter")
            await wait_until(pilot, lambda: not isinstance(app.screen, SaveDialog))
            assert written_to(tmp_path) == body_of([LINES[1], LINES[3]])
