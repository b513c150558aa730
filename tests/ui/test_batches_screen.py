"""The batches screen: what it shows, and how it stays where the person left it."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest

from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from batchtui.workspace import Workspace
from tests.support.batches_app import dashboard, place_running, tail
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_each_batch_is_a_row_with_state_counts_and_the_clock_that_applies(simulator: Simulator) -> None:
    running = place_running(simulator, requests=2400, age=3 * HOUR)
    failed = place_batch(simulator, "failed", {"succeeded": 30, "overloaded": 10}, age=5 * HOUR)
    ended = place_batch(simulator, "ended", {"succeeded": 1500}, age=7 * HOUR)
    async with dashboard(simulator) as seen:
        rows = seen.rows
        assert tail(running) in rows[0]
        assert "● running" in rows[0]
        assert "3 h 00 m" in rows[0]
        assert "2,400 ········ " in rows[0]
        assert "12%" in rows[0]
        assert "expires 21 h 00 m" in rows[0] or "expires 20 h 59 m" in rows[0]
        assert tail(failed) in rows[1]
        assert "✗ failures" in rows[1]
        assert "40 ━━━━━━\N{MULTIPLICATION SIGN}\N{MULTIPLICATION SIGN}      30       10" in rows[1]
        assert tail(ended) in rows[2]
        assert "✓ ended" in rows[2]
        assert "1,500 ━━━━━━━━   1,500        0" in rows[2]
        assert "results 28 d 16 h" in rows[2] or "results 28 d 17 h" in rows[2]


async def test_the_header_says_where_one_is_and_how_fresh_it_is(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator) as seen:
        header = seen.lines[0]
        assert header.startswith(" production · 127.0.0.1:")
        assert simulator.workspace_ids["production"] in header
        assert header.endswith("updated just now")


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 36), (200, 50)])
async def test_state_id_and_failures_fit_every_terminal(simulator: Simulator, size: tuple[int, int]) -> None:
    failed = place_batch(simulator, "failed", {"succeeded": 9000, "overloaded": 6017})
    async with dashboard(simulator, size=size) as seen:
        row = seen.rows[0]
        assert "✗ failures" in row
        assert tail(failed)[-4:] in row
        assert "6,017" in row
        assert all(len(line) <= size[0] for line in seen.lines)


async def test_a_terminal_that_is_too_small_says_so_and_gives_the_keys_back_when_it_grows(simulator: Simulator) -> None:
    place_running(simulator, "one")
    place_running(simulator, "two", age=3 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.pilot.resize_terminal(39, 9)
        await seen.sees("too small: 39 by 9")
        await seen.pilot.resize_terminal(80, 24)
        await seen.sees("2 loaded")
        await wait_until(seen.pilot, lambda: seen.table.has_focus)
        await seen.press("j")
        assert seen.table.cursor_position == 1


async def test_cursor_and_marks_survive_a_refresh_that_brings_new_batches(simulator: Simulator) -> None:
    place_running(simulator, "oldest", age=4 * HOUR)
    marked = place_running(simulator, "middle", age=3 * HOUR)
    under_cursor = place_running(simulator, "newest", age=2 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j", "space", "k")
        place_running(simulator, "later", age=HOUR)
        await seen.refreshes()
        await seen.sees("4 loaded")
        assert tail(under_cursor) in seen.cursor_line
        assert seen.rows[1] == seen.cursor_line
        assert next(row for row in seen.rows if row[1:2] == "*").find(tail(marked)) > 0


async def test_cursor_and_marks_survive_another_order(simulator: Simulator) -> None:
    small = place_running(simulator, "small", 10, age=2 * HOUR)
    large = place_running(simulator, "large", 9000, age=3 * HOUR)
    async with dashboard(simulator) as seen:
        assert "created▼" in seen.text
        await seen.press("space", "o", "o")
        await seen.sees("▼requests")
        assert tail(large) in seen.rows[0]
        assert tail(small) in seen.cursor_line
        assert seen.cursor_line.startswith("▌*")
        await seen.press("O")
        await seen.sees("▲requests")
        assert tail(small) in seen.rows[0]
        assert seen.rows[0].startswith("▌*")


async def test_a_click_on_a_heading_sorts_by_it(simulator: Simulator) -> None:
    place_running(simulator, "small", 10, age=2 * HOUR)
    large = place_running(simulator, "large", 9000, age=3 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.pilot.click("RowTable", offset=(seen.lines[2].index("requests") + 2, 0))
        await seen.sees("▼requests")
        assert tail(large) in seen.rows[0]


async def test_the_number_keys_filter_and_say_how_many_of_how_many(simulator: Simulator) -> None:
    place_running(simulator, "running", age=2 * HOUR)
    place_running(simulator, "soon over", age=timedelta(hours=23, minutes=30))
    place_batch(simulator, "fine", age=3 * HOUR)
    failed = place_batch(simulator, "failed", {"succeeded": 5, "overloaded": 5}, age=4 * HOUR)
    async with dashboard(simulator) as seen:
        assert "1 all 4  2 running 2  3 ended 2  4 with failures 1  5 expiring soon 1" in seen.text.replace("\xa0", " ")
        for key, shown in (("2", 2), ("3", 2), ("5", 1), ("4", 1)):
            await seen.press(key)
            await seen.sees(f"{shown} of 4 loaded · none older")
            assert len(seen.rows) == shown
        assert tail(failed) in seen.rows[0]
        await seen.press("escape")
        await seen.sees(" 4 loaded")


async def test_words_filter_while_they_are_typed_and_escape_clears_them(simulator: Simulator) -> None:
    place_running(simulator, "one", age=2 * HOUR)
    second = place_running(simulator, "two", age=3 * HOUR)
    place_batch(simulator, "three", age=4 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j")
        await seen.press("slash", *"running")
        await seen.sees("2 of 3 loaded")
        await seen.press("space", *tail(second)[-3:])
        await seen.sees("1 of 3 loaded")
        assert tail(second) in seen.rows[0]
        await seen.press("enter", "space")
        await seen.sees("1 marked")
        await seen.press("escape")
        await seen.sees(" 3 loaded")
        assert tail(second) in seen.cursor_line
        assert seen.table.cursor_position == 1


async def test_words_that_match_nothing_leave_the_cursor_to_come_back_to_its_row(simulator: Simulator) -> None:
    place_running(simulator, "one", age=2 * HOUR)
    second = place_running(simulator, "two", age=3 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j", "slash", "#")
        await seen.sees("0 of 2 loaded")
        await seen.press("escape")
        await seen.sees(" 2 loaded")
        assert tail(second) in seen.cursor_line


async def test_older_pages_load_as_the_cursor_reaches_the_end(simulator: Simulator) -> None:
    for number in range(70):
        place_batch(simulator, f"batch {number}", age=timedelta(days=2, hours=number))
    async with dashboard(simulator) as seen:
        await seen.sees("50 loaded · more on the server")
        await seen.press("4")
        await seen.sees("0 of 50 loaded · more on the server")
        await seen.press("1", "G")
        await seen.sees("70 loaded · none older")
        assert seen.table.cursor_position == 49
        await seen.press("G")
        assert seen.cursor_line == seen.rows[-1]
        assert seen.table.cursor_position == 69


async def test_a_page_that_cannot_be_loaded_is_told_and_tried_again_later(simulator: Simulator) -> None:
    for number in range(60):
        place_batch(simulator, f"batch {number}", age=timedelta(days=2, hours=number))
    async with dashboard(simulator) as seen:
        simulator.faults.add(Fault("status", status=400, message="No page today.", times=1))
        await seen.press("G")
        await seen.is_told("No page today.")
        assert "50 loaded · more on the server" in seen.text


async def test_a_batch_deleted_elsewhere_leaves_the_cursor_in_place_and_takes_its_mark_along(
    simulator: Simulator,
) -> None:
    place_batch(simulator, "first", age=2 * HOUR)
    gone = place_batch(simulator, "second", age=3 * HOUR)
    third = place_batch(simulator, "third", age=4 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j", "space")
        simulator.scenario.delete(simulator.workspace_ids["production"], gone.id)
        await seen.refreshes()
        await seen.sees(" 2 loaded")
        assert tail(third) in seen.cursor_line
        assert "marked" not in seen.text


async def test_countdowns_tick_without_the_network(simulator: Simulator) -> None:
    place_running(simulator, age=timedelta(hours=23, minutes=45))
    async with dashboard(simulator) as seen:
        await seen.sees("expires 1")
        asked = len(simulator.requests)
        server_now = seen.screen.workspace.server_now
        seen.screen.rows._now = lambda: server_now() + 12 * MINUTE
        await seen.sees("expires 2:")
        assert "99%" in seen.rows[0]
        assert "23 h 57 m" in seen.rows[0]
        assert len(simulator.requests) == asked


async def test_a_running_batch_that_ends_is_seen_by_the_next_refresh(simulator: Simulator) -> None:
    ends = place_batch(simulator, "ends", {"succeeded": 3, "overloaded": 1}, age=2 * HOUR, lasts=3 * HOUR)
    async with dashboard(simulator) as seen:
        assert "● running" in seen.rows[0]
        simulator.scenario.advance(2 * HOUR)
        await seen.refreshes()
        await seen.sees("✗ failures")
        assert tail(ends) in seen.rows[0]


async def test_rate_limited_data_stays_and_says_how_old_it_is_and_when_the_next_try_is(simulator: Simulator) -> None:
    running = place_running(simulator)
    async with dashboard(simulator) as seen:
        simulator.faults.add(Fault("status", status=429, retry_after="90"))
        await seen.press("r")
        await seen.sees("stale: rate limited, next try in ")
        assert tail(running) in seen.rows[0]
        simulator.faults.clear()
        await seen.refreshes()
        await seen.sees("updated just now")


async def test_asking_while_the_server_wants_to_be_left_alone_says_how_long_that_is(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator) as seen:
        simulator.faults.add(Fault("status", status=429, retry_after="50"))
        await seen.press("r")
        await seen.sees("rate limited, next try in ")
        assert "left alone" not in seen.text
        await seen.press("r")
        await seen.is_told("The server asked to be left alone: the next try is in")


async def test_pause_stops_asking_and_says_so(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator) as seen:
        await seen.press("p")
        await seen.sees("paused, updated")
        await seen.refreshes()
        await seen.sees("paused, updated")
        await seen.press("p")
        await seen.sees_no("paused")


async def test_an_empty_workspace_says_what_to_do(simulator: Simulator) -> None:
    async with dashboard(simulator, waits_for="There are no batches in production.") as seen:
        assert "r looks again, w shows the other workspaces." in seen.text
        place_running(simulator)
        await seen.press("r")
        await seen.sees("1 loaded")
        await wait_until(seen.pilot, lambda: seen.table.has_focus)


async def test_r_counts_also_while_what_the_last_answer_means_is_being_told(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling, may_go_on = threading.Event(), threading.Event()

    def take_notices(*_: object) -> tuple[()]:
        telling.set()
        assert may_go_on.wait(60)
        return ()

    monkeypatch.setattr(Workspace, "take_notices", take_notices)
    async with dashboard(simulator, waits_for="There are no batches in production.") as seen:
        await wait_until(seen.pilot, telling.is_set)
        place_running(simulator)
        await seen.press("r")
        may_go_on.set()
        await seen.sees("1 loaded")


async def test_r_counts_also_while_older_batches_that_run_are_being_read(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, may_go_on = threading.Event(), threading.Event()
    refresh, asked = Workspace.refresh, threading.Semaphore(0)

    def load_active(_: Workspace) -> None:
        reading.set()
        assert may_go_on.wait(60)

    def count(workspace: Workspace) -> None:
        refresh(workspace)
        asked.release()

    monkeypatch.setattr(Workspace, "load_active", load_active)
    monkeypatch.setattr(Workspace, "refresh", count)
    for number in range(120):
        place_running(simulator, f"running-{number}")
    async with dashboard(simulator) as seen:
        await wait_until(seen.pilot, reading.is_set)
        assert asked.acquire(blocking=False)
        await seen.press("r")
        may_go_on.set()
        await wait_until(seen.pilot, lambda: asked.acquire(blocking=False))
        await seen.sees_no("refreshing")


async def test_a_first_load_that_fails_says_why_and_r_tries_again(simulator: Simulator) -> None:
    place_running(simulator)
    simulator.faults.add(Fault("status", status=401, error_type="authentication_error", message="invalid x-api-key"))
    async with dashboard(simulator, waits_for="r tries again, w shows the workspaces.") as seen:
        assert "key refused" in seen.lines[0]
        assert "invalid x-api-key" in seen.text
        simulator.faults.clear()
        await seen.press("r")
        await seen.sees("1 loaded")


async def test_the_details_say_everything_of_the_batch_under_the_cursor(simulator: Simulator) -> None:
    place_running(simulator, age=2 * HOUR)
    failed = place_batch(simulator, "failed", {"succeeded": 30, "overloaded": 10}, age=5 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j")
        await seen.sees(failed.id)
        assert "10  25%" in seen.text
        await seen.press("i")
        await seen.sees_no(failed.id)


async def test_enter_on_a_running_batch_shows_its_details_and_says_why(simulator: Simulator) -> None:
    running = place_running(simulator)
    async with dashboard(simulator, size=(80, 24)) as seen:
        assert running.id not in seen.text
        await seen.press("enter")
        await seen.is_told("is still running. Its results come all at once when it has ended.")
        await seen.sees(running.id)


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_from_details_that_enter_has_shown_both_ways_back_lead_to_the_table(
    simulator: Simulator, key: str
) -> None:
    running = place_running(simulator)
    async with dashboard(simulator, size=(80, 24)) as seen:
        for _ in range(2):
            await seen.press("enter")
            await seen.sees(running.id)
            await seen.press(key)
            await seen.sees_no(running.id)
        await seen.press("enter", "slash", "m", "escape")
        await seen.sees(running.id)
        await seen.press(key)
        await seen.sees_no(running.id)
        await seen.press("i")
        await seen.sees(running.id)
        await seen.press("escape", "q")
        await wait_until(seen.pilot, lambda: not seen.app.is_running)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 36)])
async def test_the_details_tell_whole_moments_also_where_there_is_little_room(
    simulator: Simulator, size: tuple[int, int]
) -> None:
    canceling = place_running(simulator, requests=100_000)
    simulator.scenario.cancel(canceling.workspace_id, canceling.id)
    async with dashboard(simulator, size=size) as seen:
        if size[1] == 24:
            await seen.press("i")
        await seen.sees("results link")
        expires = next(line for line in seen.lines if "processing expires" in line)
        assert re.search(r"in \d+ h \d\d m, \d{4}-\d\d-\d\d \d\d:\d\d$", expires.rstrip())
        assert "canceling" in seen.text


async def test_enter_opens_the_results_and_escape_comes_back_to_the_same_row(simulator: Simulator) -> None:
    place_batch(simulator, "first", age=2 * HOUR)
    second = place_batch(simulator, "second", {"succeeded": 4, "overloaded": 2}, age=3 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j", "enter")
        await seen.sees("custom_id")
        await wait_until(seen.pilot, lambda: "6 rows" in seen.text or "6 of 6" in seen.text)
        await seen.press("escape")
        await seen.sees("2 loaded")
        assert tail(second) in seen.cursor_line


async def test_id_and_json_are_sent_to_the_terminal(simulator: Simulator) -> None:
    running = place_running(simulator)
    async with dashboard(simulator) as seen:
        await seen.press("y")
        await seen.is_told(f"{running.id} was sent to the terminal")
        assert seen.app.clipboard == running.id
        await seen.press("Y")
        await seen.is_told("as JSON was sent to the terminal")
        assert f'"id":"{running.id}"' in seen.app.clipboard


async def test_escape_never_leaves_the_first_screen_and_q_does(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator) as seen:
        await seen.press("escape", "escape")
        assert "1 loaded" in seen.text
        await seen.press("q")
        await wait_until(seen.pilot, lambda: not seen.app.is_running or seen.app._exit)


async def test_every_key_of_the_screen_is_in_its_help(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator, size=(120, 50)) as seen:
        await seen.press("question_mark")
        await seen.sees("Help · Batches")
        for words in ("Cancel this batch, or the marked ones", "Filter by id and status", "Sort by the next column"):
            assert words in seen.text
        await seen.press("escape")
        await seen.sees("1 loaded")


async def test_the_palette_runs_a_command_by_name(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator) as seen:
        await seen.press("ctrl+p", *"paus")
        await seen.sees("Stop or go on asking the server")
        await seen.press("enter")
        await wait_until(seen.pilot, lambda: "paused" in seen.lines[0])
