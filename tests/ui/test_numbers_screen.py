"""A batch in numbers: tokens and cache, length of answers, stop reasons, models, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.widgets.numbers_words import format_dollars
from tests.support.result_lines import errored, succeeded
from tests.support.results_app import batch_of, results_of, wait_for_words, words_on
from tests.support.screen_text import screen_lines, screen_text
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import wait_for_text, wait_until

USAGE = {
    "input_tokens": 1_000_000,
    "output_tokens": 200_000,
    "cache_read_input_tokens": 3_000_000,
    "cache_creation_input_tokens": 0,
}
LINES = [
    succeeded("one", usage=USAGE, model="dear-1"),
    succeeded("two", usage={**USAGE, "output_tokens": 100}, model="dear-1", stop_reason="max_tokens"),
    succeeded("three", usage={"input_tokens": 10, "output_tokens": 3}, model="nobody\x1b[7m-knows"),
    errored("four"),
]
PRICES = 'cache_read = 0.1\ndirect = 2.0\n[models]\n"dear-1" = { input = 10.0, output = 50.0 }\n'


@pytest.fixture(autouse=True)
def _own_prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCHTUI_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "prices.toml").write_text(PRICES)


def served(lines: list[bytes] = LINES, *, arrived: int | None = None) -> ScriptedServer:
    """Send these lines; then, after `arrived` of them, nothing more."""
    body = b"".join(line + b"\n" for line in lines)
    hang_at = None if arrived is None else sum(len(line) + 1 for line in lines[:arrived])
    return ScriptedServer(Answer(body=body, hang_at=hang_at, is_chunked=True))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_tokens_cache_stop_reasons_models_and_cost_are_on_one_screen(size: tuple[int, int]) -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=size) as (app, pilot):
            await wait_for_text(pilot, "4 rows")
            await pilot.press("i")
            await wait_for_words(pilot, "4 results, 3 succeeded")
            shown = words_on(app)
            assert "≈ $36.01 at batch prices (estimate); $72.01 directly" in shown
            assert "sent 8,000,010" in shown
            assert "cache, read 6,000,000 75% cache hit rate" in shown
            assert "answered 200,103 in 3 answers" in shown
            assert "no price is known: nobody␛[7m-knows" in shown
            await pilot.press("G")
            await wait_until(pilot, lambda: "dear-1 2 8,000,000 200,100 $36.01" in words_on(app))
            assert "max_tokens 1 33%" in words_on(app)
            assert all(len(line) <= size[0] for line in screen_lines(app))
            await pilot.press("escape")
            await wait_until(pilot, lambda: isinstance(app.screen, ResultsScreen))


async def test_a_note_of_several_lines_leaves_the_end_in_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ("long-name-" * 12)
    folder.mkdir()
    (folder / "prices.toml").write_text(PRICES)
    monkeypatch.setenv("BATCHTUI_CONFIG", str(folder / "config.toml"))
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "4 rows")
            await pilot.press("i")
            await wait_for_words(pilot, "4 results, 3 succeeded")
            await pilot.press("G")
            await wait_until(pilot, lambda: "nobody␛[7m-knows 1" in words_on(app))


async def test_numbers_are_counted_again_while_results_come() -> None:
    with served(arrived=1) as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "1 of 4 rows")
            await pilot.press("i")
            await wait_for_words(pilot, "So far 1 result, 1 succeeded")
            screen = app.first_screen
            assert isinstance(screen, ResultsScreen)
            screen._feed.store.feed(LINES[1] + b"\n")

            def is_counted_again() -> bool:
                screen._show_status(screen._feed.status)
                return "So far 2 results" in words_on(app)

            await wait_until(pilot, is_counted_again)


async def test_prices_that_cannot_be_read_are_a_sentence_and_tokens_stay(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text("models = 3")
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "4 rows")
            await pilot.press("i")
            await wait_for_words(pilot, "`models` must be a table")
            assert "8,000,010" in screen_text(app)


async def test_nobody_is_asked_for_the_price_of_no_model() -> None:
    lines = [succeeded("a", usage={"input_tokens": 2**32 - 1, "output_tokens": 2**32 - 1}, model="")]
    with served(lines) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "1 row")
            await pilot.press("i")
            await wait_for_words(pilot, "no price is known: (no model)")
            assert "Add it in" not in screen_text(app)
            await pilot.press("G")
            await wait_until(pilot, lambda: "(no model) 1 4,294,967,295 4,294,967,295 no price" in words_on(app))


async def test_a_batch_without_answers_says_so() -> None:
    lines = [errored("a"), errored("b")]
    with served(lines) as server:
        async with results_of(server.url, batch_of(lines)) as (_, pilot):
            await wait_for_text(pilot, "2 rows")
            await pilot.press("i")
            await wait_for_words(pilot, "No result has succeeded")


def test_a_fraction_of_a_cent_is_not_nothing() -> None:
    assert [format_dollars(amount) for amount in (0, 0.001, 0.01, 1234.5)] == [
        "$0.00",
        "under $0.01",
        "$0.01",
        "$1,234.50",
    ]
