"""Another key for a workspace that is there already: a new one, or the one that this session has not been told yet."""

from __future__ import annotations

from dataclasses import replace

from pydantic import SecretStr
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from batchtui.errors import AuthenticationError, BatchtuiError
from batchtui.ui.dialogs.checking_dialog import CheckingDialog
from batchtui.ui.dialogs.form_dialog import FieldError, FormRow
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.ui.workspace_words import hint_in_form, hint_in_list
from batchtui.workspace import KeyCheck, NewWorkspace, WorkspaceDirectory, WorkspaceEntry

_ABOUT = {
    "keyring": "It takes the place of the key in this computer's keyring.",
    "session": "It is kept in memory until batchtui is left.",
}


class KeyDialog(CheckingDialog):
    """Asks for the key of a workspace that keeps it in the keyring or for this session; answers with its name."""

    AUTO_FOCUS = "#key"

    def __init__(self, directory: WorkspaceDirectory, entry: WorkspaceEntry) -> None:
        super().__init__(directory)
        self._entry = entry

    @property
    def heading(self) -> str:
        """Whose key is asked for."""
        return f"Key of {self._entry.name}"

    def compose_fields(self) -> ComposeResult:
        """Lay out the one field."""
        yield FormRow("Key", KeyInput(id="key", placeholder="paste or type it: sk-ant-…"))
        yield FormRow("", Static(Content(_ABOUT.get(self._entry.key_kind, "")), classes="form-note"))

    def read(self) -> tuple[NewWorkspace, SecretStr | None]:
        """Return the workspace as it is, with the key that was typed."""
        entry, key = self._entry, self.query_one(KeyInput).key
        if key is None:
            raise FieldError("key", "Paste or type the key.")
        new = NewWorkspace(
            name=entry.name, base_url=entry.base_url, key_kind=entry.key_kind, workspace_id=entry.workspace_id
        )
        return new, key

    def hint_for(self, error: BatchtuiError) -> str | None:
        """Return the way out of a failure; there is no source to choose here."""
        return hint_in_form(error) if isinstance(error, AuthenticationError) else hint_in_list(error, self._entry)

    def compare(self, check: KeyCheck) -> KeyCheck:
        """Say so when the key belongs elsewhere than the one before."""
        before = self._entry.seen_workspace_id
        is_elsewhere = before and check.workspace_id and before != check.workspace_id
        return replace(check, changed_from=before) if is_elsewhere else check

    def store(self, new: NewWorkspace, key: SecretStr | None, check: KeyCheck | None) -> None:  # noqa: ARG002  # the list tests it next
        """Keep the key where the workspace says."""
        if key is not None:
            self._directory.remember_key(new.name, key)
