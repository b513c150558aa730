"""What the dialogs that ask for words share: a message below the fields, and failures that lose nothing."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from batchtui.errors import BatchtuiError
from batchtui.ui.commands import Command, bindings
from batchtui.ui.steady_screen import SteadyScreen
from batchtui.ui.workspace_facts import describe_failure

ANSWERING = (
    Command("escape", "cancel", "Cancel", "Close without doing anything", "Dialog", "esc"),
    Command("ctrl+c", "cancel", "Cancel", "Close without doing anything", "Dialog", has_priority=True),
    Command("ctrl+s", "proceed", "Go on", "As the first button", "Dialog"),
)


class FieldError(Exception):
    """A field that has to be filled in another way: `field` is its id."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


class FormDialog(ModalScreen[str | None], SteadyScreen[str | None]):
    """Answers with the name of a workspace, or None when it was closed."""

    BINDINGS = bindings(ANSWERING)

    def say(self, words: Content | str) -> None:
        """Write below the fields; the words must be safe already."""
        message = self.query_one("#form-message", Static)
        message.update(Content(words) if isinstance(words, str) else words)
        message.display = bool(words)
        if words:
            self.call_after_refresh(self._scroll_to_message)

    def _scroll_to_message(self, *, is_settled: bool = False) -> None:
        """Show the message whole: a second time once there may be a scrollbar, beside which it has more lines."""
        self.query_one("#dialog").scroll_end(animate=False, force=True)
        if not is_settled:
            self.call_after_refresh(self._scroll_to_message, is_settled=True)

    def say_error(self, error: BatchtuiError, hint: str | None = None) -> None:
        """Write what went wrong, and the way out."""
        self.say(describe_failure(error, hint))

    def say_field_error(self, error: FieldError) -> None:
        """Write what a field needs, and go there."""
        self.say(Content.styled(error.words, "bold $text-error"))
        self.query_one(f"#{error.field}").focus()

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_proceed(self) -> None:
        """Do what the first button says."""
        raise NotImplementedError


class FormRow(Horizontal):
    """A field behind its name."""

    def __init__(self, label: str, field: Widget, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(Static(Content(label), classes="form-label"), field, id=id)
