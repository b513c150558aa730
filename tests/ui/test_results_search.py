"""Search in all results: found while they come, gone through by key, shown where they stand, and alone."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from batchtui.results import ResultsStore, blocks, expression
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.row_table import RowTable
from tests.support.result_lines import errored, succeeded
from tests.support.results_app import batch_of, results_of, wait_for_words, words_on
from tests.support.screen_text import screen_lines, screen_text
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import SECONDS, wait_for_text, wait_until

LONG = "Nothing to see. " * 40 + "At last the Needle stands here. " + "More of the same. " * 200
LINES = [
    succeeded("first", "Nothing."),
    succeeded("second", LONG),
    errored("third", "api_error", "a needle broke"),
    succeeded("fourth", "Nothing again."),
    succeeded("fifth-needle", "Nothing at all."),
    succeeded("sixth", content=[{"type": "tool_use", "name": "sew", "input": {"with": "NEEDLE"}}]),
]


def served(lines: list[bytes] = LINES, *, arrived: int | None = None) -> ScriptedServer:
    """Send these lines; then, after `arrived` of them, nothing more."""
    body = b"".join(line + b"\n" for line in lines)
    hang_at = None if arrived is None else sum(len(line) + 1 for line in lines[:arrived])
    return ScriptedServer(Answer(body=body, hang_at=hang_at, is_chunked=True))


async def search_for(pilot: Pilot[Any], words: str) -> None:
    await pilot.press("slash")
    await pilot.press(*words, "enter")


def underlined(app: App[Any], lines: slice = slice(None)) -> list[str]:
    """Return the texts that are marked on some lines of the screen."""
    strips = app.screen._compositor.render_strips()[lines]
    return [segment.text for strip in strips for segment in strip if segment.style and segment.style.underline]


def cursor(pilot: Pilot[Any]) -> str | None:
    return pilot.app.screen.query_one(RowTable).cursor_key


async def test_a_search_goes_to_the_first_match_and_n_goes_round() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "1 of 4")
            assert cursor(pilot) == "1"
            assert "last the Needle stands here." in screen_lines(app)[6], "the row shows where it stands"
            assert underlined(app, lines=slice(5, 11)) == ["Needle", "needle", "needle", "NEEDLE"]
            for key, place in (("n", "2"), ("n", "4"), ("n", "5"), ("n", "1"), ("N", "5"), ("N", "4")):
                await pilot.press(key)
                assert cursor(pilot) == place
            await wait_for_text(pilot, "3 of 4")
            await pilot.press("g")
            await wait_for_text(pilot, "4 matches")


async def test_capital_letters_count_and_expressions_stand_between_slashes() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "Needle")
            await wait_for_text(pilot, "1 of 1")
            await pilot.press("g")
            await search_for(pilot, "/N.{5}/")
            await wait_for_words(pilot, "/N.{5}/")
            await wait_for_text(pilot, "1 of 5")


async def test_an_expression_that_is_none_is_a_sentence_and_the_line_stays() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "/(/")
            await wait_for_words(pilot, "That is no regular expression")
            assert "/(/" in screen_lines(app)[3]
            await pilot.press("escape")
            await wait_until(pilot, lambda: "/(/" not in screen_lines(app)[3])
            assert isinstance(app.screen, ResultsScreen)


async def test_an_expression_that_takes_too_long_is_a_sentence_and_keys_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "EXPRESSION_SECONDS", 0.2)
    lines = [succeeded("first", "short"), succeeded("second", "a" * 60 + "b")]
    with served(lines) as server:
        async with results_of(server.url, batch_of(lines), size=(120, 36)) as (_, pilot):
            await wait_for_text(pilot, "2 rows")
            await search_for(pilot, "/(a|aa)+$/")
            await wait_for_words(pilot, "That expression takes too long")
            await pilot.press("G")
            assert cursor(pilot) == "1"
            await pilot.press("escape")
            await wait_until(pilot, lambda: "takes too long" not in screen_text(pilot.app))


async def test_f_shows_only_matches_within_the_filter_and_esc_ends_the_search() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "1 of 4")
            await pilot.press("f")
            await wait_until(pilot, lambda: "fourth" not in screen_text(app))
            assert "1 all 4 2 succeeded 3 3 errored 1" in words_on(app)
            await pilot.press("3")
            await wait_for_text(pilot, "1 of 1")
            assert "fifth" not in screen_text(app)
            await pilot.press("1", "escape")
            await wait_for_text(pilot, "fourth")
            assert "needle  " not in screen_lines(app)[3]
            await pilot.press("n")
            await wait_for_text(pilot, "Nothing is searched for: / begins.")


async def test_rows_that_come_later_are_searched_as_they_come() -> None:
    with served(arrived=3) as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "3 of 6 rows")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "1 of 2")
            await pilot.press("f")
            screen = app.first_screen
            assert isinstance(screen, ResultsScreen)
            screen._feed.store.feed(LINES[3] + b"\n" + LINES[4] + b"\n")
            screen._show_status(screen._feed.status)
            await wait_for_text(pilot, "1 of 3")
            assert "fifth-needle" in screen_text(app)
            assert "fourth" not in screen_text(app)


async def test_n_before_there_is_a_match_says_so_and_the_first_is_gone_to_when_it_comes() -> None:
    with served(arrived=1) as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "1 of 6 rows")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "no match so far")
            await pilot.press("n")
            await wait_for_words(pilot, "There is no match so far")
            screen = app.first_screen
            assert isinstance(screen, ResultsScreen)
            screen._feed.store.feed(LINES[1] + b"\n")
            screen._show_status(screen._feed.status)
            await wait_for_text(pilot, "1 of 1")
            assert cursor(pilot) == "1"


async def test_esc_stops_a_search_and_keeps_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    read_block = ResultsStore.block

    def read_slowly(store: ResultsStore, first: int, end: int) -> bytes:
        if first:
            gate.wait(SECONDS)
        return read_block(store, first, end)

    monkeypatch.setattr(blocks, "BLOCK_SIZE", 20 * len(LINES[0]))
    monkeypatch.setattr(ResultsStore, "block", read_slowly)
    lines = [succeeded(f"row-{number:04}", "a needle") for number in range(200)]
    with served(lines) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "complete")
            await search_for(pilot, "needle")
            await wait_for_words(pilot, "10% searched esc stops")
            await pilot.press("escape")
            await wait_for_words(pilot, "stopped at 10%")
            gate.set()
            await pilot.press("n")
            await wait_for_text(pilot, "2 of ")
            await pilot.press("escape")
            await wait_until(pilot, lambda: "stopped" not in words_on(app))


async def test_a_filter_that_left_nothing_gives_the_keys_back() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "1 of 4")
            await pilot.press("f", "5")
            await wait_for_words(pilot, "No result is expired and matching. 1 and esc show more.")
            await pilot.press("1")
            await wait_for_text(pilot, "fifth-needle")
            await pilot.press("G")
            await wait_for_text(pilot, "4 of 4")


async def test_a_search_without_a_match_that_hides_all_names_its_way_out() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "zebra")
            await wait_for_words(pilot, "no match")
            await pilot.press("f")
            await wait_for_words(pilot, "No result is matching. esc shows more.")
            await pilot.press("escape")
            await wait_for_text(pilot, "fifth-needle")


async def test_a_terminal_that_is_too_small_for_the_line_gives_the_keys_back() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await pilot.press("slash", *"quartz")
            await wait_for_text(pilot, "quartz")
            await pilot.resize_terminal(39, 9)
            await wait_for_text(pilot, "This terminal is too small")
            assert "quartz" not in screen_text(app)
            await pilot.press("q")
            await wait_until(pilot, lambda: app._exit)


async def test_the_line_has_the_keys_again_when_the_terminal_grows() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await pilot.press("slash", *"quar")
            await pilot.resize_terminal(39, 9)
            await wait_for_text(pilot, "This terminal is too small")
            await pilot.resize_terminal(80, 24)
            await wait_until(pilot, lambda: isinstance(app.screen.focused, FindLine))
            await pilot.press(*"tz")
            await wait_for_text(pilot, "quartz")


async def test_nothing_found_says_so() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "haystack")
            await wait_for_text(pilot, "no match")
            await pilot.press("n")
            await wait_for_words(pilot, "Nothing matches haystack in custom_ids")


async def test_the_whole_result_opens_at_the_match_and_n_goes_on_to_other_results() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "6 rows")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "1 of 4")
            await pilot.press("enter")
            await wait_for_text(pilot, "2 of 6")
            await wait_for_text(pilot, "Needle stands here")
            assert "Needle" in underlined(app)
            await pilot.press("n")
            await wait_for_text(pilot, "3 of 6")
            await pilot.press("n", "n")
            await wait_for_text(pilot, "6 of 6")
            await pilot.press("N")
            await wait_for_text(pilot, "5 of 6")


async def test_a_search_under_an_order_goes_in_that_order() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (_, pilot):
            await wait_for_text(pilot, "6 rows")
            await pilot.press("o")
            await wait_for_text(pilot, "custom_id▲")
            await pilot.press("g")
            await search_for(pilot, "needle")
            await wait_for_text(pilot, "1 of 4")
            seen = []
            for _ in range(4):
                seen.append(cursor(pilot))
                await pilot.press("n")
            assert seen == ["4", "1", "5", "2"]
