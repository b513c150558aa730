"""When a download that broke is taken up again: one rule for whoever keeps results and whoever passes them on."""

from __future__ import annotations

from batchtui.api import RetryWait
from batchtui.errors import (
    ApiError,
    ConnectionFailedError,
    InternalServerError,
    InterruptedStreamError,
    OverloadedError,
    RateLimitError,
)

RESUME_TRIES = 4
"""How often in a row a broken download is taken up again without a byte more."""

_FIRST_PAUSE_SECONDS = 0.5
_PASSING = (InterruptedStreamError, ConnectionFailedError, RateLimitError, OverloadedError, InternalServerError)


class Resuming:
    """Counts the tries of one download that brought nothing; pauses double from one to the next."""

    def __init__(self) -> None:
        self._tries = 0

    def note_progress(self) -> None:
        """Begin to count again: something has come."""
        self._tries = 0

    def wait_after(self, error: ApiError) -> RetryWait | None:
        """Return the pause before the next try; None where another one would not help, or enough have been made."""
        if self._tries >= RESUME_TRIES or not isinstance(error, _PASSING):
            return None
        self._tries += 1
        return RetryWait(self._tries, _FIRST_PAUSE_SECONDS * 2.0 ** (self._tries - 1), error)
