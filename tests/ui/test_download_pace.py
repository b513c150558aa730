from __future__ import annotations

from batchtui.ui.download_pace import DownloadPace


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock, size = Clock(), 0
    pace = DownloadPace(clock)
    for rate in (10_000, 2000):
        for _ in range(40):
            clock.now += 0.1
            size += rate // 10
            pace.note(size)
    assert pace.bytes_per_second is not None
    assert abs(pace.bytes_per_second - 2000) < 1


def test_there_is_no_rate_before_it_means_anything() -> None:
    clock = Clock()
    pace = DownloadPace(clock)
    clock.now += 0.1
    pace.note(1_000_000)
    assert pace.bytes_per_second is None


def test_a_wait_is_no_part_of_the_rate_after_it() -> None:
    clock, size = Clock(), 0
    pace = DownloadPace(clock)
    for _ in range(2):
        clock.now += 20
        for _ in range(4):
            size += 1000
            pace.note(size)
            clock.now += 0.1
        assert pace.bytes_per_second is not None
        assert abs(pace.bytes_per_second - 10_000) < 1


def test_a_download_that_begins_anew_is_awaited_anew() -> None:
    clock = Clock()
    pace = DownloadPace(clock)
    pace.note(9_000_000)
    clock.now += 9
    pace.begin()
    assert pace.silent_seconds == 0
    assert pace.bytes_per_second is None


def test_silence_lasts_until_more_comes() -> None:
    clock = Clock()
    pace = DownloadPace(clock)
    pace.note(5)
    clock.now += 4
    pace.note(5)
    assert pace.silent_seconds == 4
    pace.note(6)
    assert pace.silent_seconds == 0
