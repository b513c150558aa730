"""Names of workspaces: only such that every keyring can hold."""

from __future__ import annotations

import re

from batchtui.errors import InvalidWorkspaceNameError
from batchtui.safe_text import safe_line

ENV_WORKSPACE = "env"
"""The workspace that the environment's variables make; no other may have its name."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SHOWN = 80


def check_name(name: str) -> str:
    """Return `name`, or raise `InvalidWorkspaceNameError` with a suggestion.

    Keyrings differ: Windows compares names without case, others mangle what is not ASCII.
    """
    if not _NAME.fullmatch(name):
        shown = safe_line(name[:_SHOWN])
        raise InvalidWorkspaceNameError(f"{shown!r} cannot be a workspace's name{_suggestion(name)}")
    if name == ENV_WORKSPACE:
        raise InvalidWorkspaceNameError(
            f"{name!r} is the workspace that ANTHROPIC_API_KEY makes", hint="Choose another name."
        )
    return name


def _suggestion(name: str) -> str:
    close = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:64].rstrip("-_")
    return f"; {close!r} would" if close and close != ENV_WORKSPACE else ""
