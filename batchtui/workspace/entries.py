"""What the list of workspaces shows and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from batchtui.api import check_base_url
from batchtui.errors import UsageError
from batchtui.settings import DEFAULT_BASE_URL, KeySource, WorkspaceSettings, check_name


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
    is_production: bool = False
    colour: str | None = None
    is_from_environment: bool = False


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """A workspace to be: its name, its server, and where its key comes from (`key_kind` as in the settings)."""

    name: str
    base_url: str = DEFAULT_BASE_URL
    key_kind: str = "keyring"
    key_env: str | None = None
    key_command: tuple[str, ...] = ()
    key_command_interactive: bool = False
    workspace_id: str | None = None
    read_only: bool = False
    production: bool = False
    colour: str | None = None


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


_WORDS = {
    "kind": ("its key would come from nowhere", "A key comes from keyring, env, command or session."),
    "env": (
        "that is no name of an environment variable",
        "Give the name only, in letters, digits and `_`, such as PROD_KEY; what it holds is read at every start.",
    ),
    "command": ("its key command names no program", "Give the program that prints the key, such as: pass show x"),
    "workspace_id": ("that is no workspace's id", "It has no spaces, such as wrkspc_01…; most keys need none."),
    "colour": ("that is no colour", "Choose red, orange, yellow, green, cyan, blue, purple or pink."),
}


def to_settings(new: NewWorkspace) -> WorkspaceSettings:
    """Return a new workspace as the configuration holds it; raise `UsageError` for what it cannot hold."""
    name, base_url = check_name(new.name), check_base_url(new.base_url)
    problem, hint = "that cannot be stored", ""
    command = new.key_command if any(new.key_command[:1]) else ()
    try:
        source = KeySource.model_validate(
            {
                "kind": new.key_kind,
                "env": new.key_env if new.key_kind == "env" else None,
                "command": command if new.key_kind == "command" else None,
                "interactive": new.key_command_interactive and new.key_kind == "command",
            }
        )
        return WorkspaceSettings.model_validate(
            {
                "name": name,
                "base_url": base_url,
                "workspace_id": new.workspace_id,
                "key": source,
                "read_only": new.read_only,
                "production": new.production,
                "colour": new.colour,
            }
        )
    except ValidationError as error:
        problem, hint = _WORDS.get(str(error.errors()[0]["loc"][0]), (problem, hint))
    raise UsageError(f"{name}: {problem}", hint=hint)
