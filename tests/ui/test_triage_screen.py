"""Failures grouped by cause: while they come, as a filter, and as a file of exactly those."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App

from batchtui.demo.chance import make_id
from batchtui.demo.simulator import Simulator
from batchtui.ui.results_inquiries import TriageInquiry
from batchtui.ui.screens.live_results import LiveResults
from batchtui.ui.screens.triage_screen import TriageScreen
from tests.support.result_lines import bare, errored, succeeded
from tests.support.results_app import batch_of, results_of, simulated_results, wait_for_words, words_on
from tests.support.screen_text import screen_lines, screen_text
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.simulator import place_batch
from tests.support.waiting import SECONDS, wait_for_text, wait_until

TOO_LONG = "prompt is too long: {} tokens > 200000 maximum"
LINES = [
    succeeded("fine"),
    *(errored(f"over-{number}") for number in range(3)),
    *(errored(f"long-{number}", "invalid_request_error", TOO_LONG.format(200_001 + number)) for number in range(2)),
    bare("late", "expired"),
    bare("gone", "canceled"),
    succeeded("cut", "Half an", stop_reason="max_tokens"),
    succeeded("no", "I would rather not.", stop_reason="refusal"),
]


def served(lines: list[bytes] = LINES, *, arrived: int | None = None) -> ScriptedServer:
    """Send these lines; then, after `arrived` of them, nothing more."""
    body = b"".join(line + b"\n" for line in lines)
    hang_at = None if arrived is None else sum(len(line) + 1 for line in lines[:arrived])
    return ScriptedServer(Answer(body=body, hang_at=hang_at, is_chunked=True))


def cause_under_the_cursor(app: App[None]) -> str:
    line = next(line for line in screen_lines(app) if line.startswith("▌"))
    return " ".join(line.strip("▌ ").replace("·", "").replace("━", "").split())


def read_ids(folder: Path) -> dict[str, list[str]]:
    return {path.name: path.read_text().split() for path in folder.iterdir()}


async def test_the_causes_of_a_batch_stand_biggest_first_with_what_to_do() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "10 rows")
            await pilot.press("t")
            await wait_for_text(
                pilot, "7 of 10 failed or were canceled: 5 can be sent again as they are, 2 must be fixed first"
            )
            assert "2 answers are not whole" in screen_text(app)
            assert words_on(app).count("results % of all again cause message") == 1
            assert "✗ overloaded_error · 3 results · 30% of all results" in words_on(app)
            assert "─" * 120 in screen_text(app)
            groups = [line.strip("▌ ") for line in screen_lines(app) if "%" in line and "of all" not in line]
            rows = [" ".join(group.replace("·", "").replace("━", "").split()) for group in groups[:6]]
            assert rows[0] == "3 30% as it is ✗ overloaded_error Overloaded"
            assert rows[1].startswith("2 20% fix first ✗ invalid_request_error prompt is too long: … tokens > 200000")
            assert {row.split("first ")[-1].split("is ", 1)[-1].split(" ", 2)[1] for row in rows[2:]} == {
                "expired",
                "canceled",
                "max_tokens",
                "refusal",
            }
            await pilot.press("j")
            await wait_for_text(pilot, "first  long-0")
            assert "last  long-1" in screen_text(app)
            assert TOO_LONG.format(200_002) in screen_text(app)


async def test_a_cause_becomes_a_filter_from_which_esc_goes_back_to_the_causes_and_then_to_all_results() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "10 rows")
            await pilot.press("t")
            await wait_for_text(pilot, "overloaded_error")
            await pilot.press("j", "enter")
            await wait_for_text(pilot, "long-1")
            text = screen_text(app).replace("\xa0", " ")
            assert "over-0" not in text
            assert "invalid_request_error: prompt is too long" in text
            assert "1 all 2  2 succeeded 0  3 errored 2" in text
            await pilot.press("2")
            await wait_for_words(pilot, "No result is succeeded")
            await pilot.press("1", "escape")
            await wait_for_words(pilot, "7 of 10 failed")
            assert cause_under_the_cursor(app).startswith("2 20% fix first")
            await pilot.press("escape")
            await wait_for_text(pilot, "over-0")
            assert "1 all 10" in screen_text(app).replace("\xa0", " ")
            assert "prompt is too long: … tokens" not in screen_text(app)


async def test_one_cause_after_the_other_is_read_with_two_keys_each() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "10 rows")
            await pilot.press("t", "enter")
            await wait_for_text(pilot, "overloaded_error: Overloaded")
            await pilot.press("escape", "j", "enter")
            await wait_for_text(pilot, "invalid_request_error: prompt is too long")
            await pilot.press("t")
            await wait_for_words(pilot, "7 of 10 failed")
            assert cause_under_the_cursor(app).startswith("2 20% fix first")


async def test_groups_grow_while_the_results_still_come() -> None:
    with served(arrived=3) as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "3 of 10 rows")
            await pilot.press("t")
            await wait_for_text(pilot, "So far 2 of 3 failed")
            session = app.first_screen._feed.session  # type: ignore[attr-defined]  # the screen under test
            session.store.feed(LINES[3] + b"\n")
            app.first_screen._show_status(app.first_screen._feed.status)  # type: ignore[attr-defined]  # as a step does
            await wait_for_text(pilot, "So far 3 of 4 failed")
            await pilot.press("enter")
            await wait_for_text(pilot, "over-2")


async def test_e_writes_the_ids_of_one_cause_or_of_the_marked_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "10 rows")
            await pilot.press("t")
            await wait_for_text(pilot, "overloaded_error")
            await pilot.press("e")
            await wait_for_words(pilot, "overloaded_error (3)")
            await pilot.press("enter")
            await wait_for_words(pilot, "3 custom_ids →")
            await pilot.press("space", "j", "space", "e")
            await wait_for_words(pilot, "2 causes (5)")
            await pilot.press("enter")
            await wait_for_words(pilot, "5 custom_ids →")
    written = read_ids(tmp_path)
    assert sorted(map(sorted, written.values())) == [
        ["long-0", "long-1", "over-0", "over-1", "over-2"],
        ["over-0", "over-1", "over-2"],
    ]
    assert any(name.endswith("-overloaded_error-ids.txt") for name in written)


async def test_the_causes_behind_the_pager_are_there_at_once(scene: Simulator) -> None:
    name = make_id("msgbatch", 0, "production", "the pager")
    async with simulated_results(scene, name, size=(80, 24)) as (app, pilot):
        await wait_for_text(pilot, "complete")
        await pilot.press("t")
        await wait_for_words(pilot, "6,017 of 20,000 failed: 4,273 can be sent again as they are, 1,744 must be fixed")
        assert all(len(line) <= 80 for line in screen_lines(app))


async def test_a_batch_without_failures_says_so(simulator: Simulator) -> None:
    batch = place_batch(simulator, shares={"succeeded": 8}, theme="support")
    async with simulated_results(simulator, batch.id) as (app, pilot):
        await wait_for_text(pilot, "8 rows")
        await pilot.press("t")
        await wait_until(pilot, lambda: "None of 8 results failed" in words_on(app))


async def test_hostile_names_reach_the_screen_as_visible_signs() -> None:
    lines = [errored("\x1b[2Jbad", "odd\x1b]0;x\x07_error", "Say \u202e\x9bthis")]
    with served(lines) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "1 row")
            await pilot.press("t")
            await wait_until(pilot, lambda: isinstance(app.screen, TriageScreen) and "␛" in screen_text(app))
            shown = screen_text(app)
            assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(shown)
            await pilot.press("enter")
            await wait_for_text(pilot, "esc shows all causes")
            assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(screen_text(app))


async def test_the_keys_belong_to_the_causes_although_they_come_after_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = threading.Event()
    advance = TriageInquiry._advance

    def advance_late(inquiry: TriageInquiry, tell: Callable[[], None]) -> None:
        gate.wait(SECONDS)
        advance(inquiry, tell)

    monkeypatch.setattr(TriageInquiry, "_advance", advance_late)
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "10 rows")
            await pilot.press("t")
            await wait_for_text(pilot, "No cause so far")
            gate.set()
            await wait_for_text(pilot, "overloaded_error")
            await pilot.press("enter")
            await wait_for_text(pilot, "esc shows all causes")


@pytest.mark.parametrize("key", ["t", "i"])
async def test_results_that_come_while_the_program_ends_are_no_news_for_a_screen_that_has_gone(key: str) -> None:
    with served(arrived=4) as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "4 of 10")
            below = app.screen
            assert isinstance(below, LiveResults)
            await pilot.press(key)
            await pilot.pause()
            in_front = app.screen
            assert in_front is not below
            await app._prune(in_front)  # at its end, Textual takes the widgets first and the list of screens last
            below.post_message(LiveResults.Loaded(below._feed.status))
            await pilot.pause()
            app.screen_stack.remove(in_front)


async def test_a_cause_that_is_named_like_another_choice_can_be_told_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [errored("odd-1", "retryable"), errored("odd-2", "retryable"), errored("over")]
    with served(lines) as server:
        async with results_of(server.url, batch_of(lines)) as (_, pilot):
            await wait_for_text(pilot, "3 rows")
            await pilot.press("t")
            await wait_for_text(pilot, "overloaded_error")
            await pilot.press("e")
            await wait_for_words(pilot, "retryable (2)")
            await pilot.press("shift+tab", "shift+tab", "right")
            await wait_for_words(pilot, "● can be sent again as they are (1)")
            await pilot.press("enter")
            await wait_for_words(pilot, "1 custom_id →")
    assert list(read_ids(tmp_path).values()) == [["over"]]
