"""The line at the top, where there is less room than words."""

from __future__ import annotations

import pytest

from batchtui.ui.screens.results_screen import ResultsScreen
from tests.support.result_lines import errored, succeeded
from tests.support.results_app import ResultsApp, batch_of, open_workspace
from tests.support.screen_text import screen_lines
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import wait_for_text, wait_until

LINES = [succeeded("one"), errored("two")]
ID = "msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d"


@pytest.mark.parametrize(
    ("width", "beginning"),
    [
        (120, f" tests · {ID} · in numbers · 127.0.0.1:"),
        (100, f" tests · {ID} · in numbers  "),
        (80, " tests · …jWR4ZsDV8d · in numbers  "),
        (60, " tests · in numbers "),
    ],
)
async def test_what_is_shown_is_said_to_the_last_and_the_id_gives_way_before(width: int, beginning: str) -> None:
    batch = batch_of(LINES).model_copy(update={"id": ID})
    with ScriptedServer(Answer(body=b"\n".join(LINES))) as server:
        workspace = open_workspace(server.url, production=True, read_only=True)
        app = ResultsApp(ResultsScreen(workspace, batch))
        async with app.run_test(size=(width, 24)) as pilot:
            await wait_for_text(pilot, "2 rows")
            await pilot.press("i")
            await wait_for_text(pilot, "2 results")
            await wait_until(pilot, lambda: screen_lines(app)[0].endswith(" READ-ONLY   complete"))
            assert screen_lines(app)[0].startswith(beginning)
            await pilot.press("escape", "t")
            await wait_until(pilot, lambda: " · triage" in screen_lines(app)[0])
        workspace.close()
