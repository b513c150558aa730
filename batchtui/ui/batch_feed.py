"""The loop that keeps a workspace's batches fresh while somebody looks at them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from batchtui.background import in_background
from batchtui.errors import AuthenticationError, BatchtuiError, CredentialError, PermissionDeniedError, StatusError
from batchtui.workspace import Notice, RetryWait, Snapshot, Workspace, refresh_pause

FIRST_RETRY_SECONDS = 12.0
MAX_RETRY_SECONDS = 120.0
REFUSED_RETRY_SECONDS = 300.0
GLANCE_SECONDS = 5.0
"""How often to look whether the clock has jumped."""
OLDER_RETRY_SECONDS = 5.0
"""How long a page of older batches that failed is not asked for again."""


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """What is known, how old it is and what is going on; moments are seconds of the feed's clock.

    `error` is why the last refresh failed: what `snapshot` holds is then the last good data. `next_try_at` is None
    while nothing is planned. `is_asked` says that somebody wants this refresh.
    """

    snapshot: Snapshot = field(default_factory=Snapshot)
    updated_at: float | None = None
    refreshing_since: float | None = None
    is_asked: bool = False
    is_loading_older: bool = False
    is_paused: bool = False
    error: BatchtuiError | None = None
    next_try_at: float | None = None

    @property
    def is_refreshing(self) -> bool:
        """Whether the server was asked and has not answered."""
        return self.refreshing_since is not None

    @property
    def is_loaded(self) -> bool:
        """Whether the server has ever answered."""
        return self.updated_at is not None


def retry_pause(error: BatchtuiError, failures: int) -> float | None:
    """Return the seconds until the next try after `failures` in a row; None when only the person can help.

    A key that cannot be had is not asked for again by itself: that would open the keyring's question again and again.
    """
    if isinstance(error, CredentialError):
        return None
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        return REFUSED_RETRY_SECONDS
    pause = min(FIRST_RETRY_SECONDS * 2.0 ** min(failures - 1, 10), MAX_RETRY_SECONDS)
    asked_for = (error.retry_after or 0.0) if isinstance(error, StatusError) else 0.0
    return max(pause, asked_for)


class BatchFeed:
    """Refreshes a workspace again and again, and publishes every change of its status; lives on the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        publish: Callable[[FeedStatus], None],
        *,
        refresh_seconds: float,
        clock: Callable[[], float] = time.time,
        tell: Callable[[Sequence[Notice]], None] = lambda _: None,
    ) -> None:
        self.workspace = workspace
        self.status = FeedStatus(snapshot=workspace.snapshot)
        self._publish = publish
        self._tell = tell
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._failures = 0
        self._wake = asyncio.Event()
        self._older_failed_at = float("-inf")

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            await self._refresh()
            await self._rest()

    def refresh_now(self) -> None:
        """Do not wait any longer; also while paused, once."""
        self._change(is_asked=True)
        self._wake.set()

    def toggle_pause(self) -> bool:
        """Stop or go on asking the server; return whether it is paused now."""
        self.pause(is_paused=not self.status.is_paused)
        return self.status.is_paused

    def pause(self, *, is_paused: bool) -> None:
        """Stop asking the server, or go on, at once where that is overdue."""
        self._change(is_paused=is_paused)
        self._wake.set()

    def take(self, snapshot: Snapshot) -> None:
        """Publish what a command brought back."""
        self._change(snapshot=snapshot)

    def wait(self, wait: RetryWait) -> None:
        """Publish that a refresh pauses before it tries again."""
        if self.status.is_refreshing:
            self._change(error=wait.error, next_try_at=self._clock() + wait.seconds)

    @property
    def seconds_to_wait(self) -> float:
        """How long a refresh that is under way still waits because the server asked for it; 0 where it does not."""
        error, next_try_at = self.status.error, self.status.next_try_at
        is_asked_for = isinstance(error, StatusError) and bool(error.retry_after)
        if not (self.status.is_refreshing and is_asked_for) or next_try_at is None:
            return 0.0
        return max(next_try_at - self._clock(), 0.0)

    @property
    def can_load_older(self) -> bool:
        """Whether there are older batches that nobody is loading, and that did not fail just now."""
        is_resting = time.monotonic() < self._older_failed_at + OLDER_RETRY_SECONDS
        status = self.status
        return status.is_loaded and status.snapshot.has_more and not status.is_loading_older and not is_resting

    async def load_older(self) -> None:
        """Load the next page of older batches, unless that is under way; raise what goes wrong."""
        if self.status.is_loading_older or not self.status.snapshot.has_more:
            return
        self._change(is_loading_older=True)
        try:
            await in_background(self.workspace.load_older)
        except BatchtuiError:
            self._older_failed_at = time.monotonic()
            raise
        finally:
            self._change(is_loading_older=False, snapshot=self.workspace.snapshot)

    async def _refresh(self) -> None:
        if self.status.is_asked and isinstance(self.status.error, AuthenticationError):
            await in_background(self.workspace.ask_for_key_again)
        self._change(refreshing_since=self._clock(), next_try_at=None)
        try:
            await in_background(self.workspace.refresh)
            self._succeed(is_asked=False)
            if self.status.snapshot.has_more:
                await in_background(self.workspace.load_active)
                self._succeed(is_asked=self.status.is_asked)
        except BatchtuiError as error:
            self._fail(error)
        notices = await in_background(self.workspace.take_notices, self.status.error)
        if notices:
            self._tell(notices)

    def _succeed(self, *, is_asked: bool) -> None:
        """Publish what came; `is_asked` where somebody has wanted more since the server was asked."""
        self._failures = 0
        pause = refresh_pause(self.workspace.snapshot, self._refresh_seconds)
        self._change(
            snapshot=self.workspace.snapshot,
            updated_at=self._clock(),
            refreshing_since=None,
            is_asked=is_asked,
            error=None,
            next_try_at=self._clock() + pause,
        )

    def _fail(self, error: BatchtuiError) -> None:
        self._failures += 1
        pause = retry_pause(error, self._failures)
        next_try_at = None if pause is None else self._clock() + pause
        self._change(
            snapshot=self.workspace.snapshot,
            refreshing_since=None,
            is_asked=False,
            error=error,
            next_try_at=next_try_at,
        )

    async def _rest(self) -> None:
        loop = asyncio.get_running_loop()
        planned = self.status.next_try_at
        deadline = None if planned is None else loop.time() + planned - self._clock()
        while not self.status.is_asked:
            left = None
            if planned is not None and deadline is not None and not self.status.is_paused:
                left = min(deadline - loop.time(), planned - self._clock())  # one stands while a laptop sleeps
            if left is not None and left <= 0:
                return
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), None if left is None else min(left, GLANCE_SECONDS))

    def _change(self, **facts: object) -> None:
        self.status = replace(self.status, **facts)  # type: ignore[arg-type]  # names and types are this module's own
        self._publish(self.status)
