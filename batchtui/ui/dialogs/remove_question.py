"""The questions before a workspace is removed."""

from __future__ import annotations

from batchtui.errors import KeyringError
from batchtui.ui.dialogs.confirm_dialog import Question
from batchtui.workspace import WorkspaceEntry

_FATE_OF_KEY = {
    "keyring": "Its key in the keyring is deleted with it.",
    "session": "Its key, kept for this session, is forgotten.",
    "env": "The environment variable that holds its key stays as it is.",
    "command": "The command that prints its key stays as it is.",
}


def ask_to_remove(entry: WorkspaceEntry, *, is_current: bool = False) -> Question:
    """Return the question about this workspace: what goes, and what stays."""
    lines = [f"Server    {entry.base_url}", f"Key from  {entry.key_source}", "", "Its batches stay on the server."]
    if is_current:
        lines.append("It stays open here until you leave it.")
    return Question(
        title=f"Remove the workspace {entry.name} from batchtui?",
        lines=lines,
        yes="Remove (y)",
        no="Keep (n)",
        warning=_FATE_OF_KEY.get(entry.key_kind, ""),
    )


def ask_to_leave_key(entry: WorkspaceEntry, error: KeyringError) -> Question:
    """Return the question that follows when the keyring does not let the key go."""
    return Question(
        title=f"Remove the workspace {entry.name} and leave its key?",
        lines=[error.title, *([error.detail] if error.detail else []), "", "Nothing has been removed so far."],
        yes="Remove (y)",
        no="Keep (n)",
        warning="Its key then stays in the keyring; delete it there once the keyring can be used.",
    )
