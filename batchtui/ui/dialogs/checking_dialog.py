"""What the dialogs that take a key share: one call tries it, then the person sees where it belongs and saves."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Paste
from textual.widgets import Button, Input, Static

from batchtui.background import in_background
from batchtui.errors import ApiError, BatchtuiError
from batchtui.safe_text import safe_line
from batchtui.ui.dialogs.form_dialog import FieldError, FormDialog
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.ui.workspace_facts import describe_check
from batchtui.ui.workspace_words import format_host, hint_in_form
from batchtui.workspace import KeyCheck, NewWorkspace, WorkspaceDirectory

Stage = Literal["filling", "checking", "checked", "failed", "saving"]
_GO_ON: dict[Stage, str] = {
    "filling": "Check and save",
    "checking": "Check and save",
    "checked": "Save",
    "failed": "Check again",
    "saving": "Save",
}


class CheckingDialog(FormDialog):
    """Reads a workspace and its key, checks them with one call, and saves what was checked."""

    HEADING = ""

    def __init__(self, directory: WorkspaceDirectory) -> None:
        super().__init__()
        self._directory = directory
        self._stage: Stage = "filling"
        self._check: KeyCheck | None = None

    def compose(self) -> ComposeResult:
        """Lay out the fields, the message and the buttons."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content(safe_line(self.heading)), id="dialog-title")
            with Vertical(id="dialog-body"):
                yield from self.compose_fields()
                yield Static(id="form-message")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content("Check and save"), id="proceed", variant="primary")
                yield Button(Content("Save unchecked"), id="save-unchecked")
                yield Button(Content("Cancel"), id="cancel")

    @property
    def heading(self) -> str:
        """What the dialog does."""
        return self.HEADING

    def compose_fields(self) -> ComposeResult:
        """Lay out what is to be filled in."""
        raise NotImplementedError

    def read(self) -> tuple[NewWorkspace, SecretStr | None]:
        """Return what was filled in; raise `FieldError` for a field that is missing."""
        raise NotImplementedError

    def hint_for(self, error: BatchtuiError) -> str | None:
        """Return the way out of a failure; None leaves it to the error's own."""
        return hint_in_form(error)

    def compare(self, check: KeyCheck) -> KeyCheck:
        """Return the check, with what is known of an earlier one."""
        return check

    def store(self, new: NewWorkspace, key: SecretStr | None, check: KeyCheck | None) -> None:
        """Keep it; runs in a thread of its own and may block."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin with what is there."""
        self._enter("filling")
        self.say("")

    def on_paste(self, event: Paste) -> None:
        """Give what is pasted beside every field to the key's, where there is one."""
        field = next((field for field in self.query(KeyInput) if field in self.focus_chain), None)
        if field is not None:
            field.on_paste(event)
            field.focus()

    @on(Input.Changed)
    @on(KeyInput.Changed)
    @on(Choice.Changed)
    def _begin_again(self) -> None:
        """Forget a check of what is not written any more."""
        if self._stage in {"checking", "checked", "failed"}:
            self.workers.cancel_group(self, "key")
            self._enter("filling")
            self.say("")

    @on(Input.Submitted)
    @on(KeyInput.Submitted)
    @on(Button.Pressed, "#proceed")
    def action_proceed(self) -> None:
        """Check the key, or save what was checked."""
        if self._stage == "checked" or (self._stage == "failed" and self._check is not None):
            self._save()
        elif self._stage in {"filling", "failed"}:
            self._start("checking")

    @on(Button.Pressed, "#save-unchecked")
    def _save(self) -> None:
        self._start("saving")

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Close without saving; what is being saved cannot be called back."""
        if self._stage != "saving":
            self.dismiss(None)

    def _start(self, stage: Literal["checking", "saving"]) -> None:
        try:
            new, key = self.read()
        except FieldError as error:
            self.say_field_error(error)
            return
        self._enter(stage)
        if stage == "checking":
            self.say(f"Checking the key with one call to {format_host(new.base_url)}…")
            self._run_check(new, key)
        else:
            self.say("Saving…")
            self._run_save(new, key)

    @work(group="key", exclusive=True)
    async def _run_check(self, new: NewWorkspace, key: SecretStr | None) -> None:
        try:
            check = await in_background(self._directory.check, new, key)
        except BatchtuiError as error:
            self._fail(error)
        else:
            self._offer_to_save(self.compare(check))

    @work(group="key", exclusive=True)
    async def _run_save(self, new: NewWorkspace, key: SecretStr | None) -> None:
        try:
            await in_background(self.store, new, key, self._check)
        except BatchtuiError as error:
            self._fail(error)
        else:
            self.dismiss(new.name)

    def _offer_to_save(self, check: KeyCheck) -> None:
        self._enter("checked")
        self._check = check
        self.say(Content.assemble(describe_check(check), "\nSave it?"))
        self.query_one("#proceed", Button).focus()

    def _fail(self, error: BatchtuiError) -> None:
        self._enter("failed", can_save_unchecked=isinstance(error, ApiError))
        self.say_error(error, self.hint_for(error))

    def _enter(self, stage: Stage, *, can_save_unchecked: bool = False) -> None:
        self._stage = stage
        if stage == "filling":
            self._check = None
        proceed = self.query_one("#proceed", Button)
        proceed.label = Content(_GO_ON["checked" if self._check and stage == "failed" else stage])
        proceed.disabled = stage in {"checking", "saving"}
        self.query_one("#save-unchecked", Button).display = can_save_unchecked
