"""A new name for a workspace."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_line
from batchtui.ui.dialogs.form_dialog import FormDialog, steady_input
from batchtui.ui.dialogs.workspace_form import FormRow
from batchtui.workspace import WorkspaceDirectory


class RenameDialog(FormDialog):
    """Renames a workspace, and its key in the keyring with it; answers with the new name."""

    AUTO_FOCUS = "#new-name"

    def __init__(self, directory: WorkspaceDirectory, name: str) -> None:
        super().__init__()
        self._directory = directory
        self._old_name = name
        self._is_saving = False

    def compose(self) -> ComposeResult:
        """Lay out the one field and the buttons."""
        with Vertical(id="dialog", classes="form-dialog"):
            yield Static(Content(f"Rename {safe_line(self._old_name)}"), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield FormRow("New name", steady_input(self._old_name, id="new-name"))
                yield FormRow("", Static(Content("A key in the keyring moves with it."), classes="form-note"))
                yield Static(id="form-message")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content("Rename"), id="proceed", variant="primary")
                yield Button(Content("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Begin without a message."""
        self.say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#proceed")
    def action_proceed(self) -> None:
        """Rename it, unless that is going on."""
        new = self.query_one("#new-name", Input).value.strip()
        if new == self._old_name:
            self.dismiss(None)
        elif not self._is_saving:
            self._is_saving = True
            self.say("Renaming…")
            self.run_worker(self._rename(new), group="rename")

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Close; what is being renamed cannot be called back."""
        if not self._is_saving:
            self.dismiss(None)

    async def _rename(self, new: str) -> None:
        try:
            await in_background(self._directory.rename, self._old_name, new)
        except BatchtuiError as error:
            self._is_saving = False
            self.say_error(error)
        else:
            self.dismiss(new)
