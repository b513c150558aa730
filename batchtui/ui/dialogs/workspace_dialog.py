"""Adding a workspace: its key is tried with one call, then the person sees where it belongs and saves."""

from __future__ import annotations

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.content import Content

from batchtui.ui.dialogs.checking_dialog import CheckingDialog
from batchtui.ui.dialogs.workspace_form import WorkspaceForm
from batchtui.workspace import KeyCheck, NewWorkspace

_MISPLACED = "That was a key, and this field would show it. It was taken out: paste it into “Key”, which hides it."


class WorkspaceDialog(CheckingDialog):
    """Asks for a new workspace, checks its key and saves both; answers with its name."""

    AUTO_FOCUS = "#name"
    HEADING = "Add a workspace"

    def compose_fields(self) -> ComposeResult:
        """Lay out everything that a workspace has."""
        yield WorkspaceForm()

    def read(self) -> tuple[NewWorkspace, SecretStr | None]:
        """Return what was filled in."""
        return self.query_one(WorkspaceForm).read()

    @on(WorkspaceForm.KeyMisplaced)
    def _say_where_keys_belong(self) -> None:
        self.say(Content.styled(_MISPLACED, "bold $text-error"))

    def store(self, new: NewWorkspace, key: SecretStr | None, check: KeyCheck | None) -> None:
        """Keep the key where the workspace says, then the workspace."""
        self._directory.add(new, key, checked=check)
