from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from batchtui.api import ApiClient
from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.downloads import Delivery
from batchtui.demo.faults import Fault
from batchtui.demo.simulator import Simulator
from batchtui.errors import (
    InterruptedStreamError,
    NoKeyError,
    NotFoundError,
    ResultsNotReadyError,
    ResultsUnavailableError,
)
from batchtui.results import LoadProgress, SpareStore
from batchtui.results.store import MANY_ROWS
from batchtui.workspace import KeySource, ResultsSession, WorkspaceDirectory, WorkspaceSettings, resuming
from tests.support.dashboards import wait_until
from tests.support.results_app import batch_of
from tests.support.simulator import place_batch, running_simulator

ROWS = 400


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def place(simulator: Simulator) -> SimulatedBatch:
    return place_batch(simulator, shares={"succeeded": ROWS - 40, "overloaded": 40})


_OPENED: list[WorkspaceDirectory] = []


@pytest.fixture(autouse=True)
def leave() -> Iterator[None]:
    yield
    while _OPENED:
        _OPENED.pop().close()


def open_session(simulator: Simulator, batch: SimulatedBatch) -> ResultsSession:
    settings = WorkspaceSettings(name="w", base_url=simulator.url, key=KeySource(kind="session"))
    directory = WorkspaceDirectory.in_memory([(settings, SecretStr(simulator.keys["production"]))])
    _OPENED.append(directory)
    workspace = directory.open()
    return workspace.open_results(workspace.retrieve(batch.id))


def test_a_session_that_fails_before_it_begins_keeps_no_process(tmp_path: Path) -> None:
    def fail() -> ApiClient:
        raise NoKeyError("the key command failed")

    spare = SpareStore(tmp_path)
    spare.prepare(MANY_ROWS)
    session = ResultsSession(batch_of([], succeeded=MANY_ROWS), fail, spare.take)
    assert session.store.is_helped
    with pytest.raises(NoKeyError):
        session.run()
    wait_until(lambda: not session.store.is_helped, "its process has ended")


def cut(after: int, *, times: int | None = 1, skip: int = 0) -> Fault:
    return Fault("cut", path="/v1/messages/batches/", after_bytes=after, times=times, skip=skip)


def whole(simulator: Simulator, batch: SimulatedBatch) -> bytes:
    session = open_session(simulator, batch)
    session.run()
    content = b"".join(session.store.iter_chunks())
    session.close()
    return content


@pytest.mark.parametrize("is_resumable", [True, False])
def test_a_download_that_breaks_again_and_again_ends_up_byte_for_byte_whole(is_resumable: bool) -> None:  # noqa: FBT001
    with running_simulator(delivery=Delivery(is_compressed=False, is_resumable=is_resumable)) as simulator:
        batch = place(simulator)
        expected = whole(simulator, batch)
        session = open_session(simulator, batch)
        for after in (70_000, 140_000, 210_001):
            simulator.faults.add(cut(after // 3 if is_resumable else after))
        told: list[LoadProgress] = []
        began = time.monotonic()
        outcome = session.run(told.append)
        assert resuming._FIRST_PAUSE_SECONDS <= outcome.seconds <= time.monotonic() - began
        assert (outcome.state, outcome.rows, session.missing_rows) == ("complete", ROWS, 0)
        assert b"".join(session.store.iter_chunks()) == expected
        assert [progress.rows for progress in told] == sorted(progress.rows for progress in told)
        assert [progress.state for progress in told if progress.state != "loading"] == ["complete"]
        asked_for_rest = [request for request in simulator.requests if "range" in request.header_names]
        assert bool(asked_for_rest) == is_resumable
        session.close()


def test_after_the_tries_are_spent_what_arrived_stays_and_is_called_partial() -> None:
    with running_simulator(delivery=Delivery(is_compressed=False, is_resumable=False)) as simulator:
        batch = place(simulator)
        session = open_session(simulator, batch)
        simulator.faults.add(cut(150_000))
        simulator.faults.add(cut(20_000, times=None))
        told: list[LoadProgress] = []
        with pytest.raises(InterruptedStreamError):
            session.run(told.append)
        assert told[-1].state == "partial"
        assert 0 < len(session.store.index) < ROWS
        assert session.missing_rows == ROWS - len(session.store.index)
        assert session.store.summary(len(session.store.index) - 1).custom_id
        assert session.received > session.store.size
        assert not session._others  # a download that got no further gives its space back
        session.close()


def test_a_batch_deleted_meanwhile_leaves_the_rows_so_far() -> None:
    with running_simulator(delivery=Delivery(is_compressed=False)) as simulator:
        batch = place(simulator)
        session = open_session(simulator, batch)
        simulator.faults.add(cut(100_000))

        def delete(_: LoadProgress) -> None:
            if batch.id in {each.id for each in simulator.scenario.list_batches(batch.workspace_id)[0]}:
                simulator.scenario.delete(batch.workspace_id, batch.id)

        with pytest.raises(NotFoundError):
            session.run(delete)
        assert len(session.store.index) > 0
        session.close()


def test_stopping_before_the_first_byte_needs_no_patience(simulator: Simulator) -> None:
    batch = place(simulator)
    session = open_session(simulator, batch)
    session.stop()
    assert session.run().state == "stopped"
    session.close()


def test_stopping_a_slow_download_keeps_its_rows(simulator: Simulator) -> None:
    batch = place(simulator)
    simulator.faults.add(Fault("slow", path=f"/v1/messages/batches/{batch.id}/results", bytes_per_second=300_000))
    session = open_session(simulator, batch)
    first_rows = threading.Event()

    def watch(progress: LoadProgress) -> None:
        if progress.rows and not first_rows.is_set():
            first_rows.set()
            session.stop()

    outcome = session.run(watch)
    assert (outcome.state, outcome.rows > 0) == ("stopped", True)
    session.close()


def test_a_batch_that_has_ended_since_it_was_looked_at_opens(simulator: Simulator) -> None:
    batch = place_batch(simulator, age=timedelta(minutes=5), lasts=timedelta(minutes=10))
    session = open_session(simulator, batch)
    with pytest.raises(ResultsNotReadyError):
        session.run()
    simulator.scenario.advance(timedelta(minutes=20))
    assert session.run().rows == session.expected_rows == len(batch.rows)
    session.close()


def test_results_past_their_29_days_say_so(simulator: Simulator) -> None:
    batch = place_batch(simulator, age=timedelta(days=30))
    with pytest.raises(ResultsUnavailableError):
        open_session(simulator, batch).run()


def test_closing_gives_the_disk_back(simulator: Simulator, tmp_path: Path) -> None:
    session = open_session(simulator, place(simulator))
    session.run()
    session.close()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
