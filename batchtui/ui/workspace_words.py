"""Workspaces and what their keys really belong to, in words; everything returned is safe to show on one line."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from batchtui.errors import (
    AuthenticationError,
    BadRequestError,
    BatchtuiError,
    KeyringDismissedError,
    KeyringError,
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
    KeyringTimeoutError,
    NoKeyError,
)
from batchtui.formatting import format_count
from batchtui.safe_text import safe_line
from batchtui.workspace import KeyCheck, WorkspaceEntry

_KEYRING_STEPS: tuple[tuple[type[KeyringError], str], ...] = (
    (KeyringMissingError, "No keyring service that keeps keys safe is running here."),
    (KeyringLockedError, "Unlock it in your desktop session, or with w, U, and try again."),
    (KeyringTimeoutError, "It may be asking for a password on another screen: answer it there and try again."),
    (KeyringDismissedError, "Try again and answer its question."),
    (KeyringFailedError, "`batchtui info` shows which keyring is in use."),
)
_KEPT_KINDS = frozenset({"keyring", "session"})


_COLOURS = {
    "red": "#e5484d",
    "orange": "#e2762b",
    "yellow": "#c79a1b",
    "green": "#3f9c5c",
    "cyan": "#1f9fb5",
    "blue": "#4f8ff0",
    "purple": "#9d6cf0",
    "pink": "#dd5f9e",
}
"""The colours of the settings, in tones that can be read on light and on dark."""

COLOURS = tuple(_COLOURS)
"""Their names."""


def colour_style(colour: str | None) -> str:
    """Return the style of a workspace's colour; empty where it has none."""
    return _COLOURS.get(colour or "", "")


def format_host(base_url: str) -> str:
    """Return the part of a URL that tells servers apart."""
    try:
        host = urlsplit(base_url.strip()).netloc
    except ValueError:
        host = ""
    return safe_line(host or base_url)


def shorten(words: str, width: int) -> str:
    """Return words in `width` characters, with a sign where they were cut."""
    safe = safe_line(words)
    return safe if len(safe) <= width else f"{safe[: width - 1]}…"


def list_badges(entry: WorkspaceEntry, *, is_current: bool = False) -> list[str]:
    """Return what is special about a workspace, a word or two each."""
    badges = (
        (entry.is_production, "production"),
        (is_current, "open"),
        (entry.is_default, "default"),
        (entry.is_read_only, "read-only"),
    )
    return [words for is_so, words in badges if is_so]


def describe_owner(workspace_id: str | None, organization_id: str | None) -> str:
    """Return what a key belongs to: `workspace wrkspc_1 of organization org-1`; empty when the server did not say."""
    workspace = f"workspace {safe_line(workspace_id)}" if workspace_id else ""
    organization = f"organization {safe_line(organization_id)}" if organization_id else ""
    return " of ".join(part for part in (workspace, organization) if part)


def describe_batches(check: KeyCheck) -> str:
    """Return how many batches the first page held."""
    if not check.batches:
        return "no batches yet"
    noun = "batch" if check.batches == 1 and not check.has_more else "batches"
    return f"{format_count(check.batches)}{' or more' if check.has_more else ''} {noun}"


def can_take_key(entry: WorkspaceEntry) -> bool:
    """Whether the workspace's key is typed in here, and not had from elsewhere."""
    return entry.key_kind in _KEPT_KINDS


def hint_in_form(error: BatchtuiError) -> str | None:
    """Return the way out of a failure for somebody who is filling in a workspace; None leaves it to the error's own.

    The errors' own hints speak of the command line.
    """
    if isinstance(error, KeyringError):
        return f"{_keyring_step(error)} Or choose another source above; what you typed stays."
    if isinstance(error, AuthenticationError):
        return "Paste another key; one is made in the console."
    if isinstance(error, NoKeyError):
        return "Set it before batchtui starts, or choose another source above."
    if isinstance(error, BadRequestError):
        return "A key that spans workspaces needs the workspace id above."
    return None


def hint_in_list(error: BatchtuiError, entry: WorkspaceEntry) -> str | None:
    """Return the way out of a failure for somebody who looks at a workspace in the list; None as above."""
    if isinstance(error, KeyringError):
        other = " A workspace whose key comes from the environment, a command or this session needs none."
        return _keyring_step(error) + (other if isinstance(error, KeyringMissingError) else "")
    if isinstance(error, NoKeyError) and can_take_key(entry):
        return "Press K to give its key."
    if isinstance(error, AuthenticationError):
        where = "press K" if can_take_key(entry) else "put it where this one comes from"
        return f"Make a new key in the console and {where}."
    return None


def _keyring_step(error: KeyringError) -> str:
    if error.hint != type(error).hint:  # said for this very case
        sentences = re.split(r"(?<=\.)\s+", error.hint)
        return " ".join(words for words in sentences if "--key-" not in words)
    return next((words for kind, words in _KEYRING_STEPS if isinstance(error, kind)), error.hint)
