from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from batchtui.formatting import (
    format_age,
    format_bytes,
    format_count,
    format_countdown,
    format_duration,
    format_moment,
    format_share,
)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (12_345, "12 kB"),
        (219_000_000, "219 MB"),
        (2.1e9, "2.1 GB"),
        (999_600, "1.0 MB"),
        (9_960, "10 kB"),
        (999.7, "1.0 kB"),
    ],
)
def test_sizes_have_a_decimal_unit(size: float, words: str) -> None:
    assert format_bytes(size) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 10, "0%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (10, 10, "100%"), (1, 4, "25%"), (0, 0, "0%")],
)
def test_a_small_share_never_reads_as_none_and_a_large_one_never_as_all(part: int, whole: int, words: str) -> None:
    assert format_share(part, whole) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=12, hours=4), "12 d 4 h"),
        (timedelta(hours=3, minutes=7, seconds=59), "3 h 07 m"),
        (timedelta(minutes=42, seconds=30), "42 m"),
        (timedelta(minutes=9, seconds=5), "9:05"),
        (timedelta(seconds=-3), "now"),
    ],
)
def test_a_countdown_shows_seconds_only_in_its_last_ten_minutes(left: timedelta, words: str) -> None:
    assert format_countdown(left) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=8), "8 s"),
        (timedelta(minutes=4, seconds=9), "4 m 09 s"),
        (timedelta(hours=23), "23 h 00 m"),
        (timedelta(seconds=-1), "0 s"),
    ],
)
def test_a_duration_has_its_two_largest_units(length: timedelta, words: str) -> None:
    assert format_duration(length) == words


def test_ages_and_counts_read_as_words() -> None:
    assert format_age(timedelta(seconds=0.4)) == "just now"
    assert format_age(timedelta(seconds=61)) == "1 m ago"
    assert format_age(timedelta(days=3)) == "3 d ago"
    assert format_count(6017) == "6,017"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York"])
def test_a_moment_at_the_edge_of_the_calendar_can_be_written(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as changed:
        changed.setenv("TZ", zone)
        time.tzset()
        assert format_moment(datetime.max.replace(tzinfo=UTC)).startswith("9999-12-31")
        assert format_moment(datetime.min.replace(tzinfo=UTC)).endswith(":00")
    time.tzset()
