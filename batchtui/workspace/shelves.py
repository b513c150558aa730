"""Where the list of workspaces is kept: in the configuration file, or, for a demo, only in memory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from batchtui import settings as files
from batchtui.errors import UnknownWorkspaceError, WorkspaceExistsError
from batchtui.settings import Settings, WorkspaceSettings

_WRITABLE = 0o222
"""The modes of a file that somebody may write."""


class Shelf(Protocol):
    """Holds the settings and changes them; each change holds whole or raises."""

    def load(self) -> Settings:
        """Return the settings as they are now."""

    def add(self, workspace: WorkspaceSettings, *, is_default: bool) -> None:
        """Add a workspace."""

    def rename(self, old: str, new: str) -> None:
        """Give a workspace another name."""

    def remove(self, name: str) -> None:
        """Take a workspace out."""

    def make_default(self, name: str) -> None:
        """Make a workspace the one that is opened when none is named."""

    def remember(self, name: str, workspace_id: str | None, organization_id: str | None) -> None:
        """Note to whom a workspace's key belonged."""

    def keep_theme(self, name: str) -> Path | None:
        """Note the dashboard's theme; return the file that holds it now, or None where nothing lasts."""


class FileShelf:
    """The configuration file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Settings:
        """Read the file; none at all means the defaults."""
        return files.load_settings(self.path)

    def add(self, workspace: WorkspaceSettings, *, is_default: bool) -> None:
        """Write a workspace into the file."""
        files.add_workspace(self.path, workspace, is_default=is_default)

    def rename(self, old: str, new: str) -> None:
        """Rename it in the file."""
        files.rename_workspace(self.path, old, new)

    def remove(self, name: str) -> None:
        """Remove it from the file."""
        files.remove_workspace(self.path, name)

    def make_default(self, name: str) -> None:
        """Note the default in the file."""
        files.set_default_workspace(self.path, name)

    def remember(self, name: str, workspace_id: str | None, organization_id: str | None) -> None:
        """Note the identity in the file."""
        files.remember_identity(self.path, name, workspace_id=workspace_id, organization_id=organization_id)

    def keep_theme(self, name: str) -> Path | None:
        """Note the theme in the file, unless that is meant for reading only: to replace such a file is possible too."""
        with suppress(FileNotFoundError):
            if not (self.path.stat().st_mode & _WRITABLE and os.access(self.path, os.W_OK)):
                return None
        files.set_theme(self.path, name)
        return self.path


class MemoryShelf:
    """Workspaces that end with the process; `others` are the settings that belong to none."""

    def __init__(self, *workspaces: WorkspaceSettings, others: Settings | None = None) -> None:
        listed = {workspace.name: workspace for workspace in workspaces}
        own = {"workspaces": listed, "default_workspace": next(iter(listed), None)}
        self._settings = (others or Settings()).model_copy(update=own)

    def load(self) -> Settings:
        """Return what is there."""
        return self._settings

    def add(self, workspace: WorkspaceSettings, *, is_default: bool) -> None:
        """Add a workspace."""
        if workspace.name in self._settings.workspaces:
            raise WorkspaceExistsError(f"there is a workspace {workspace.name}")
        self._put({**self._settings.workspaces, workspace.name: workspace})
        if is_default:
            self.make_default(workspace.name)

    def rename(self, old: str, new: str) -> None:
        """Give a workspace another name, in its place."""
        if new in self._settings.workspaces:
            raise WorkspaceExistsError(f"there is a workspace {new}")
        renamed = {new if name == old else name: each for name, each in self._settings.workspaces.items()}
        renamed[new] = self._named(old).model_copy(update={"name": new})
        self._put(renamed)
        if self._settings.default_workspace == old:
            self.make_default(new)

    def remove(self, name: str) -> None:
        """Take a workspace out."""
        self._named(name)
        self._put({key: each for key, each in self._settings.workspaces.items() if key != name})

    def make_default(self, name: str) -> None:
        """Make a workspace the one that is opened when none is named."""
        self._settings = self._settings.model_copy(update={"default_workspace": name})

    def remember(self, name: str, workspace_id: str | None, organization_id: str | None) -> None:
        """Note to whom a workspace's key belonged."""
        seen = {"seen_workspace_id": workspace_id, "seen_organization_id": organization_id}
        noted = self._named(name).model_copy(update={key: value for key, value in seen.items() if value})
        self._put({**self._settings.workspaces, name: noted})

    def keep_theme(self, name: str) -> Path | None:  # noqa: ARG002  # the shelf's signature
        """Keep nothing: the theme lasts as long as the process anyway."""
        return None

    def _named(self, name: str) -> WorkspaceSettings:
        if name not in self._settings.workspaces:
            raise UnknownWorkspaceError(f"there is no workspace {name!r}")
        return self._settings.workspaces[name]

    def _put(self, workspaces: dict[str, WorkspaceSettings]) -> None:
        self._settings = self._settings.model_copy(update={"workspaces": workspaces})
