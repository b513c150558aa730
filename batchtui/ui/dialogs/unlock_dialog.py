"""The password of this computer's keyring, for a host without a desktop that could ask for it."""

from __future__ import annotations

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError
from batchtui.ui.dialogs.form_dialog import FormDialog, FormRow
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.workspace import WorkspaceDirectory


class UnlockDialog(FormDialog):
    """Unlocks the keyring; answers with what was done."""

    AUTO_FOCUS = "#password"

    def __init__(self, directory: WorkspaceDirectory) -> None:
        super().__init__()
        self._directory = directory
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """Lay out the one field and the buttons."""
        with Vertical(id="dialog", classes="form-dialog"):
            yield Static(Content("Unlock the keyring"), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield FormRow("Password", KeyInput(id="password", placeholder="of this computer's keyring"))
                yield FormRow("", Static(Content("Left empty, your desktop asks for it."), classes="form-note"))
                yield Static(id="form-message")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content("Unlock"), id="proceed", variant="primary")
                yield Button(Content("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Begin without a message."""
        self.say("")

    @on(KeyInput.Submitted)
    @on(Button.Pressed, "#proceed")
    def action_proceed(self) -> None:
        """Unlock it, unless that is going on."""
        if not self._is_busy:
            self._is_busy = True
            self.say("Unlocking…")
            self.run_worker(self._unlock(self.query_one(KeyInput).key), group="unlock")

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Close; a question on the desktop may stay there."""
        self.dismiss(None)

    async def _unlock(self, password: SecretStr | None) -> None:
        try:
            await in_background(self._directory.unlock_keyring, password)
        except BatchtuiError as error:
            self._is_busy = False
            self.say_error(error)
        else:
            self.dismiss("The keyring is unlocked.")
