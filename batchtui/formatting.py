"""Numbers, sizes and times as words, for screens and for commands."""

from __future__ import annotations

from datetime import datetime, timedelta

_KILO = 1000
_NEAR_THE_END = timedelta(minutes=10)


def format_count(number: int) -> str:
    """Return `6017` as `6,017`."""
    return f"{number:,}"


def format_bytes(size: float) -> str:
    """Return a size in bytes with a decimal unit, as `219 MB` or `1.2 GB`."""
    for unit in ("B", "kB", "MB", "GB"):
        number = f"{size:.1f}" if unit != "B" and round(size, 1) < 10 else f"{size:.0f}"  # noqa: PLR2004
        if round(size) < _KILO or unit == "GB":
            return f"{number} {unit}"
        size /= _KILO
    raise AssertionError


def format_share(part: int, whole: int) -> str:
    """Return `part` of `whole` in percent; small but present shares never read as nothing."""
    if part == 0 or whole == 0:
        return "0%"
    percent = 100 * part / whole
    if percent < 1:
        return "<1%"
    if percent > 99 and part < whole:  # noqa: PLR2004
        return ">99%"
    return f"{percent:.0f}%"


def format_duration(length: timedelta) -> str:
    """Return a length of time in its two largest units: `12 d 4 h`, `3 h 07 m`, `4 m 09 s`, `8 s`."""
    seconds = max(int(length.total_seconds()), 0)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02} m"
    if minutes:
        return f"{minutes} m {seconds:02} s"
    return f"{seconds} s"


def format_countdown(left: timedelta) -> str:
    """Return what is left, seconds only in the last ten minutes, so that a waiting screen stays still."""
    if left <= timedelta():
        return "now"
    if left < _NEAR_THE_END:
        minutes, seconds = divmod(int(left.total_seconds()), 60)
        return f"{minutes}:{seconds:02}"
    if left < timedelta(hours=1):
        return f"{int(left.total_seconds()) // 60} m"
    return format_duration(left)


def format_age(age: timedelta) -> str:
    """Return how old something is: `just now`, `4 s ago`, `3 m ago`, in one unit."""
    seconds = int(age.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def format_moment(moment: datetime) -> str:
    """Return a moment in the reader's own time zone, to the minute: `2026-11-21 06:49`."""
    return local_time(moment).strftime("%Y-%m-%d %H:%M")


def local_time(moment: datetime) -> datetime:
    """Return a moment in the reader's own time zone; one at the edge of the calendar stays in its own."""
    try:
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return moment
