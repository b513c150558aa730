"""A new name for a workspace."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_line
from batchtui.ui.dialogs.form_dialog import FormDialog, FormRow
from batchtui.ui.widgets.line_input import LineInput
from batchtui.ui.workspace_words import hint_in_list
from batchtui.workspace import WorkspaceDirectory, WorkspaceEntry

_FATE_OF_KEY = {"keyring": "Its key in the keyring moves with it.", "session": "Its key of this session moves with it."}


class RenameDialog(FormDialog):
    """Renames a workspace, and its key in the keyring with it; answers with the new name."""

    AUTO_FOCUS = "#new-name"

    def __init__(self, directory: WorkspaceDirectory, entry: WorkspaceEntry) -> None:
        super().__init__()
        self._directory = directory
        self._entry = entry
        self._old_name = entry.name
        self._is_saving = False

    def compose(self) -> ComposeResult:
        """Lay out the one field and the buttons."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content(f"Rename {safe_line(self._old_name)}"), id="dialog-title")
            with Vertical(id="dialog-body"):
                yield FormRow("New name", LineInput(self._old_name, id="new-name"))
                yield FormRow(
                    "",
                    Static(
                        Content(_FATE_OF_KEY.get(self._entry.key_kind, "Where its key comes from stays.")),
                        classes="form-note",
                    ),
                )
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
            self._rename(new)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Close; what is being renamed cannot be called back."""
        if not self._is_saving:
            self.dismiss(None)

    @work(group="rename")
    async def _rename(self, new: str) -> None:
        try:
            await in_background(self._directory.rename, self._old_name, new)
        except BatchtuiError as error:
            self._is_saving = False
            self.say_error(error, hint_in_list(error, self._entry))
        else:
            self.dismiss(new)
