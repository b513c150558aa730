"""The table that draws only the rows in view."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from batchtui.ui.widgets.row_table import Cell, Column, RowTable, Sorting
from tests.support.screen_text import screen_lines
from tests.support.waiting import wait_until

COLUMNS = (
    Column("name", "name", 10),
    Column("size", "size", 6, align="right"),
    Column("note", "note", 8, min_screen_width=50),
    Column("text", "text", 0, is_sortable=False),
)


class Names:
    """Rows in a list, counting how often they are drawn."""

    def __init__(self, names: Sequence[str], text: str = "a text of some length") -> None:
        self.names = list(names)
        self.text = text
        self.drawn: list[str] = []

    def __len__(self) -> int:
        return len(self.names)

    def key(self, position: int) -> str:
        return self.names[position]

    def position(self, key: str) -> int | None:
        return self.names.index(key) if key in self.names else None

    def cells(self, position: int) -> Sequence[Cell]:
        name = self.names[position]
        self.drawn.append(name)
        return (((name, "bold"),), ((str(position), ""),), (("note", "$text-error"),), ((self.text, ""),))


class TableApp(App[None]):
    CSS_PATH = "../../batchtui/ui/styles.tcss"

    def __init__(self, source: Names) -> None:
        super().__init__()
        self.source = source
        self.seen: list[Any] = []

    def compose(self) -> ComposeResult:
        yield RowTable(COLUMNS)

    def on_mount(self) -> None:
        self.table.source = self.source
        self.table.focus()

    @property
    def table(self) -> RowTable:
        return self.query_one(RowTable)

    def on_row_table_row_opened(self, event: RowTable.RowOpened) -> None:
        self.seen.append(("opened", event.key))

    def on_row_table_near_end(self) -> None:
        self.seen.append("near end")

    def on_row_table_sort_requested(self, event: RowTable.SortRequested) -> None:
        self.seen.append(("sort", event.column))


@asynccontextmanager
async def table_of(
    names: Sequence[str], *, size: tuple[int, int] = (60, 12), text: str = "a text of some length"
) -> AsyncIterator[tuple[Pilot[None], TableApp, Names]]:
    source = Names(names, text)
    app = TableApp(source)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: "name" in screen_lines(app)[0])
        yield pilot, app, source


def letters(number: int) -> list[str]:
    return [f"row {place:06}" for place in range(number)]


async def test_a_hundred_thousand_rows_are_asked_for_only_as_far_as_they_are_in_view() -> None:
    async with table_of(letters(100_000)) as (pilot, app, source):
        assert len(set(source.drawn)) == 11
        await pilot.press("G")
        assert "row 099999" in screen_lines(app)[11]
        assert screen_lines(app)[11].startswith("▌")
        assert len(set(source.drawn)) == 22


async def test_the_cursor_follows_its_row_when_rows_come_and_go_above_it() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        await pilot.press("G", "k", "k")
        before = next(place for place, line in enumerate(screen_lines(app)) if line.startswith("▌"))
        source.names[:0] = ["new 1", "new 2", "new 3"]
        app.table.source_changed()
        await pilot.pause()
        line = screen_lines(app)[before]
        assert line.startswith("▌")
        assert "row 000047" in line
        assert app.table.cursor_position == 50


async def test_at_the_top_new_rows_come_into_view_above_the_cursor() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        source.names.insert(0, "newest")
        app.table.source_changed()
        await pilot.pause()
        lines = screen_lines(app)
        assert "newest" in lines[1]
        assert lines[2].startswith("▌  row 000000")


async def test_the_cursor_stays_at_its_place_when_its_row_goes() -> None:
    async with table_of(letters(5)) as (pilot, app, source):
        await pilot.press("j", "j")
        source.names.remove("row 000002")
        app.table.source_changed()
        await pilot.pause()
        assert app.table.cursor_key == "row 000003"
        assert screen_lines(app)[3].startswith("▌  row 000003")
        assert not screen_lines(app)[5]


async def test_when_the_last_row_under_the_cursor_goes_the_cursor_stands_on_the_one_before() -> None:
    async with table_of(letters(3)) as (pilot, app, source):
        await pilot.press("G")
        source.names.pop()
        app.table.source_changed()
        assert app.table.cursor_key == "row 000001"
        source.names.clear()
        app.table.source_changed()
        await pilot.pause()
        assert not app.table.cursor_key
        app.seen.clear()
        await pilot.press("j", "G", "enter", "space")
        assert not app.seen


async def test_rows_appended_below_the_view_repaint_nothing() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        await pilot.pause()
        source.drawn.clear()
        source.names += ["more 1", "more 2"]
        app.table.source_changed()
        await pilot.pause()
        assert not source.drawn
        await pilot.press("G")
        assert "more 2" in screen_lines(app)[11]


async def test_a_step_down_draws_the_row_that_comes_into_view_and_the_two_that_the_cursor_touches() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        await pilot.press("pagedown")
        await wait_until(pilot, lambda: app.table.cursor_position == 10)
        await pilot.press("down")
        await pilot.pause()
        source.drawn.clear()
        await pilot.press("down")
        await wait_until(pilot, lambda: source.names[12] in screen_lines(app)[-1])
        assert sorted(set(source.drawn)) == [source.names[11], source.names[12]]


async def test_rows_that_say_something_else_show_it_wherever_they_stand_after_scrolling() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        await pilot.press(*["down"] * 14)
        await pilot.pause()
        source.text = "other words"
        app.table.refresh_rows([source.names[9]])
        await wait_until(pilot, lambda: sum("other words" in line for line in screen_lines(app)) == 1)
        assert source.names[9] in next(line for line in screen_lines(app) if "other words" in line)
        source.text = "again other words"
        app.table.refresh()
        await wait_until(pilot, lambda: all("again other" in line for line in screen_lines(app)[1:]))


async def test_a_row_that_changed_out_of_view_is_shown_as_it_is_now() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        await pilot.press("G")
        await pilot.pause()
        source.text = "other words"
        app.table.refresh_rows([source.names[0]])
        await pilot.press("g")
        await wait_until(pilot, lambda: "other words" in screen_lines(app)[1])


async def test_the_mouse_over_a_row_draws_no_other_row_again() -> None:
    async with table_of(letters(50)) as (pilot, app, source):
        await pilot.press("pagedown", "down")
        await wait_until(pilot, lambda: app.table.cursor_position == 11)
        await pilot.hover(RowTable, offset=(5, 4))
        source.drawn.clear()
        await pilot.press("down")
        await wait_until(pilot, lambda: source.names[12] in screen_lines(app)[-1])
        assert len(set(source.drawn)) <= 3


async def test_marks_are_kept_by_key_and_shown() -> None:
    async with table_of(letters(5)) as (pilot, app, source):
        await pilot.press("j", "space")
        source.names.reverse()
        app.table.source_changed()
        await pilot.pause()
        assert app.table.marks == {"row 000001"}
        assert screen_lines(app)[4].startswith("▌* row 000001")
        await pilot.press("space")
        assert not app.table.marks


@pytest.mark.parametrize(
    "name",
    [
        "日本語日本語日本語",
        "e\u0301e\u0301e\u0301 cafe\u0301",
        "שלום עולם",
        "👩‍👩‍👧 family",
        "한국어 wide text",
        "\u0301\u0301",
        "",
    ],
)
async def test_wide_combining_and_right_to_left_characters_keep_the_columns_straight(name: str) -> None:
    async with table_of(["plain", name, "日本語日本語"]) as (_, app, _):
        lines = screen_lines(app)[1:4]
        assert [cell_len(line[: line.index("note")]) for line in lines] == [21, 21, 21]


async def test_columns_of_low_priority_give_way_in_a_narrow_table() -> None:
    async with table_of(letters(3), size=(45, 8)) as (pilot, app, _):
        assert "note" not in screen_lines(app)[0]
        await pilot.resize_terminal(60, 8)
        await wait_until(pilot, lambda: "note" in screen_lines(app)[0])


async def test_the_text_of_the_last_column_scrolls_sideways_and_stops_at_its_end() -> None:
    async with table_of(letters(3), text="0123456789" * 5) as (pilot, app, _):
        assert screen_lines(app)[1].endswith("…")
        await pilot.press("right")
        assert "89012345" in screen_lines(app)[1]
        await pilot.press(*["right"] * 9)
        assert screen_lines(app)[1].endswith("6789")
        await pilot.press(*["left"] * 9)
        assert "0123456789" in screen_lines(app)[1]


async def test_names_that_are_too_long_scroll_to_their_ends_and_others_stay() -> None:
    names = ["short", "the same beginning, one", "the same beginning, another"]
    for width in (80, 45):  # with a column that takes the rest, and without
        async with table_of(names, size=(width, 8)) as (pilot, app, _):
            assert [line[3:13] for line in screen_lines(app)[1:4]] == ["short     ", "the same …", "the same …"]
            await pilot.press(*["right"] * 9)
            assert [line[3:13] for line in screen_lines(app)[1:4]] == ["short     ", "nning, one", "g, another"]
            await pilot.press(*["left"] * 9)
            assert [line[3:13] for line in screen_lines(app)[1:4]] == ["short     ", "the same …", "the same …"]


async def test_a_click_selects_and_a_second_one_opens() -> None:
    async with table_of(letters(5)) as (pilot, app, _):
        await pilot.click(RowTable, offset=(6, 3))
        assert app.table.cursor_key == "row 000002"
        assert not [fact for fact in app.seen if fact != "near end"]
        await pilot.click(RowTable, offset=(6, 3))
        assert ("opened", "row 000002") in app.seen


async def test_a_click_on_a_heading_asks_for_its_order() -> None:
    async with table_of(letters(5)) as (pilot, app, _):
        await pilot.click(RowTable, offset=(18, 0))
        await pilot.click(RowTable, offset=(40, 0))
        assert [fact for fact in app.seen if fact != "near end"] == [("sort", "size")]
        app.table.sorting = Sorting("size", is_descending=False)
        await pilot.pause()
        assert "▲size" in screen_lines(app)[0]


async def test_the_arrow_of_the_order_moves_no_heading() -> None:
    async with table_of(letters(5)) as (pilot, app, _):
        places = [screen_lines(app)[0].index(word) for word in ("name", "size", "note", "text")]
        for column in ("name", "size", "note"):
            app.table.sorting = Sorting(column)
            await pilot.pause()
            assert "▼" in screen_lines(app)[0]
            assert [screen_lines(app)[0].index(word) for word in ("name", "size", "note", "text")] == places


async def test_coming_near_the_end_is_told_when_the_cursor_moves_there() -> None:
    async with table_of(letters(60)) as (pilot, app, _):
        await pilot.press("pagedown")
        assert not app.seen
        await pilot.press("G")
        assert "near end" in app.seen


async def test_coming_near_the_end_is_told_when_the_wheel_turns_and_the_cursor_stays() -> None:
    async with table_of(letters(30)) as (pilot, app, _):
        while not app.seen:
            before = app.table.scroll_offset.y
            await pilot._post_mouse_events([MouseScrollDown], RowTable, offset=(5, 5))
            assert app.table.scroll_offset.y > before
        assert app.table.cursor_position == 0
        await pilot.press("j")
        assert screen_lines(app)[1].startswith("▌  row 000001")


async def test_without_colour_the_table_draws_and_shows_its_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with table_of(letters(5)) as (pilot, app, _):
        await pilot.press("j")
        assert app.no_color
        assert screen_lines(app)[2].startswith("▌  row 000001")
