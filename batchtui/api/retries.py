"""When a call is sent again, and after which pause: as the official SDK does it."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from batchtui.api.facts import parse_http_date
from batchtui.errors import ApiError

_RETRIED_STATUSES = frozenset({408, 409, 429})
_FIRST_SERVER_ERROR = 500
_SLICE_SECONDS = 0.1
_LONGEST_ASKED = 86_400.0


@dataclass(frozen=True, slots=True)
class RetryWait:
    """A pause before the same call is sent again: after which attempt (from 1), how long, and why."""

    attempt: int
    seconds: float
    error: ApiError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is sent again, and how long to wait before: 0.5 s doubled up to 8 s, less up to a quarter.

    A `retry-after` of up to `longest_wait` seconds is obeyed; a longer one is not sat out but raised at once, so that
    a screen can plan. `jitter` yields 0 to 1; `sleep` is called in slices, between which the wait can be stopped.
    """

    retries: int = 2
    first_wait: float = 0.5
    highest_wait: float = 8.0
    longest_wait: float = 60.0
    jitter: Callable[[], float] = random.random  # noqa: S311  # spreads clients, hides nothing
    sleep: Callable[[float], None] = time.sleep

    def wait_before(self, attempt: int, retry_after: float | None) -> float | None:
        """Return the seconds to wait after failed attempt number `attempt` (from 1); None: give up."""
        if attempt > self.retries:
            return None
        if retry_after is not None and retry_after > 0:
            return retry_after if retry_after <= self.longest_wait else None
        doubled = self.first_wait * 2.0 ** min(attempt - 1, 30)
        return min(doubled, self.highest_wait) * (1 - 0.25 * self.jitter())

    def pause(self, seconds: float, is_stopped: Callable[[], bool]) -> None:
        """Sleep for `seconds`, or until `is_stopped` says so."""
        left = seconds
        while left > 0 and not is_stopped():
            self.sleep(min(left, _SLICE_SECONDS))
            left -= _SLICE_SECONDS


def is_retried_status(status: int, headers: httpx.Headers) -> bool:
    """Return whether an answer invites another try: `x-should-retry` decides, then the status."""
    wish = headers.get("x-should-retry")
    if wish in {"true", "false"}:
        return bool(wish == "true")
    return status in _RETRIED_STATUSES or status >= _FIRST_SERVER_ERROR


def retry_after_of(headers: httpx.Headers) -> float | None:
    """Return the seconds that an answer asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a date.

    More than a day is taken for a day.
    """
    asked = _asked_seconds(headers)
    return None if asked is None else min(asked, _LONGEST_ASKED)


def _asked_seconds(headers: httpx.Headers) -> float | None:
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    seconds = _number(headers.get("retry-after"))
    if seconds is not None:
        return seconds
    until = parse_http_date(headers.get("retry-after"))
    if until is None:
        return None
    now = parse_http_date(headers.get("date")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
