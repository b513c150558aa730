"""One result in full: its blocks, its failure, its JSON, and the way to the next one."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from textual.app import App, ComposeResult

from batchtui.results import parse_detail
from batchtui.ui.widgets import section_layout, section_view
from batchtui.ui.widgets.result_sections import Section, result_sections
from batchtui.ui.widgets.row_table import RowTable
from batchtui.ui.widgets.section_layout import Line, lay_out
from batchtui.ui.widgets.section_view import SectionView
from batchtui.workspace import SearchQuery
from tests.support.result_lines import bare, errored, succeeded
from tests.support.results_app import batch_of, results_of, wait_for_words, words_on
from tests.support.screen_text import screen_text
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import SECONDS, wait_for_text, wait_until

BLOCKS = [
    {"type": "thinking", "thinking": "Let me see.", "signature": "x"},
    {"type": "text", "text": "The answer is 42."},
    {"type": "tool_use", "id": "toolu_1", "name": "record_score", "input": {"score": 7}},
    {"type": "hologram", "depth": 3},
]
LINES = [
    succeeded("blocks", content=BLOCKS, stop_reason="tool_use"),
    errored("bad", "invalid_request_error", "prompt is too long: 9 > 8", "req_77"),
    errored("nameless", "overloaded_error", "Overloaded", None),
    bare("late", "expired"),
    succeeded("long", "\n".join(f"line {number}" for number in range(500))),
]


def served() -> ScriptedServer:
    return ScriptedServer(Answer(body=b"".join(line + b"\n" for line in LINES), is_chunked=True))


async def test_blocks_are_told_apart_without_colour_and_facts_stand_below() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("enter")
            await wait_for_text(pilot, "1 of 5")
            text = screen_text(app)
            for words in (
                "┊ Let me see.",
                "│ The answer is 42.",
                "║ tool use record_score",
                '║   "score": 7',
                "hologram",
            ):
                assert words in text
            assert "stop reason  tool_use" in text
            assert "output_tokens" in text
            assert "message id   msg_blocks" in text


async def test_a_failure_says_type_message_request_id_and_what_to_do() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("j", "enter")
            await wait_for_text(pilot, "2 of 5")
            text = screen_text(app)
            for words in ("✗ errored  bad", "invalid_request_error", "prompt is too long: 9 > 8", "req_77"):
                assert words in text
            assert "It must be fixed before it is sent again." in text
            await pilot.press("n")
            await wait_for_text(pilot, "It can be sent again as it is.")
            assert "none was given" in screen_text(app)


async def test_n_and_p_walk_through_the_filter_and_the_table_goes_along() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("3", "enter", "n")
            await wait_for_text(pilot, "2 of 2 errored")
            await pilot.press("right")
            await wait_for_text(pilot, "This is the last result.")
            await pilot.press("left")
            await wait_for_text(pilot, "1 of 2 errored")
            await pilot.press("n", "escape")
            await wait_until(pilot, lambda: "2 of 2 errored" not in screen_text(app))
            assert app.screen.query_one(RowTable).cursor_key == "2"


async def test_the_raw_line_is_one_key_away_and_stays_on_for_the_next_result() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("j", "enter", "J")
            await wait_for_text(pilot, '"custom_id": "bad"')
            await pilot.press("n")
            await wait_for_text(pilot, '"custom_id": "nameless"')
            await pilot.press("v")
            await wait_until(pilot, lambda: '"custom_id"' not in screen_text(app))
            await pilot.press("Y", "y")
            assert [json.loads(app.copied[0])["custom_id"], app.copied[1]] == ["nameless", "nameless"]


async def test_a_long_text_scrolls_by_line_page_and_to_its_end() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("G", "enter")
            await wait_for_text(pilot, "line 0")
            await pilot.press("j")
            await wait_until(pilot, lambda: "│ text" not in screen_text(app))
            await pilot.press("space")
            await wait_for_text(pilot, "line 30")
            await pilot.press("G")
            await wait_for_text(pilot, "output_tokens")
            await pilot.press("g")
            await wait_for_text(pilot, "│ text")


async def test_a_long_result_is_searched_by_itself() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("G", "enter")
            await wait_for_text(pilot, "line 0")
            await pilot.press("slash", *"line 47", "enter")
            await wait_for_words(pilot, "/ line 47 1 of 11 lines n N next, before · esc ends")
            await wait_for_text(pilot, "line 47")
            await pilot.press("n")
            await wait_for_words(pilot, "2 of 11")
            assert "line 470" in screen_text(app)
            await pilot.press("N", "N")
            await wait_for_text(pilot, "This is the first match here.")
            await pilot.press("escape")
            await wait_until(pilot, lambda: "1 of 11" not in words_on(app))
            assert "line 47" in screen_text(app)
            await pilot.press("escape")
            await wait_for_text(pilot, "5 rows")


async def test_a_search_goes_on_below_what_is_in_view_and_holds_for_the_next_result() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("enter")
            await wait_for_text(pilot, "The answer is 42.")
            await pilot.press("slash", *"over", "enter")
            await wait_for_words(pilot, "/ over no match here esc ends the search")
            await pilot.press("n")
            await wait_for_text(pilot, "Nothing here matches.")
            await pilot.press("right", "right")
            await wait_for_words(pilot, "/ over 1 of 2 lines")
            await pilot.press("escape", "G", "right", "right")
            await wait_for_text(pilot, "line 0")
            await pilot.press("space", "space", "slash", *"line 4", "enter")
            await wait_for_words(pilot, "/ line 4 2 of 111 lines")
            assert "line 40" in screen_text(app)


async def test_folded_json_is_searched_too() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("enter")
            await wait_for_text(pilot, '"score": 7')
            await pilot.press(*"jjjjjjj", "enter")
            await wait_until(pilot, lambda: '"score": 7' not in screen_text(app))
            await pilot.press("slash", *'"score', "enter")
            await wait_for_words(pilot, '/ "score 1 of 1 line n N')
            assert '"score": 7' in screen_text(app)


async def test_one_long_line_is_searched_to_its_end() -> None:
    lines = [succeeded("long", "word and " * 30_000 + "the end.")]
    with ScriptedServer(Answer(body=lines[0] + b"\n", is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "1 row")
            await pilot.press("enter")
            await wait_for_text(pilot, "│ word and word and")
            await pilot.press("slash", *"word", "enter")
            await wait_until(pilot, lambda: " lines n N next, before" in words_on(app))
            assert "1 of 2," in words_on(app)
            await pilot.press("N")
            await wait_for_text(pilot, "This is the first match here.")
            await pilot.press("slash", *"end.", "enter")
            await wait_for_words(pilot, "/ end. 1 of 1 line n N")
            assert "end." in screen_text(app)


async def test_an_expression_that_is_none_says_so_and_can_be_mended() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("enter", "slash", *"/(/", "enter")
            await wait_for_text(pilot, "That is no regular expression")
            await pilot.press("escape", "escape")
            await wait_until(pilot, lambda: app.screen.query(RowTable))


async def test_a_result_of_megabytes_is_read_beside_the_screen() -> None:
    lines = [succeeded("huge", "漢字 and words. " * 100_000)]
    with ScriptedServer(Answer(body=lines[0] + b"\n", is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (app, pilot):
            await wait_for_text(pilot, "1 row")
            assert "of JSON: enter opens it" in screen_text(app)
            await pilot.press("enter")
            await wait_for_text(pilot, "│ 漢字 and words.")
            await pilot.press("G")
            await wait_for_text(pilot, "output_tokens")


async def test_the_end_that_was_asked_for_while_a_result_is_read_is_gone_to(monkeypatch: pytest.MonkeyPatch) -> None:
    is_asked_for = threading.Event()

    def lay_out_late(sections: Sequence[Section], width: int, **options: Any) -> list[Line]:
        if any(len(each.text) > 1_000_000 for each in sections):
            is_asked_for.wait(SECONDS)
        return lay_out(sections, width, **options)

    monkeypatch.setattr(section_view, "lay_out", lay_out_late)
    lines = [succeeded("huge", "words " * 300_000)]
    with ScriptedServer(Answer(body=lines[0] + b"\n", is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines)) as (_, pilot):
            await wait_for_text(pilot, "1 row")
            await pilot.press("enter")
            await wait_for_text(pilot, "Reading 1.8 MB")
            await pilot.press("G")
            await pilot.pause()
            is_asked_for.set()
            await wait_for_text(pilot, "output_tokens")


class _TooEarly(App[None]):
    """Shows a long text before the view has been given its place."""

    def compose(self) -> ComposeResult:
        view = SectionView()
        yield view
        self.call_next(view.show, (Section("text", "", "words " * 100_000),))


async def test_a_long_text_is_not_wrapped_before_there_is_room_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    widths = []

    def lay_out_noted(sections: Sequence[Section], width: int, **options: Any) -> list[Line]:
        widths.append(width)
        return lay_out(sections, width, **options)

    monkeypatch.setattr(section_view, "lay_out", lay_out_noted)
    async with _TooEarly().run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "words words")
    assert all(widths)


def test_every_line_with_a_place_is_known_however_many_places_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(section_layout, "_MOST_PLACES", 20)
    lines = lay_out((Section("text", "", "ab " * 200),), 32, query=SearchQuery.parse("ab"))
    assert [len(line.spans) for line in lines] == [10, 10] + [1] * 18


def test_every_line_of_a_detail_is_safe_whatever_the_server_sent() -> None:
    evil = "\x1b[31m\x9b\u202e\x07"
    content = [{"type": evil, "x": evil}, {"type": "text", "text": evil, "citations": [{"cited_text": evil}]}]
    message: dict[str, Any] = {"content": content, "model": evil, "stop_reason": evil, "usage": {evil: 1}, "id": evil}
    for line in (succeeded(evil, **message), errored(evil, evil, evil, evil), evil.encode()):
        for drawn in lay_out(result_sections(parse_detail(line)), 60):
            assert not set(drawn.text) & set(evil.replace("[31m", ""))


async def test_json_folds_and_opens_under_the_cursor() -> None:
    with served() as server:
        async with results_of(server.url, batch_of(LINES), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "5 rows")
            await pilot.press("enter", "J")
            await wait_for_text(pilot, '"custom_id": "blocks"')
            await pilot.press("j", "j", "j", "enter")
            await wait_for_text(pilot, '▸  "result": { … ')
            assert '"thinking"' not in screen_text(app)
            await pilot.press("space")
            await wait_for_text(pilot, '"thinking": "Let me see."')
            await pilot.press("j", "enter")
            await wait_for_text(pilot, '▸  "result": { … ')
            await pilot.press("z")
            await wait_for_text(pilot, '"thinking": "Let me see."')
            await pilot.press("z")
            await wait_for_text(pilot, '▸  "result": { … ')


async def test_a_tools_input_folds_in_the_answer() -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "plan", "input": {"steps": [{"do": "read"}, {"do": "write"}]}}
    lines = [succeeded("tool", content=[{"type": "text", "text": "I plan."}, call], stop_reason="tool_use")]
    with ScriptedServer(Answer(body=lines[0] + b"\n", is_chunked=True)) as server:
        async with results_of(server.url, batch_of(lines), size=(80, 24)) as (app, pilot):
            await wait_for_text(pilot, "1 row")
            await pilot.press("enter")
            await wait_for_text(pilot, '"do": "write"')
            line = next(number for number, text in enumerate(screen_text(app).split("\n")) if '"steps": [' in text)
            await pilot.click(SectionView, offset=(6, line - 2))
            await wait_for_text(pilot, '▌▸  "steps": [ … 6 lines … ]')
            assert "I plan." in screen_text(app)
