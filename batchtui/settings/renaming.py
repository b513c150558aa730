"""Rename a workspace in the configuration's text, without moving it or touching a comment."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from batchtui.errors import UnknownWorkspaceError, WorkspaceExistsError


def renamed(text: str, old: str, new: str) -> str:
    """Return a valid configuration's text with the workspace `old` called `new`; the default follows.

    Raises `UnknownWorkspaceError` and `WorkspaceExistsError`.
    """
    import tomlkit  # noqa: PLC0415  # slow to import, and only edits need it

    data = tomllib.loads(text)
    workspaces = data.get("workspaces", {})
    if old not in workspaces:
        raise UnknownWorkspaceError(f"the configuration has no workspace {old!r}")
    if new in workspaces:
        raise WorkspaceExistsError(f"there is a workspace {new}")
    document = tomlkit.parse(_with_headers_renamed(text, old, new) or _with_table_moved(text, old, new))
    if data.get("default_workspace") == old:
        document["default_workspace"] = new
    return document.as_string()


def _with_headers_renamed(text: str, old: str, new: str) -> str | None:
    """Return the text with the headers of the table renamed, or None where it is not written with such headers.

    What comes out is parsed again and compared: a line that only looks like a header, in a string, does no harm.
    """
    header = re.compile(
        rf"""(?m)^([ \t]*\[[ \t]*["']?workspaces["']?[ \t]*\.[ \t]*)(["']?){re.escape(old)}\2(?=[ \t]*[.\]])"""
    )
    changed = header.sub(lambda found: found[1] + new, text)
    return changed if tomllib.loads(changed) == _expected(text, old, new) else None


def _with_table_moved(text: str, old: str, new: str) -> str:
    import tomlkit  # noqa: PLC0415  # slow to import

    document: Any = tomlkit.parse(text)
    document["workspaces"][new] = document["workspaces"].pop(old)
    return tomlkit.dumps(document)


def _expected(text: str, old: str, new: str) -> dict[str, Any]:
    data = tomllib.loads(text)
    data["workspaces"][new] = data["workspaces"].pop(old)
    return data
