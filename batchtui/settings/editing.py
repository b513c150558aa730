"""Edit the configuration file: comments and order stay, and it changes whole or not at all."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batchtui.errors import (
    ConfigurationError,
    OutputNotWritableError,
    UnknownWorkspaceError,
    WorkspaceExistsError,
)
from batchtui.private_file import replace_file
from batchtui.settings.names import check_name
from batchtui.settings.reading import decode, parse_settings, read_content
from batchtui.settings.renaming import renamed
from batchtui.settings.schema import DEFAULT_BASE_URL, WorkspaceSettings

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_LOCK_SECONDS = 5.0
_LOCK_PAUSE_SECONDS = 0.02


@contextmanager
def edit_settings(path: Path) -> Iterator[TOMLDocument]:
    """Yield the file as a tomlkit document and write it back, if it was changed, when the block ends well.

    Raises `ConfigurationError` where the file is broken, would become so, or was changed by someone else meanwhile, and
    `OutputNotWritableError`; the file is then as it was. A symbolic link is followed.
    """
    import tomlkit  # noqa: PLC0415  # slow to import, and only edits need it

    with _edit_text(path) as draft:
        document = tomlkit.parse(draft.text)
        yield document
        draft.text = document.as_string()


def add_workspace(path: Path, workspace: WorkspaceSettings, *, is_default: bool = False) -> None:
    """Add a workspace at the end; the first one, or one that is asked to be, becomes the default."""
    import tomlkit  # noqa: PLC0415  # slow to import

    check_name(workspace.name)
    with edit_settings(path) as document:
        tables = document.get("workspaces")
        if workspace.name in (tables or {}):
            raise WorkspaceExistsError(f"there is a workspace {workspace.name}")
        if is_default or (not tables and "default_workspace" not in document):
            document["default_workspace"] = workspace.name
        if tables is None:
            tables = tomlkit.table(is_super_table=True)
            document["workspaces"] = tables
        tables[workspace.name] = _to_table(workspace)


def rename_workspace(path: Path, old: str, new: str) -> None:
    """Give a workspace another name, in its place; the default follows."""
    check_name(new)
    with _edit_text(path) as draft:
        draft.text = renamed(draft.text, old, new)


def remove_workspace(path: Path, name: str) -> None:
    """Take a workspace out; where it was the default, there is none afterwards."""
    with edit_settings(path) as document:
        _tables_with(document, name).remove(name)
        if document.get("default_workspace") == name:
            document.remove("default_workspace")


def set_default_workspace(path: Path, name: str) -> None:
    """Make a workspace the one that is opened when none is named."""
    with edit_settings(path) as document:
        _tables_with(document, name)
        document["default_workspace"] = name


def set_theme(path: Path, name: str) -> None:
    """Make a theme the dashboard's."""
    with edit_settings(path) as document:
        document["theme"] = name


def remember_identity(path: Path, name: str, *, workspace_id: str | None, organization_id: str | None) -> None:
    """Note to whom a workspace's key belonged when it was checked; None leaves what was noted before."""
    seen = {"seen_workspace_id": workspace_id, "seen_organization_id": organization_id}
    with edit_settings(path) as document:
        table = _tables_with(document, name)[name]
        for key, value in seen.items():
            if value is not None and table.get(key) != value:
                table[key] = value


class _Draft:
    """The file as it was and as it is to be; without a repr, because the person may have written a key into it."""

    def __init__(self, target: Path, path: Path) -> None:
        self.before = read_content(target)
        self.unchanged = self.text = decode(self.before or b"", path)
        parse_settings(self.text, path)


@contextmanager
def _edit_text(path: Path) -> Iterator[_Draft]:
    target = path.resolve()
    _make_folder(target.parent)
    with _locked(target):
        draft = _read(target, path)
        if isinstance(draft, ConfigurationError):
            raise draft
        yield draft
        if draft.text != draft.unchanged:
            _refuse_null(target)
            parse_settings(draft.text, path)
            _refuse_if_changed(target, draft)
            _replace(target, draft)


def _read(target: Path, path: Path) -> _Draft | ConfigurationError:
    try:
        return _Draft(target, path)
    except ConfigurationError as error:
        return error.with_traceback(None)  # its frames hold the file's content


def _to_table(workspace: WorkspaceSettings) -> dict[str, Any]:
    source = workspace.key
    said = {
        "base_url": None if workspace.base_url == DEFAULT_BASE_URL else workspace.base_url,
        "workspace_id": workspace.workspace_id,
        "key_source": source.kind,
        "key_env": source.env if source.kind == "env" else None,
        "key_command": list(source.command or ()) if source.kind == "command" else None,
        "key_command_interactive": source.interactive or None,
        "read_only": workspace.read_only or None,
        "production": workspace.production or None,
        "colour": workspace.colour,
        "seen_workspace_id": workspace.seen_workspace_id,
        "seen_organization_id": workspace.seen_organization_id,
    }
    return {key: value for key, value in said.items() if value is not None}


def _tables_with(document: TOMLDocument, name: str) -> Any:
    tables = document.get("workspaces")
    if tables is None or name not in tables:
        raise UnknownWorkspaceError(f"the configuration has no workspace {name!r}")
    return tables


def _make_folder(folder: Path) -> None:
    problem: str | None = None
    try:
        for missing in [parent for parent in (*reversed(folder.parents), folder) if not parent.exists()]:
            missing.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        problem = error.strerror or "it cannot be made"
    if problem is not None:
        raise OutputNotWritableError(f"{folder}: {problem.lower()}")


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Keep other edits of this program out, by a lock on the folder, which leaves no file behind."""
    if sys.platform == "win32":
        yield  # folders cannot be locked there; an edit that overlaps is still noticed before the file is replaced
        return
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        _take_lock(folder, target)
        yield
    finally:
        os.close(folder)


def _take_lock(folder: int, target: Path) -> None:
    import fcntl  # noqa: PLC0415  # not on every system

    deadline = time.monotonic() + _LOCK_SECONDS
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_LOCK_PAUSE_SECONDS)
    raise _changing(target)


def _refuse_if_changed(target: Path, draft: _Draft) -> None:
    if read_content(target) != draft.before:
        raise _changing(target)


def _changing(target: Path) -> ConfigurationError:
    error = ConfigurationError(target, "another program is changing it; nothing was written")
    error.hint = "Try again when the other program is done."
    return error


def _refuse_null(target: Path) -> None:
    """Leave `/dev/null` the device that it is: a privileged user would replace it by a file."""
    if target.exists() and not target.is_file():
        raise OutputNotWritableError(f"{target}: it is no file", hint="Let BATCHTUI_CONFIG name a file.")


def _replace(target: Path, draft: _Draft) -> None:
    problem: str | None = None
    try:
        replace_file(target, draft.text.encode())
    except OSError as error:
        problem = error.strerror or "it cannot be written"
    if problem is not None:
        raise OutputNotWritableError(f"{target}: {problem.lower()}")
