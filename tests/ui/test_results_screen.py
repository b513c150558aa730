"""A batch's results: while they come, when they do not, filtered, ordered and marked."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from array import array
from datetime import timedelta

import pytest

from batchtui.demo.chance import make_id
from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from batchtui.results import ResultsStore
from batchtui.results.spool import Spool
from batchtui.ui.quiet import SWITCH_SECONDS
from batchtui.ui.screens import arranged_results
from batchtui.ui.screens.results_commands import OF_THE_TABLE
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.widgets.result_order import sort_rows
from batchtui.ui.widgets.row_table import RowTable, Sorting
from batchtui.workspace import resuming
from tests.support.api_clients import error_json
from tests.support.result_lines import bare, errored, succeeded
from tests.support.results_app import batch_of, results_of, results_threads, simulated_results
from tests.support.screen_text import screen_lines, screen_text
from tests.support.scripted_server import Answer, ScriptedServer, Silence
from tests.support.simulator import place_batch
from tests.support.waiting import SECONDS, wait_for_text, wait_until

MIXED = [
    succeeded("fine-1", "The first answer."),
    errored("bad-1"),
    succeeded("cut-1", "An answer that", stop_reason="max_tokens"),
    bare("late-1", "expired"),
    bare("gone-1", "canceled"),
    errored("bad-2", "invalid_request_error", "prompt is too long", None),
]


def body_of(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def hanging(lines: list[bytes], arrived: int) -> Answer:
    """Send so many lines, then nothing more."""
    return Answer(body=body_of(lines), hang_at=len(body_of(lines[:arrived])), is_chunked=True)


async def test_rows_filters_and_text_of_a_mixed_batch_are_on_the_screen() -> None:
    with ScriptedServer(Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            text = screen_text(app)
            assert "1\xa0all\xa06" in text
            assert "2 succeeded 2  3 errored 2  4 canceled 1  5 expired 1" in text.replace("\xa0", " ")
            assert "✓ succeeded  end_turn" in text
            assert "✗ errored    overloaded_error" in text
            assert "◷ expired" in text
            assert "⊘ canceled" in text
            assert "The first answer." in text
            assert "complete" in screen_lines(app)[0]


async def test_rows_are_there_while_the_stream_still_comes() -> None:
    with ScriptedServer(hanging(MIXED, 3)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "3 of 6 rows")
            assert "esc stops" in screen_text(app)
            assert "cut-1" in screen_text(app)
            await pilot.press("3")
            await wait_until(pilot, lambda: "fine-1" not in screen_text(app))
            assert "bad-1" in screen_text(app)


async def test_a_download_that_brings_nothing_says_so_and_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.ui.widgets.load_progress._SILENCE_SECONDS", 1.0)
    with ScriptedServer(hanging(MIXED, 3)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "nothing for")
            line = next(line for line in screen_lines(app) if "nothing for" in line)
            assert "3 of 6 rows" in line
            assert "/s" not in line
            await wait_until(pilot, lambda: "nothing for" in screen_text(app) and line not in screen_lines(app))


async def test_a_server_that_does_not_answer_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.ui.widgets.load_progress._SILENCE_SECONDS", 1.0)
    with ScriptedServer(Silence()) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            words = re.compile(r"opening the results… · nothing for \d s · esc stops")
            await wait_until(pilot, lambda: words.search(screen_text(app)))


async def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    with ScriptedServer(Silence(), Answer(body=body_of(MIXED))) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_until(pilot, lambda: server.requests)
            await pilot.press("escape")
            await wait_for_text(pilot, "Stopped before the first row came.")
            await wait_until(pilot, lambda: not results_threads())
            await pilot.press("r")
            await wait_for_text(pilot, "6 rows")
            assert "bad-2" in screen_text(app)


async def test_esc_stops_and_keeps_what_is_there_and_a_second_esc_goes_back() -> None:
    with ScriptedServer(hanging(MIXED, 3)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "3 of 6 rows")
            await pilot.press("escape")
            await wait_for_text(pilot, "partial: 3 of 6 rows")
            assert "cut-1" in screen_text(app)
            assert "partial" in screen_lines(app)[0]
            session = app.first_screen._feed.session  # type: ignore[attr-defined]  # the screen under test
            await pilot.press("escape")
            await wait_until(pilot, lambda: app._exit)
        assert session.store._spool._fd is None
    await _threads_end()


async def test_an_empty_table_gives_way_to_words_only_when_results_are_slow_to_come() -> None:
    with ScriptedServer(Silence()) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            screen = app.first_screen
            await wait_until(pilot, lambda: screen.query_one(RowTable).display and "custom_id" in screen_text(app))
            await wait_until(pilot, lambda: not screen.query_one(RowTable).display)
            assert "opening the results" in screen_text(app)
        server.close()


async def test_threads_take_turns_quickly_until_the_results_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds: list[float] = []
    monkeypatch.setattr(sys, "setswitchinterval", seconds.append)
    with ScriptedServer(Answer(body=body_of(MIXED))) as server:
        async with results_of(server.url, batch_of(MIXED)) as (_, pilot):
            await wait_for_text(pilot, "6 rows")
            await wait_until(pilot, lambda: len(seconds) > 1)
    assert seconds[0] < SWITCH_SECONDS / 10
    assert set(seconds[1:]) == {SWITCH_SECONDS}


async def test_leaving_while_nothing_answers_leaves_no_thread_behind() -> None:
    with ScriptedServer(Silence()) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_until(pilot, lambda: server.requests)
            assert "opening the results" in screen_text(app)
            await pilot.press("q")
            await wait_until(pilot, lambda: app._exit)
        server.close()
        await _threads_end()


async def test_a_cut_stream_says_what_is_missing_and_r_brings_it() -> None:
    cut = Answer(body=body_of(MIXED), cut_at=len(body_of(MIXED[:4])), is_chunked=True)
    every_try = [cut] * (resuming.RESUME_TRIES + 1)
    with ScriptedServer(*every_try, Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "partial: 4 of 6 rows")
            assert "The download was cut off" in screen_text(app)
            assert "2 results did not arrive; r loads them again." in screen_text(app)
            await pilot.press("j", "space", "r")
            await wait_for_text(pilot, "6 rows")
            assert "bad-2" in screen_text(app)
            table = app.screen.query_one(RowTable)
            assert (table.cursor_key, table.marks) == ("1", {"1"})
            assert "cut off" not in screen_text(app)


async def test_a_pause_of_a_broken_download_says_why_and_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "_FIRST_PAUSE_SECONDS", 60)
    cut = Answer(body=body_of(MIXED), cut_at=len(body_of(MIXED[:4])), is_chunked=True)
    with ScriptedServer(cut) as server:
        async with results_of(server.url, batch_of(MIXED), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "4 of 6 rows · the download was cut off, next try in 60 s · esc stops")
            await wait_for_text(pilot, "next try in 59 s")
            await pilot.press("escape")
            await wait_for_text(pilot, "partial: 4 of 6 rows · r loads them again")
            assert "next try" not in screen_text(app)


async def test_a_server_that_asks_for_patience_is_named_before_the_first_row() -> None:
    busy = Answer(529, error_json("overloaded_error", "Overloaded"), {"retry-after": "20"})
    with ScriptedServer(busy) as server:
        async with results_of(server.url, batch_of(MIXED), size=(80, 24)) as (_, pilot):
            await wait_for_text(pilot, "the API is overloaded, next try in 20 s · esc stops")
            await pilot.press("escape")
            await wait_until(pilot, lambda: not results_threads())
            await wait_for_text(pilot, "Stopped before the first row came.")
        assert len(server.requests) == 1


async def test_a_download_that_breaks_once_goes_on_by_itself() -> None:
    cut = Answer(body=body_of(MIXED), cut_at=len(body_of(MIXED[:4])), is_chunked=True)
    with ScriptedServer(cut, Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "complete")
            assert "bad-2" in screen_text(app)
            assert "partial" not in screen_text(app)


async def test_a_second_download_that_fails_early_leaves_the_first_ones_rows() -> None:
    cut = Answer(body=body_of(MIXED), cut_at=len(body_of(MIXED[:4])), is_chunked=True)
    earlier = Answer(body=body_of(MIXED), cut_at=len(body_of(MIXED[:1])), is_chunked=True)
    tries = resuming.RESUME_TRIES + 1
    with ScriptedServer(*[cut] * tries, *[earlier] * tries) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "partial: 4 of 6 rows")
            await pilot.press("r")
            await wait_until(pilot, lambda: len(server.requests) == 2 * tries)
            await wait_for_text(pilot, "partial: 4 of 6 rows")
            assert "late-1" in screen_text(app)


async def test_rows_fewer_than_the_batch_counted_are_said_to_be_missing() -> None:
    lines = [succeeded(f"row-{number}") for number in range(97)]
    with ScriptedServer(Answer(body=body_of(lines), is_chunked=True)) as server:
        async with results_of(server.url, batch_of([], succeeded=100), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "97 rows")
            words = " ".join(screen_text(app).split())
            assert "3 results are missing: the batch counted 100, the stream had 97." in words


async def test_a_line_that_is_no_result_is_a_row_that_says_so() -> None:
    body = body_of([succeeded("fine"), b'{"custom_id": "odd", "result": ', b"<html>"])
    with ScriptedServer(Answer(body=body, is_chunked=True)) as server:
        async with results_of(server.url, batch_of([], succeeded=3)) as (app, pilot):
            await wait_for_text(pilot, "2 lines are no results")
            assert "? unreadable" in screen_text(app)
            assert "2 results are missing" in screen_text(app)
            await pilot.press("G")
            await wait_for_text(pilot, "This line is not a result")


async def test_results_that_are_gone_not_ready_or_none_are_each_a_sentence(simulator: Simulator) -> None:
    cases = {
        place_batch(simulator, "old", age=timedelta(days=31)).id: "Results are no longer available",
        place_batch(simulator, "runs", age=timedelta(hours=1), lasts=timedelta(hours=9)).id: "Results are not ready",
        place_batch(simulator, "empty", {"succeeded": 0}).id: "This batch has no results",
    }
    for batch_id, words in cases.items():
        async with simulated_results(simulator, batch_id, size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, words)
            assert "esc goes back" in screen_text(app)


async def test_a_refused_call_is_a_sentence_and_r_tries_again(simulator: Simulator) -> None:
    batch = place_batch(simulator, shares={"succeeded": 5})
    fault = Fault("status", path=f"/v1/messages/batches/{batch.id}/results", status=403, message="not yours", times=1)
    simulator.faults.add(fault)
    async with simulated_results(simulator, batch.id) as (app, pilot):
        await wait_for_text(pilot, "Not allowed")
        assert "r tries again" in screen_text(app)
        await pilot.press("r")
        await wait_for_text(pilot, "5 rows")


async def test_a_full_disk_keeps_the_rows_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Spool._append

    def refuse_late(spool: Spool, fd: int, data: bytes) -> None:
        if spool.size:
            raise OSError(28, "No space left on device")
        whole(spool, fd, data)

    monkeypatch.setattr(Spool, "_append", refuse_late)
    lines = [succeeded(f"row-{number}", "x" * 1000) for number in range(2000)]
    with ScriptedServer(Answer(body=body_of(lines), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "No room for the results")
            assert "is full" in screen_text(app)
            assert "row-0" in screen_text(app)
            assert "partial: " in screen_text(app)


async def test_the_cursor_stays_on_its_row_through_filters_and_orders() -> None:
    with ScriptedServer(Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            table = app.screen.query_one(RowTable)
            await pilot.press("G")
            for key in ("3", "o", "O", "o", "1"):
                await pilot.press(key)
                await pilot.app.workers.wait_for_complete()
                assert table.cursor_key == "5", key
            await pilot.press("5", "1")
            assert table.cursor_key == "5", "a row that a filter hid is found again"
            assert "▌" in next(line for line in screen_lines(app) if "bad-2" in line)


async def test_an_order_by_custom_id_and_by_tokens_goes_both_ways() -> None:
    lines = [
        succeeded(name, usage={"input_tokens": tokens, "output_tokens": 1})
        for name, tokens in (("b", 5), ("c", 9), ("a", 7))
    ]
    with ScriptedServer(Answer(body=body_of(lines), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "3 rows")

            def order() -> list[str]:
                return [line.split()[line[0] == "▌"] for line in screen_lines(app)[4:7]]

            assert order() == ["b", "c", "a"]
            await pilot.press("o")
            await wait_until(pilot, lambda: order() == ["a", "b", "c"])
            assert "custom_id▲" in screen_text(app)
            await pilot.press("O")
            await wait_until(pilot, lambda: order() == ["c", "b", "a"])
            await pilot.press("o", "o", "o")
            await wait_until(pilot, lambda: order() == ["c", "a", "b"])
            assert "▼in" in screen_text(app)


async def test_each_press_counts_however_long_an_order_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def sort_slowly(store: ResultsStore, sorting: Sorting) -> array[int]:
        assert gate.wait(SECONDS)
        return sort_rows(store, sorting)

    monkeypatch.setattr(arranged_results, "sort_rows", sort_slowly)
    lines = [succeeded(name) for name in ("m", "z", "a")]
    with ScriptedServer(Answer(body=body_of(lines), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "3 rows")
            await pilot.press("o", "o", "o", "O")
            gate.set()
            await wait_for_text(pilot, "cause or stop▼")
            assert "▲" not in screen_text(app)


async def test_rows_that_come_under_an_order_are_sorted_in() -> None:
    lines = [succeeded(name) for name in ("m", "z", "a", "k")]
    with ScriptedServer(hanging(lines, 2), Answer(body=body_of(lines), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "2 of 4 rows")
            await pilot.press("o", "O")
            await wait_for_text(pilot, "custom_id▼")
            await pilot.press("escape")
            await wait_for_text(pilot, "partial")
            await pilot.press("r")
            await wait_for_text(pilot, "4 rows")

            def names() -> list[str]:
                return [line.strip("▌ ").split()[0] for line in screen_lines(app)[4:8]]

            await wait_until(pilot, lambda: names() == ["z", "m", "k", "a"])


async def test_copies_say_that_they_were_sent_to_the_terminal() -> None:
    with ScriptedServer(Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await pilot.press("y", "Y")
            assert app.copied == ["fine-1", MIXED[0].decode()]
            await wait_for_text(pilot, "fine-1 was sent to the terminal")


async def test_hostile_text_reaches_the_screen_only_as_visible_signs(scene: Simulator) -> None:
    async with simulated_results(scene, make_id("msgbatch", 0, "production", "hostile")) as (app, pilot):
        await wait_for_text(pilot, "42 rows")
        for key in "jjjjGkkkkkk":
            await pilot.press(key)
            shown = screen_text(app)
            assert not any(ord(sign) < 32 and sign != "\n" for sign in shown)
            assert "\x9b" not in shown
            assert "\u202e" not in shown
        assert "␛" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (160, 40)])
async def test_every_size_shows_rows_filters_and_the_way_back(size: tuple[int, int]) -> None:
    with ScriptedServer(Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED), size=size) as (app, pilot):
            await wait_for_text(pilot, "fine-1")
            lines = screen_lines(app)
            assert any("1\xa0all\xa06" in line or "1\xa06" in line for line in lines)
            assert "Help" in lines[-1]
            assert all(len(line) <= size[0] for line in lines)


async def _threads_end() -> None:
    async with asyncio.timeout(SECONDS):
        while results_threads():  # noqa: ASYNC110  # the end of a thread sets no event
            await asyncio.sleep(0.01)


async def test_every_key_of_the_help_does_something_and_is_told_once() -> None:
    with ScriptedServer(Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            commands = [command for command in ResultsScreen.COMMANDS if command.group in {"Results", "Everywhere"}]
            for command in commands:
                name = command.action.split("(")[0]
                is_of_table = name in OF_THE_TABLE
                assert is_of_table or hasattr(app.screen, f"action_{name}"), command
            keys = [key for command in commands for key in command.keys.split(",")]
            assert len(keys) == len(set(keys))
            await pilot.press("question_mark")
            await wait_for_text(pilot, "Sort by the next column")


async def test_marks_are_counted_and_kept_through_filters() -> None:
    with ScriptedServer(Answer(body=body_of(MIXED), is_chunked=True)) as server:
        async with results_of(server.url, batch_of(MIXED)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await pilot.press("space", "j", "space")
            await wait_for_text(pilot, "2 marked")
            await pilot.press("2", "3", "1")
            await wait_until(pilot, lambda: [line[1:2] for line in screen_lines(app)[4:7]] == ["*", "*", " "])
