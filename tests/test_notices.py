"""Events are found, told once by each way, also over restarts, and by ways that take no harm from what they say."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batchtui.errors import AuthenticationError, BatchtuiError, ConnectionFailedError
from batchtui.models import MessageBatch
from batchtui.notices import (
    Notice,
    NoticeDetector,
    NoticeJournal,
    NoticeWatch,
    run_notice_command,
    summarize,
    terminal_sequences,
)
from batchtui.settings import NoticeSettings
from batchtui.ui.clipboard import clipboard_sequences

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TOAST = frozenset({"toast"})


def batch(
    name: str = "one", *, age: timedelta = 2 * HOUR, ended: timedelta | None = None, **counts: Any
) -> MessageBatch:
    """Return a batch that was made `age` before noon and ended `ended` before noon."""
    facts: dict[str, Any] = {
        "id": f"msgbatch_{name}",
        "processing_status": "in_progress" if ended is None else "ended",
        "request_counts": counts or ({"processing": 10} if ended is None else {"succeeded": 10}),
        "created_at": (NOON - age).isoformat(),
        "ended_at": None if ended is None else (NOON - ended).isoformat(),
    }
    return MessageBatch.model_validate(facts)


def detector(since: datetime = NOON, **settings: Any) -> NoticeDetector:
    return NoticeDetector("prod", "https://api", NoticeSettings(**settings), since=since)


def events(notices: tuple[Notice, ...]) -> list[str]:
    return [notice.event for notice in notices]


def refused() -> AuthenticationError:
    return AuthenticationError(message="the server said no", status=401)


def test_a_batch_that_was_seen_running_and_has_ended_is_news_once() -> None:
    looking = detector()
    assert looking.look([batch()], NOON) == ()
    (notice,) = looking.look([batch(ended=timedelta())], NOON)
    assert notice.event == "ended"
    assert notice.title == "A batch of prod ended"
    assert notice.text == "msgbatch_one: 10 succeeded"
    assert looking.look([batch(ended=timedelta())], NOON + HOUR) == ()


def test_batches_that_ended_before_anybody_looked_are_history() -> None:
    assert detector().look([batch(ended=HOUR), batch("two", ended=timedelta(seconds=1))], NOON) == ()


def test_what_ended_while_nobody_looked_is_news_for_two_days() -> None:
    recent, old = batch("recent", age=2 * DAY, ended=DAY), batch("old", age=4 * DAY, ended=3 * DAY)
    assert [notice.batch for notice in detector(since=NOON - 10 * DAY).look([recent, old], NOON)] == [recent]


@pytest.mark.parametrize(
    ("counts", "threshold", "event"),
    [
        ({"succeeded": 99, "errored": 1}, 0, "failures"),
        ({"succeeded": 99, "expired": 1}, 1, "ended"),
        ({"succeeded": 98, "errored": 1, "expired": 1}, 1, "failures"),
        ({"succeeded": 60, "canceled": 40}, 0, "ended"),
        ({"errored": 10}, 100, "ended"),
    ],
)
def test_failures_above_the_threshold_are_an_event_of_their_own(
    counts: dict[str, Any], threshold: float, event: str
) -> None:
    looking = detector(failures_above_percent=threshold)
    looking.look([batch()], NOON)
    assert events(looking.look([batch(ended=timedelta(), **counts)], NOON)) == [event]


def test_failures_are_told_with_number_and_share() -> None:
    looking = detector()
    looking.look([batch()], NOON)
    (notice,) = looking.look([batch(ended=timedelta(), succeeded=3983, errored=6017)], NOON)
    assert notice.text == "msgbatch_one: 6,017 of 10,000 requests (60%) errored or expired"


def test_less_than_an_hour_to_expiry_is_an_event_while_requests_are_still_processing() -> None:
    looking = detector()
    assert looking.look([batch(age=23 * HOUR, processing=5)], NOON) == ()
    (notice,) = looking.look([batch(age=23 * HOUR, processing=5)], NOON + timedelta(minutes=10))
    assert (notice.event, notice.text) == ("expiring", "msgbatch_one: 50 m left, 5 requests still processing")
    assert looking.look([batch(age=23 * HOUR, processing=5)], NOON + timedelta(minutes=20)) == ()
    assert detector().look([batch(age=23.5 * HOUR, processing=0, succeeded=5)], NOON) == ()


def test_results_that_go_within_two_days_are_an_event_and_gone_ones_are_none() -> None:
    going, gone, empty = (
        batch("going", age=28 * DAY, ended=27 * DAY),
        batch("gone", age=30 * DAY, ended=29 * DAY),
        batch("empty", age=28 * DAY, ended=27 * DAY, succeeded=0),
    )
    (notice,) = detector().look([going, gone, empty], NOON)
    assert (notice.event, notice.text) == ("results_going", "msgbatch_going: 1 d 0 h left to save them")


def test_a_refused_key_is_told_and_a_lost_connection_is_not() -> None:
    looking = detector()
    assert looking.look([], NOON, ConnectionFailedError("no route")) == ()
    (notice,) = looking.look([], NOON, refused())
    assert notice.title == "The key of prod was refused"
    assert looking.look([], NOON, refused()) == ()


def test_only_the_events_of_the_settings_are_told() -> None:
    looking = detector(events=("failures",))
    looking.look([batch(), batch("two")], NOON)
    after = [batch(ended=timedelta()), batch("two", ended=timedelta(), errored=1)]
    assert events(looking.look(after, NOON)) == ["failures"]


def watch(path: Path | None, **settings: Any) -> NoticeWatch:
    return NoticeWatch("prod", "https://api", NoticeSettings(**settings), NoticeJournal(path))


def test_each_event_is_told_once_also_after_a_restart_and_by_another_program(tmp_path: Path) -> None:
    path = tmp_path / "notices.ndjson"
    first, second = watch(path), watch(path)
    for each in (first, second):
        assert each.take([batch()], NOON, ways=TOAST) == ()
    ended = [batch(ended=timedelta())]
    assert events(first.take(ended, NOON, ways=TOAST)) == ["ended"]
    assert second.take(ended, NOON, ways=TOAST) == ()
    assert watch(path).take(ended, NOON, ways=TOAST) == ()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_box_on_a_screen_does_not_use_up_the_command_of_a_script(tmp_path: Path) -> None:
    path = tmp_path / "notices.ndjson"
    for ways in (TOAST, frozenset({"toast", "command"})):
        looking = watch(path)
        (notice,) = looking.take([batch(ended=HOUR)], NOON, ways=ways, expected=["msgbatch_one"])
        assert notice.ways == ways - (TOAST if len(ways) > 1 else set())


def test_a_batch_that_ended_between_two_starts_is_news_at_the_second(tmp_path: Path) -> None:
    path = tmp_path / "notices.ndjson"
    assert watch(path).take([batch(ended=HOUR)], NOON, ways=TOAST) == ()
    later = batch("later", ended=-HOUR)
    found = watch(path).take([batch(ended=HOUR), later], NOON + 2 * HOUR, ways=TOAST)
    assert [notice.batch for notice in found] == [later]


def test_a_key_that_works_again_may_be_refused_again_and_then_it_is_told_again(tmp_path: Path) -> None:
    path = tmp_path / "notices.ndjson"
    assert events(watch(path).take([], NOON, refused(), ways=TOAST)) == ["key_refused"]
    restarted = watch(path)
    assert restarted.take([], NOON, refused(), ways=TOAST) == ()
    assert restarted.take([], NOON, ways=TOAST) == ()
    assert events(restarted.take([], NOON, refused(), ways=TOAST)) == ["key_refused"]


def test_the_journal_forgets_after_thirty_days_and_survives_a_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "notices.ndjson"
    journal = NoticeJournal(path)
    assert journal.claim(["a", "b"], NOON) == {"a", "b"}
    path.write_bytes(path.read_bytes() + b'{"time": "20')
    assert NoticeJournal(path).claim(["b", "c"], NOON + 20 * DAY) == {"c"}
    assert NoticeJournal(path).claim(["d"], NOON + 32 * DAY) == {"d"}
    told = [json.loads(line)["told"] for line in path.read_text().splitlines()]
    assert told == ["c", "d"]


def test_a_journal_that_cannot_be_written_still_tells_once_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "notices.ndjson"
    path.mkdir()
    journal = NoticeJournal(path)
    assert journal.claim(["a"], NOON) == {"a"}
    assert journal.claim(["a"], NOON) == frozenset()
    assert journal.problem == f"What was told is not remembered: {path}: is a directory"


def ended_notices(number: int, ways: frozenset[str] = TOAST) -> tuple[Notice, ...]:
    looking = watch(None)
    looking.take([batch(f"n{each}") for each in range(number)], NOON, ways=ways)
    return looking.take([batch(f"n{each}", ended=timedelta()) for each in range(number)], NOON, ways=ways)


def test_many_events_of_a_kind_are_one_telling() -> None:
    (told,) = summarize(ended_notices(20))
    assert told.title == "20 batches of prod ended"
    assert told.text == "msgbatch_n0, msgbatch_n1, msgbatch_n2 and 17 more"


@pytest.mark.parametrize(
    ("kind", "environ", "expected"),
    [
        ("osc9", {}, "\x1b]9;A batch of prod ended: msgbatch_n0: 10 succeeded\a"),
        ("osc777", {}, "\x1b]777;notify;A batch of prod ended;msgbatch_n0: 10 succeeded\a"),
        (
            "osc9",
            {"TMUX": "/run/tmux,1,0"},
            "\x1bPtmux;\x1b\x1b]9;A batch of prod ended: msgbatch_n0: 10 succeeded\a\x1b\\",
        ),
        (
            "osc9",
            {"TERM": "tmux-256color"},
            "\x1bPtmux;\x1b\x1b]9;A batch of prod ended: msgbatch_n0: 10 succeeded\a\x1b\\",
        ),
        ("osc9", {"STY": "1.pts"}, "\x1bP\x1b]9;A batch of prod ended: msgbatch_n0: 10 succeeded\a\x1b\\"),
    ],
)
def test_the_terminal_is_told_by_its_own_sequence_through_tmux_and_screen(
    kind: Any, environ: dict[str, str], expected: str
) -> None:
    notices = ended_notices(1, frozenset({"terminal"}))
    assert list(terminal_sequences(notices, NoticeSettings(terminal=kind), environ)) == [expected]


def test_the_bell_rings_once_for_all_and_nothing_is_sent_that_was_not_asked_for() -> None:
    assert list(terminal_sequences(ended_notices(3, frozenset({"bell"})), NoticeSettings(bell=True), {})) == ["\a"]
    assert not list(terminal_sequences(ended_notices(3), NoticeSettings(), {}))
    assert NoticeSettings().ways == {"toast"}


def test_an_id_that_would_command_the_terminal_does_not() -> None:
    looking = watch(None)
    hostile = batch("\x1b]0;evil\x07\x9b;x", ended=HOUR)
    found = looking.take([hostile], NOON, ways=frozenset({"terminal"}), expected=[hostile.id])
    (sequence,) = terminal_sequences(found, NoticeSettings(terminal="osc777"), {})
    assert sequence.count("\x1b") == sequence.count("\x07") == 1
    assert "\x9b" not in sequence


def test_the_command_is_given_the_facts_as_one_json_object(tmp_path: Path) -> None:
    (notice,) = ended_notices(1)
    target = tmp_path / "facts; touch evil"
    script = (
        "import os, sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read()); sys.exit(os.getsid(0) != os.getpid())"
    )
    assert run_notice_command([sys.executable, "-c", script, str(target)], notice.to_json()) == ""
    facts = json.loads(target.read_text())
    assert (facts["event"], facts["workspace"], facts["time"]) == ("ended", "prod", "2026-11-02T12:00:00Z")
    assert facts["batch"]["request_counts"]["succeeded"] == 10
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (["/nowhere/notify-me"], "notify-me could not be started: no such file or directory"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "ended with status 3"),
        ([sys.executable, "-c", "import sys; sys.stdin.close()"], ""),
    ],
)
def test_a_command_that_fails_is_named(command: list[str], problem: str) -> None:
    said = run_notice_command(command, "x" * 200_000)
    assert problem in said if problem else not said


def test_a_command_that_hangs_is_stopped_with_what_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = 'sleep 60 & echo $! > "$0"; wait'
    started = time.monotonic()
    problem = run_notice_command(["sh", "-c", script, str(pid)], "{}", seconds=2)
    assert "did not end within 2 seconds" in problem
    assert time.monotonic() - started < 50
    assert is_gone(int(pid.read_text()))


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
    return False


@pytest.mark.parametrize(
    ("environ", "starts"),
    [
        ({}, ["\x1b]52;c;"]),
        ({"TMUX": "/run/tmux,1,0"}, ["\x1b]52;c;", "\x1bPtmux;\x1b\x1b]52;c;"]),
        ({"STY": "1.pts"}, ["\x1bP\x1b]52;c;"]),
    ],
)
def test_a_copy_is_wrapped_for_what_is_in_between(environ: dict[str, str], starts: list[str]) -> None:
    sequences = list(clipboard_sequences("héllo" * 40, environ))
    assert len(sequences) == len(starts)
    for sequence, start in zip(sequences, starts, strict=True):
        assert sequence.startswith(start)
    plain = sequences[0].replace("\x1b\\\x1bP", "")
    assert base64.b64decode(plain.split(";")[2].split("\a")[0]).decode() == "héllo" * 40


def test_every_error_that_is_no_refusal_is_quiet() -> None:
    assert detector().look([], NOON, BatchtuiError("something")) == ()
