"""Adding a workspace: its key is tried with one call, then the person sees where it belongs and saves."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError, KeyringError
from batchtui.ui.dialogs.form_dialog import FieldError, FormDialog
from batchtui.ui.dialogs.workspace_form import WorkspaceForm
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.ui.workspace_words import describe_check, format_host
from batchtui.workspace import KeyCheck, NewWorkspace, WorkspaceDirectory

KEYRING_WAY_OUT = "Unlock it and try again, or choose another source above; what you typed stays."

Stage = Literal["filling", "checking", "checked", "failed", "saving"]
_GO_ON: dict[Stage, str] = {"checked": "Save", "failed": "Check again"}


class WorkspaceDialog(FormDialog):
    """Asks for a new workspace, checks its key and saves both."""

    AUTO_FOCUS = "#name"

    def __init__(self, directory: WorkspaceDirectory) -> None:
        super().__init__()
        self._directory = directory
        self._stage: Stage = "filling"

    def compose(self) -> ComposeResult:
        """Lay out the fields, the message and the buttons."""
        with Vertical(id="dialog", classes="form-dialog"):
            yield Static(Content("Add a workspace"), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield WorkspaceForm()
                yield Static(id="form-message")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content("Check and save"), id="proceed", variant="primary")
                yield Button(Content("Save without checking"), id="save-unchecked")
                yield Button(Content("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Begin with empty fields."""
        self._enter("filling")

    @on(Input.Changed)
    @on(KeyInput.Changed)
    @on(Choice.Changed)
    def _begin_again(self) -> None:
        """What was checked is not what is written now."""
        if self._stage in {"checking", "checked"}:
            self.workers.cancel_group(self, "key")
            self._enter("filling")
            self.say("")

    @on(Input.Submitted)
    @on(KeyInput.Submitted)
    @on(Button.Pressed, "#proceed")
    def action_proceed(self) -> None:
        """Check the key, or save what was checked."""
        if self._stage == "checked":
            self._save()
        elif self._stage in {"filling", "failed"}:
            self._check()

    @on(Button.Pressed, "#save-unchecked")
    def _save(self) -> None:
        self._start("saving", "Saving…")

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Close without saving; what is being saved cannot be called back."""
        if self._stage != "saving":
            self.dismiss(None)

    def _check(self) -> None:
        host = format_host(self.query_one("#base-url", Input).value)
        self._start("checking", f"Checking the key with one call to {host}…")

    def _start(self, stage: Literal["checking", "saving"], words: str) -> None:
        try:
            new, key = self.query_one(WorkspaceForm).read()
        except FieldError as error:
            self.say_field_error(error)
            return
        self._enter(stage)
        self.say(words)
        work = self._run_check(new, key) if stage == "checking" else self._run_save(new, key)
        self.run_worker(work, group="key", exclusive=True)

    async def _run_check(self, new: NewWorkspace, key: SecretStr | None) -> None:
        try:
            check = await in_background(self._directory.check, new, key)
        except BatchtuiError as error:
            self._fail(error)
        else:
            self._offer_to_save(check)

    async def _run_save(self, new: NewWorkspace, key: SecretStr | None) -> None:
        try:
            await in_background(self._directory.add, new, key)
        except BatchtuiError as error:
            self._fail(error)
        else:
            self.dismiss(new.name)

    def _offer_to_save(self, check: KeyCheck) -> None:
        self._enter("checked")
        self.say(Content.assemble(describe_check(check), "\nSave it?"))
        self.query_one("#proceed", Button).focus()

    def _fail(self, error: BatchtuiError) -> None:
        self._enter("failed")
        self.say_error(error, KEYRING_WAY_OUT if isinstance(error, KeyringError) else None)

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        is_busy = stage in {"checking", "saving"}
        proceed = self.query_one("#proceed", Button)
        proceed.label = Content(_GO_ON.get(stage, "Check and save"))
        proceed.disabled = is_busy
        self.query_one("#save-unchecked", Button).display = stage == "failed"
