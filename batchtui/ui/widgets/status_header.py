"""The line at the top of a workspace's screens: where one is, how fresh it is, and what may be done there."""

from __future__ import annotations

import math
from datetime import timedelta
from urllib.parse import urlsplit

from textual.content import Content
from textual.widget import Widget

from batchtui.errors import (
    AuthenticationError,
    BatchtuiError,
    ConnectionFailedError,
    CredentialError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
)
from batchtui.formatting import format_age, format_countdown
from batchtui.safe_text import safe_line
from batchtui.ui.batch_feed import FeedStatus
from batchtui.workspace import Workspace

_AGE_STEP = 5
_STEADY_SECONDS = 20.0
_REASONS: tuple[tuple[type[BatchtuiError], str], ...] = (
    (CredentialError, "no key"),
    (AuthenticationError, "key refused"),
    (PermissionDeniedError, "not allowed"),
    (RateLimitError, "rate limited"),
    (OverloadedError, "API overloaded"),
    (RequestTimeoutError, "no answer in time"),
    (ConnectionFailedError, "no connection"),
)


def name_reason(error: BatchtuiError) -> str:
    """Return a failure in two or three words."""
    for kind, words in _REASONS:
        if isinstance(error, kind):
            return words
    return error.title[:1].lower() + error.title[1:]


def format_freshness(status: FeedStatus, now: float) -> tuple[str, str]:
    """Return how old the shown data is, and its style; changes every few seconds at most while all is well."""
    if status.error is not None:
        return _format_stale(status, status.error, now), "$text-error"
    if status.is_refreshing and status.updated_at is not None:
        return "refreshing", "$foreground-muted"
    age = "" if status.updated_at is None else _format_age(now - status.updated_at)
    if status.is_paused:
        return ", ".join(part for part in ("paused", age) if part), "$text-warning"
    if status.updated_at is None:
        return "loading", "$foreground-muted"
    return age, "$foreground-muted"


def _format_age(seconds: float) -> str:
    if seconds < _AGE_STEP:
        return "updated just now"
    stepped = int(seconds) // _AGE_STEP * _AGE_STEP
    return f"updated {format_age(timedelta(seconds=stepped))}"


def _format_stale(status: FeedStatus, error: BatchtuiError, now: float) -> str:
    words = name_reason(error)
    if status.updated_at is not None:
        words = f"stale: {words}"
    if status.is_paused and not status.is_refreshing:
        return f"{words}, paused"
    if status.next_try_at is None:
        return f"{words}, {'trying again' if status.is_refreshing else 'r tries again'}"
    left = max(status.next_try_at - now, 0)
    step = 1 if left <= _STEADY_SECONDS else 10
    return f"{words}, next try in {_format_wait(math.ceil(left / step) * step)}"


def _format_wait(seconds: int) -> str:
    if seconds <= 60:  # noqa: PLR2004  # up to a minute people count in seconds
        return f"{seconds} s"
    return format_countdown(timedelta(minutes=math.ceil(seconds / 60)))


def format_host(base_url: str) -> str:
    """Return the part of a URL that tells servers apart."""
    parts = urlsplit(base_url)
    return safe_line(parts.netloc or base_url)


class StatusHeader(Widget):
    """One line: workspace, host, what the key belongs to; at the right badges and freshness.

    It repaints only when its words change, so it may be updated every second.
    """

    def __init__(self, workspace: Workspace, *, subject: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._subject = subject
        self._freshness: tuple[str, str] = ("", "")
        self._identity = ""

    def show_freshness(self, words: str, style: str = "$foreground-muted") -> None:
        """Show how old the data is."""
        identity = self._format_identity()
        if (words, style) != self._freshness or identity != self._identity:
            self._freshness = (words, style)
            self._identity = identity
            self.refresh()

    def render(self) -> Content:
        """Draw both ends; the middle gives way first."""
        right = self._render_right()
        room = self.size.width - 2 - right.cell_length
        left = self._render_left(room)
        gap = max(room - left.cell_length, 1)
        return Content.assemble(" ", left, " " * gap, right, " ")

    def _render_left(self, room: int) -> Content:
        name = Content.styled(safe_line(self._workspace.name), "bold")
        parts = [name]
        for words in (self._subject, format_host(self._workspace.base_url), self._format_identity()):
            longer = [*parts, Content.styled(f" · {words}", "$foreground-muted")]
            if words and Content("").join(longer).cell_length < room:
                parts = longer
        return Content("").join(parts).truncate(max(room, 0), ellipsis=True)

    def _render_right(self) -> Content:
        words, style = self._freshness
        if not self._workspace.is_read_only:
            return Content.styled(words, style)
        return Content.assemble((" READ-ONLY ", "bold $text-warning on $warning-muted"), "  ", (words, style))

    def _format_identity(self) -> str:
        named = self._workspace.workspace_id or self._workspace.organization_id
        return safe_line(named) if named else ""
