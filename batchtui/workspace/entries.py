"""What the list of workspaces shows and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from batchtui.settings import DEFAULT_BASE_URL


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """One line of the list of workspaces; `key_source` is in words and never holds a key."""

    name: str
    base_url: str
    key_kind: str
    key_source: str
    workspace_id: str | None = None
    seen_workspace_id: str | None = None
    seen_organization_id: str | None = None
    is_default: bool = False
    is_read_only: bool = False
    is_from_environment: bool = False


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """A workspace to be: its name, its server, and where its key comes from (`key_kind` as in the settings)."""

    name: str
    base_url: str = DEFAULT_BASE_URL
    key_kind: str = "keyring"
    key_env: str | None = None
    key_command: tuple[str, ...] = ()
    workspace_id: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What one list call said of a key: where it really belongs, and how many batches the first page holds.

    `changed_from` is the workspace id of an earlier check where it was another one.
    """

    workspace_id: str | None
    organization_id: str | None
    batches: int
    has_more: bool
    changed_from: str | None = None
