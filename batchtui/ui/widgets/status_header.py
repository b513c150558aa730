"""The line at the top of a workspace's screens: where one is, how fresh it is, and what may be done there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from textual.content import Content
from textual.geometry import Region
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
from batchtui.ui import glyphs
from batchtui.ui.batch_feed import FeedStatus
from batchtui.ui.workspace_words import colour_style
from batchtui.workspace import Workspace

_LONG_SECONDS = 2.0
_STEADY_SECONDS = 20.0
_TAIL = 10
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


def format_freshness(status: FeedStatus, now: float, *, step: int = 5) -> tuple[str, str]:
    """Return how old the shown data is, and its style; changes every `step` seconds at most while all is well."""
    if status.error is not None:
        return _format_stale(status, status.error, now), "$text-error"
    if status.updated_at is not None and _is_worth_saying(status, now):
        return "refreshing", "$foreground-muted"
    age = "" if status.updated_at is None else _format_age(now - status.updated_at, step)
    if status.is_paused:
        return ", ".join(part for part in ("paused", age) if part), "$text-warning"
    if status.updated_at is None:
        return "loading", "$foreground-muted"
    return age, "$foreground-muted"


def _is_worth_saying(status: FeedStatus, now: float) -> bool:
    """Whether a refresh was asked for, or takes long: others come and go unseen."""
    return status.is_asked or (status.refreshing_since is not None and now - status.refreshing_since >= _LONG_SECONDS)


def _format_age(seconds: float, step: int) -> str:
    stepped = (math.ceil(seconds) - 1) // step * step
    if stepped <= 0:
        return "updated just now"
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

    `subject` is the id of what is shown, and `view` says how; where there is little room, first the id gives way. It
    repaints only when its words change, so it may be updated every second.
    """

    def __init__(self, workspace: Workspace, *, subject: str = "", view: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._subject = subject
        self._view = view
        self._freshness: tuple[str, str] = ("", "")
        self._identity = ""
        self._drawn: tuple[str, int] = ("", 0)

    def show_subject(self, subject: str) -> None:
        """Show the id of something else."""
        self._subject = subject
        self.refresh()

    def show_freshness(self, words: str, style: str = "$foreground-muted") -> None:
        """Show how old the data is; when nothing else changes only the words at the right are sent to the terminal."""
        before = self._freshness, self._identity
        self._freshness, self._identity = (words, style), self._format_identity()
        if (self._freshness, self._identity) == before:
            return
        width = self.size.width
        left, right = self._render_ends()
        wider = max(right.cell_length, self._drawn[1])
        if left.plain == self._drawn[0] and wider + 1 < width:
            self.refresh(Region(width - 1 - wider, 0, wider, 1))
        else:
            self.refresh()

    def render(self) -> Content:
        """Draw both ends; the middle gives way first."""
        left, right = self._render_ends()
        self._drawn = left.plain, right.cell_length
        gap = max(self.size.width - 2 - right.cell_length - left.cell_length, 1)
        return Content.assemble(" ", left, " " * gap, right, " ")

    def _render_ends(self) -> tuple[Content, Content]:
        right = self._render_right()
        return self._render_left(self.size.width - 2 - right.cell_length), right

    def _render_left(self, room: int) -> Content:
        name = Content.styled(safe_line(self._workspace.name), f"bold {colour_style(self._workspace.colour)}".strip())
        left = name
        for forms in (self._subject_forms(), (format_host(self._workspace.base_url),), (self._identity,)):
            longer = (Content.assemble(left, (f" · {words}", "$foreground-muted")) for words in forms if words)
            left = next((each for each in longer if each.cell_length < room), left)
        return left.truncate(max(room, 0), ellipsis=True)

    def _subject_forms(self) -> Iterator[str]:
        """Yield what is shown, in fewer and fewer words."""
        short = f"{glyphs.ELLIPSIS}{self._subject[-_TAIL:]}" if len(self._subject) > _TAIL else self._subject
        for subject in (self._subject, short, ""):
            yield " · ".join(part for part in (subject, self._view) if part)

    def _render_right(self) -> Content:
        badges = [
            Content.styled(f" {words} ", f"bold $text-{kind} on ${kind}-muted")
            for is_so, words, kind in (
                (self._workspace.is_production, "PRODUCTION", "error"),
                (self._workspace.is_read_only, "READ-ONLY", "warning"),
                (getattr(self.app, "is_low_bandwidth", False), "LOW BANDWIDTH", "primary"),
            )
            if is_so
        ]
        freshness = Content.styled(*self._freshness)
        return Content(" ").join([*badges, Content.assemble(" ", freshness)]) if badges else freshness

    def _format_identity(self) -> str:
        named = self._workspace.workspace_id or self._workspace.organization_id
        return safe_line(named) if named else ""
