"""Large results, which a process beside this one indexes: the same rows, whatever becomes of that process."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from batchtui.errors import InterruptedStreamError
from batchtui.indexing import process
from batchtui.indexing.indexer import Piece
from batchtui.indexing.process import IndexingProcess
from batchtui.results import LoadProgress, ResultsIndex, ResultsStore, feeder, read_results
from batchtui.results.store import MANY_ROWS
from tests.fuzz import cut_file, make_file
from tests.support.dashboards import wait_until
from tests.support.result_lines import errored, succeeded

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere no process is handed a file")

LINES = [succeeded(f"request-{number}", "words " * 20) + b"\n" for number in range(2000)]
ODD = errored("odd") + b"\n\n" + b"no result\n" + '{"custom_id": "\\ud800é", "result": {"type": "new"}}\r\n'.encode()


class HeldProcess(IndexingProcess):
    """One that is of no help before it is let go, however quickly it started."""

    is_held = True

    @property
    def is_ready(self) -> bool:
        return not self.is_held and super().is_ready


class Helped:
    """A store that has help, and the process that gives it."""

    def __init__(self, folder: Path) -> None:
        self.store = ResultsStore(folder)
        self.store.expect(MANY_ROWS)
        wait_until(lambda: self.store._feeder._beside is not None, "the process is started")
        helper = self.store._feeder._beside
        assert isinstance(helper, HeldProcess)
        self.helper = helper

    @property
    def pid(self) -> int:
        return self.helper._process.pid

    def wait_until_ready(self) -> None:
        self.helper.is_held = False
        wait_until(lambda: self.helper.is_ready or self.helper.is_begun, "the process is ready")


@pytest.fixture(autouse=True)
def _held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "IndexingProcess", HeldProcess)


@pytest.fixture
def helped(tmp_path: Path) -> Iterator[Helped]:
    made = Helped(tmp_path)
    yield made
    made.store.close()
    wait_until(lambda: made.helper._process.returncode is not None, "the process has ended")


def columns(index: ResultsIndex) -> dict[str, object]:
    flat = {name: column for name, column in vars(index).items() if isinstance(column, array | bytearray)}
    by_type = {name: list(index.rows(name)) for name in index.types.names}
    return {**flat, "names": (index.types.names, index.causes.names, index.models.names), "rows": by_type}


def index_alone(folder: Path, data: bytes) -> ResultsStore:
    store = ResultsStore(folder)
    store.feed(data)
    store.finish()
    store.close()
    return store


def check_same(store: ResultsStore, folder: Path, data: bytes) -> None:
    alone = index_alone(folder, data)
    assert columns(store.index) == columns(alone.index)
    assert store.problems == alone.problems
    assert store.problem_count == alone.problem_count


def test_rows_are_the_same_when_another_process_indexes_from_somewhere_on(helped: Helped, tmp_path: Path) -> None:
    data = b"".join(LINES[:1000]) + ODD + b"".join(LINES[1000:])
    helped.store.feed(data[:70_001])
    before = len(helped.store.index)
    helped.wait_until_ready()
    helped.store.feed(data[70_001:300_000])
    assert helped.helper.is_begun
    helped.store.feed(data[300_000:])
    assert helped.store.finish()
    assert 0 < before < len(helped.store.index) == len(LINES) + 3
    check_same(helped.store, tmp_path, data)


@pytest.fixture
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeder, "_LONGEST_WAIT_SECONDS", 3600.0)
    monkeypatch.setattr(feeder, "_FIRST_ROWS", 10_000)


@pytest.mark.usefixtures("no_limit")
@pytest.mark.parametrize("comes", ["in the middle", "at the end", "never"])
def test_what_comes_after_a_first_page_waits_for_the_process_and_is_not_lost(tmp_path: Path, comes: str) -> None:
    helped = Helped(tmp_path)
    data = b"".join(LINES)
    for start in range(0, len(data) // 2, 7000):
        helped.store.feed(data[start : min(start + 7000, len(data) // 2)])
    assert 0 < len(helped.store.index) < 100
    if comes == "in the middle":
        helped.wait_until_ready()
    helped.store.feed(data[len(data) // 2 : -100])
    if comes == "at the end":
        helped.wait_until_ready()
    helped.store.feed(data[-100:])
    assert helped.store.finish()
    check_same(helped.store, tmp_path, data)
    helped.store.close()


@pytest.mark.usefixtures("no_limit")
def test_a_download_that_breaks_off_while_it_waits_for_the_process_has_all_its_rows(tmp_path: Path) -> None:
    helped = Helped(tmp_path)
    helped.store.feed(b"".join(LINES[:100]))
    helped.store.feed(b"".join(LINES[100:]))
    helped.store.catch_up()
    assert len(helped.store.index) == len(LINES)
    helped.store.close()


@pytest.mark.parametrize("is_late", [False, True])
def test_what_waits_is_indexed_although_nothing_more_comes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_late: bool,  # noqa: FBT001  # a case
) -> None:
    monkeypatch.setattr(feeder, "_FIRST_ROWS", 10_000)
    monkeypatch.setattr(feeder, "_LONGEST_WAIT_SECONDS", 0.3 if is_late else 3600.0)
    monkeypatch.setattr(HeldProcess, "is_held", is_late)
    helped = Helped(tmp_path)
    helped.store.feed(b"".join(LINES[:100]))
    helped.store.feed(b"".join(LINES[100:]))
    wait_until(lambda: len(helped.store.index) == len(LINES), "all rows are there")
    assert helped.helper.is_begun != is_late
    helped.store.close()


@pytest.mark.parametrize("limit", ["_LONGEST_WAIT_SECONDS", "_MOST_WAITING"])
def test_a_process_that_does_not_come_soon_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(feeder, "_FIRST_ROWS", 10_000)
    monkeypatch.setattr(feeder, limit, 0)
    helped = Helped(tmp_path)
    helped.store.feed(b"".join(LINES[:100]))
    helped.store.feed(b"".join(LINES[100:]))
    assert len(helped.store.index) == len(LINES)
    helped.store.close()


@pytest.mark.parametrize("seed", range(12))
def test_hostile_files_are_indexed_alike(helped: Helped, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  # chance that repeats itself
    data = b"\n".join(make_file(rng) for _ in range(40))
    first, *rest = cut_file(data, rng)
    helped.store.feed(first)
    helped.wait_until_ready()
    for chunk in rest:
        helped.store.feed(chunk)
    is_whole = helped.store.finish()
    check_same(helped.store, tmp_path, data)
    assert is_whole == (not any("cut off" in problem.what for problem in helped.store.problems))


def test_rows_show_while_more_is_to_come(helped: Helped) -> None:
    helped.wait_until_ready()
    helped.store.feed(LINES[0] + LINES[1] + LINES[2][:50])
    wait_until(lambda: len(helped.store.index) == 2, "the whole lines are rows")


def test_a_last_line_that_is_cut_off_is_told(helped: Helped) -> None:
    helped.wait_until_ready()
    helped.store.feed(LINES[0] + LINES[1][:-10])
    assert not helped.store.finish()
    assert "cut off" in helped.store.problems[-1].what
    assert len(helped.store.index) == 1


def test_when_a_download_breaks_every_line_that_came_is_counted(
    helped: Helped, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = IndexingProcess._hear

    def hear_late(self: IndexingProcess, piece: Piece) -> None:
        time.sleep(0.2)  # a process that is behind
        hear(self, piece)

    def chunks() -> Iterator[bytes]:
        yield b"".join(LINES[:1000])
        yield b"".join(LINES[1000:])
        raise InterruptedStreamError("cut")

    monkeypatch.setattr(IndexingProcess, "_hear", hear_late)
    helped.wait_until_ready()
    seen: list[LoadProgress] = []
    with pytest.raises(InterruptedStreamError):
        read_results(chunks(), helped.store, on_progress=seen.append)
    assert (seen[-1].state, seen[-1].rows) == ("partial", len(LINES))


def test_a_store_asks_for_help_once(helped: Helped) -> None:
    helped.store.expect(MANY_ROWS)
    assert helped.store._feeder._beside is helped.helper


def kill(helped: Helped) -> None:
    os.kill(helped.pid, signal.SIGKILL)
    wait_until(lambda: helped.helper.has_failed, "its end is known")


def stop(helped: Helped) -> None:
    os.kill(helped.pid, signal.SIGSTOP)


@pytest.mark.parametrize("harm", [kill, stop])
@pytest.mark.parametrize("fed_before", [0, 50_000])
def test_nothing_is_lost_when_the_process_ends_or_hangs(
    helped: Helped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Helped], None], fed_before: int
) -> None:
    monkeypatch.setattr(process, "_STALLED_SECONDS", 0.2)
    monkeypatch.setattr(process, "_LARGEST_BACKLOG", 100_000)
    data = b"".join(LINES) + ODD
    helped.wait_until_ready()
    helped.store.feed(data[:fed_before])
    harm(helped)
    for start in range(fed_before, len(data), 40_000):
        helped.store.feed(data[start : min(start + 40_000, len(data))])
    assert helped.store.finish()
    check_same(helped.store, tmp_path, data)


def test_a_process_that_hangs_at_the_end_does_not_hang_the_download(
    helped: Helped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_STALLED_SECONDS", 0.2)
    helped.wait_until_ready()
    data = b"".join(LINES)
    helped.store.feed(data[:1000])
    stop(helped)
    helped.store.feed(data[1000:])
    assert helped.store.finish()
    check_same(helped.store, tmp_path, data)


@pytest.mark.parametrize("program", ["", "/nowhere/python", "/bin/false"])
def test_rows_come_without_help_where_none_can_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    store = ResultsStore(tmp_path)
    store.expect(MANY_ROWS)
    store.feed(b"".join(LINES))
    assert store.finish()
    assert len(store.index) == len(LINES)
    store.close()


def test_few_rows_need_no_help(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    store.expect(100)
    assert store._feeder._beside is None


def test_the_process_ends_with_whoever_started_it(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys, time\n"
        "from batchtui.results import ResultsStore\n"
        "store = ResultsStore(pathlib.Path(sys.argv[1]))\n"
        "store.expect(10**6)\n"
        "while store._feeder._beside is None: time.sleep(0.01)\n"
        "print(store._feeder._beside._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    with starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    wait_until(lambda: not Path(f"/proc/{pid}").exists() or is_zombie(pid), "the process has ended")


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_process_is_given_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-secret")
    for name in ("KEY_OF_PRODUCTION", "LANGSMITH_API_KEY", "HOMEBREW_TOKEN", "PYTHON_KEY"):
        monkeypatch.setenv(name, "sk-ant-api03-other")
    helped = Helped(tmp_path)
    helped.wait_until_ready()
    assert b"sk-ant" not in Path(f"/proc/{helped.pid}/environ").read_bytes()
    helped.store.close()


def test_a_process_that_hangs_while_a_slow_link_brings_little_does_not_hang_the_download(
    helped: Helped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_STALLED_SECONDS", 0.2)
    data = b"".join(LINES[:100])
    helped.wait_until_ready()
    helped.store.feed(data[:1])
    stop(helped)
    for start in range(1, len(data), 5):
        helped.store.feed(data[start : min(start + 5, len(data))])
    assert helped.store.finish()
    check_same(helped.store, tmp_path, data)


def test_a_file_that_is_cut_off_is_told_when_the_last_answer_is_late(
    helped: Helped, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = IndexingProcess._hear

    def hear_late(self: IndexingProcess, piece: Piece) -> None:
        if piece.is_last:
            time.sleep(0.5)  # longer than the process may be silent
        hear(self, piece)

    monkeypatch.setattr(process, "_STALLED_SECONDS", 0.1)
    monkeypatch.setattr(IndexingProcess, "_hear", hear_late)
    helped.wait_until_ready()
    helped.store.feed(LINES[0] + LINES[1][:-10])
    assert not helped.store.finish()
    assert len(helped.store.index) == 1


def test_a_store_that_was_closed_before_its_help_came_keeps_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ResultsStore(tmp_path)
    made: list[IndexingProcess] = []

    def start_late(spool: int, take: Callable[[Piece], None]) -> IndexingProcess | None:
        found = process.start_indexing(spool, take)
        assert found is not None
        made.append(found)
        store.close()
        return found

    monkeypatch.setattr(feeder, "start_indexing", start_late)
    store.expect(MANY_ROWS)
    wait_until(lambda: made and made[0]._process.returncode is not None, "the process has ended")
    assert store._feeder._beside is None


def test_a_download_that_ended_early_keeps_its_rows_and_no_process(helped: Helped) -> None:
    helped.wait_until_ready()
    helped.store.feed(b"".join(LINES) + b'{"half')
    helped.store.release()
    assert helped.helper._process.returncode is not None
    assert len(helped.store.index) == len(LINES)
    assert helped.store.line(5) == LINES[5].rstrip()


def test_closing_in_the_middle_leaves_no_process(helped: Helped) -> None:
    helped.wait_until_ready()
    helped.store.feed(b"".join(LINES))
    helped.store.close()
    assert helped.helper._process.returncode is not None


def test_the_download_waits_for_a_process_that_is_far_behind(helped: Helped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LARGEST_BACKLOG", 1000)
    helped.wait_until_ready()
    for line in LINES[:50]:
        helped.store.feed(line * 10)
    assert len(helped.store.index) > 450
