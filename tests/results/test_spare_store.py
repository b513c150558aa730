"""A store that is ready before large results are opened, and the process that waits in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.results import ResultsStore, SpareStore
from batchtui.results.store import MANY_ROWS
from tests.support.dashboards import wait_until
from tests.support.result_lines import succeeded

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere no process is handed a file")

LINES = [succeeded(f"request-{number}", "words " * 20) + b"\n" for number in range(1000)]


@pytest.fixture
def spare(tmp_path: Path) -> Iterator[SpareStore]:
    made = SpareStore(tmp_path)
    yield made
    made.close()


def process_of(store: ResultsStore) -> subprocess.Popen[bytes]:
    wait_until(lambda: store._feeder._beside is not None, "the process is started")
    beside = store._feeder._beside
    assert beside is not None
    return beside._process


def prepared(spare: SpareStore) -> ResultsStore:
    spare.prepare(MANY_ROWS)
    store = spare._spare
    assert store is not None
    return store


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    return process.returncode is not None


def test_the_prepared_store_is_handed_out_once_and_its_process_indexes(spare: SpareStore) -> None:
    ready = prepared(spare)
    wait_until(lambda: ready._feeder._beside is not None and ready._feeder._beside.is_ready, "the process is ready")
    store, another = spare.take(MANY_ROWS), spare.take(MANY_ROWS)
    assert store is ready is not another
    store.expect(MANY_ROWS)
    for line in LINES:
        store.feed(line)
    assert store.finish()
    assert [store.index.custom_id(row) for row in range(3)] == ["request-0", "request-1", "request-2"]
    assert len(store.index) == len(LINES)
    assert store._feeder._beside is not None
    assert store._feeder._beside.is_begun
    store.close()
    another.close()


def test_a_second_look_starts_no_second_process(spare: SpareStore) -> None:
    assert prepared(spare) is prepared(spare)


def test_few_rows_leave_the_prepared_store_to_others(spare: SpareStore) -> None:
    spare.prepare(MANY_ROWS - 1)
    assert spare._spare is None
    ready = prepared(spare)
    assert spare.take(MANY_ROWS - 1) is not ready
    assert spare.take(MANY_ROWS) is ready
    ready.close()


def test_a_store_whose_process_has_died_is_not_handed_out(spare: SpareStore) -> None:
    ready = prepared(spare)
    process = process_of(ready)
    process.kill()
    wait_until(lambda: not ready.is_helped, "its end is noticed")
    store = spare.take(MANY_ROWS)
    assert store is not ready
    store.close()


def test_what_nobody_takes_is_ended(spare: SpareStore) -> None:
    process = process_of(prepared(spare))
    spare.discard()
    wait_until(lambda: has_ended(process), "the process has ended")
    process = process_of(prepared(spare))
    spare.close()
    wait_until(lambda: has_ended(process), "that one too")
    spare.prepare(MANY_ROWS)
    assert spare._spare is None
