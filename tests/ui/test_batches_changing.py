"""Cancelling, deleting and exporting from the batches screen: asked first, done once, told at the end."""

from __future__ import annotations

from datetime import timedelta

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from tests.support.batches_app import dashboard, place_running, tail
from tests.support.simulator import place_batch

HOUR = timedelta(hours=1)


def status_of(simulator: Simulator, batch: SimulatedBatch) -> str:
    return simulator.scenario.get(batch.workspace_id, batch.id).status(simulator.scenario.now())


def changes(simulator: Simulator) -> list[str]:
    return [request.method for request in simulator.requests if request.method != "GET"]


async def test_the_question_names_workspace_batch_and_waiting_requests_and_its_focus_is_on_the_safe_button(
    simulator: Simulator,
) -> None:
    running = place_running(simulator, requests=2400)
    async with dashboard(simulator) as seen:
        await seen.press("c")
        await seen.sees("Cancel this batch of production?")
        assert f"{running.id}  2,400 requests still processing" in seen.text
        await seen.press("enter")
        await seen.sees_no("Cancel this batch")
        assert status_of(simulator, running) == "in_progress"
        assert not changes(simulator)


async def test_y_cancels_and_n_and_escape_do_not(simulator: Simulator) -> None:
    running = place_running(simulator)
    async with dashboard(simulator) as seen:
        for key in ("n", "escape"):
            await seen.press("c")
            await seen.sees("Cancel this batch of production?")
            await seen.press(key)
            await seen.sees_no("Cancel this batch")
            assert not changes(simulator)
        await seen.press("c")
        await seen.sees("Cancel this batch of production?")
        await seen.press("y")
        await seen.sees("◌ canceling")
        await seen.is_told(f"{running.id}: canceling")
        assert changes(simulator) == ["POST"]
        await seen.press("c")
        await seen.is_told("is being canceled already")


async def test_several_marked_batches_are_one_list_one_question_and_one_report(simulator: Simulator) -> None:
    running = [place_running(simulator, f"running {hour}", age=hour * HOUR) for hour in (1, 2, 3)]
    ended = place_batch(simulator, "ended", age=4 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("space", "j", "space", "j", "j", "space")
        await seen.sees("3 marked")
        await seen.press("c")
        await seen.sees("Cancel 2 batches of production?")
        assert "Left as they are (only running batches can be canceled)" in seen.text
        assert running[0].id in seen.text
        assert running[1].id in seen.text
        assert ended.id in seen.text
        await seen.press("y")
        await seen.is_told("2 batches canceling")
        assert f"{running[0].id}: canceling" in seen.told
        assert f"{running[1].id}: canceling" in seen.told
        assert [status_of(simulator, batch) for batch in running] == ["canceling", "canceling", "in_progress"]
        await seen.sees("1 marked")


async def test_a_batch_that_cannot_be_canceled_does_not_keep_the_others(simulator: Simulator) -> None:
    first, second = (place_running(simulator, name, age=age * HOUR) for name, age in (("first", 1), ("second", 2)))
    async with dashboard(simulator) as seen:
        fault = Fault("status", path=f"/v1/messages/batches/{first.id}", status=404, message="It went away.")
        simulator.faults.add(fault)
        await seen.press("space", "j", "space", "c")
        await seen.sees("Cancel 2 batches")
        await seen.press("y")
        await seen.is_told("It went away.")
        assert f"{second.id}: canceling" in seen.told
        assert status_of(simulator, second) == "canceling"
        await seen.sees("1 marked")


async def test_an_ended_batch_is_deleted_and_the_cursor_stays_at_its_place(simulator: Simulator) -> None:
    place_batch(simulator, "first", age=2 * HOUR)
    second = place_batch(simulator, "second", {"succeeded": 4, "overloaded": 2}, age=3 * HOUR)
    third = place_batch(simulator, "third", age=4 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("j", "d")
        await seen.sees("Delete this batch of production?")
        assert f"{second.id}  2 errored, 4 succeeded" in seen.text
        assert "The results are deleted as well, for good." in seen.text
        await seen.press("y")
        await seen.sees(" 2 loaded")
        assert tail(third) in seen.cursor_line
        await seen.refreshes()
        assert tail(second) not in seen.text


async def test_a_running_batch_is_not_deleted_but_says_how(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator) as seen:
        await seen.press("d")
        await seen.is_told("only ended batches can be deleted; cancel it first with c")


async def test_a_read_only_workspace_says_so_and_changes_nothing(simulator: Simulator) -> None:
    place_running(simulator)
    async with dashboard(simulator, is_read_only=True) as seen:
        assert "READ-ONLY" in seen.lines[0]
        await seen.press("c")
        await seen.is_told("workspace production is open for reading only")
        await seen.press("d")
        assert "production?" not in seen.text
        assert not changes(simulator)


async def test_e_opens_the_export_of_the_failed_ids_with_its_path_filled_in(simulator: Simulator) -> None:
    failed = place_batch(simulator, "failed", {"succeeded": 4, "overloaded": 2})
    async with dashboard(simulator) as seen:
        await seen.press("e")
        await seen.sees(f"./{failed.id}-failed-ids.txt")


async def test_what_cannot_be_exported_says_why(simulator: Simulator) -> None:
    place_running(simulator, age=HOUR)
    fine = place_batch(simulator, "fine", age=2 * HOUR)
    async with dashboard(simulator) as seen:
        await seen.press("e")
        await seen.is_told("is still running")
        await seen.press("j", "e")
        await seen.is_told(f"No request of {fine.id} failed: there is nothing to export.")
