"""A question before something that cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command, bindings

ANSWERS = (
    Command("y", "answer(True)", "Yes", "Do it", "Answers"),
    Command("n,escape,q,ctrl+c", "answer(False)", "No", "Leave everything as it is", "Answers", "n esc"),
    Command("left,right,h,l", "app.focus_next", "Other button", "Go to the other button", "Answers", in_palette=False),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `lines` say what it would be done to, `yes` and `no` name the two buttons."""

    title: str
    lines: Sequence[str]
    yes: str
    no: str
    warning: str = ""


class ConfirmDialog(ModalScreen[bool]):
    """Asks; the safe button has the focus, `y` confirms, `n` and `esc` do not."""

    BINDINGS = bindings(ANSWERS)
    AUTO_FOCUS = "#no"

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the question above its two answers."""
        question = self._question
        with Vertical(id="dialog"):
            yield Static(Content(safe_line(question.title)), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield Static(Content("\n".join(safe_line(line) for line in question.lines)))
            if question.warning:
                yield Static(Content(safe_line(question.warning)), id="dialog-warning")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content(question.no), id="no")
                yield Button(Content(question.yes), id="yes", variant="error")

    @on(Button.Pressed)
    def _answer_by_button(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:  # noqa: FBT001  # Textual passes an action's arguments by position
        """Close with the answer."""
        self.dismiss(is_yes)
