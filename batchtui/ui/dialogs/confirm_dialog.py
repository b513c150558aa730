"""A question before something that cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command, bindings
from batchtui.ui.steady_screen import SteadyScreen
from batchtui.ui.widgets.line_input import LineInput

ANSWERS = (
    Command("y", "answer(True)", "Yes", "Do it", "Answers"),
    Command("n,escape,q", "answer(False)", "No", "Leave everything as it is", "Answers", "n esc"),
    Command("ctrl+c", "answer(False)", "No", "Leave everything as it is", "Answers", has_priority=True),
    Command("left,right,h,l", "app.focus_next", "Other button", "Go to the other button", "Answers", in_palette=False),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `lines` say what it would be done to, `yes` and `no` name the two buttons.

    Where there is a `proof`, only these very characters, typed, make the answer yes; `proof_label` asks for them.
    """

    title: str
    lines: Sequence[str]
    yes: str
    no: str
    warning: str = ""
    proof: str = ""
    proof_label: str = ""


class ConfirmDialog(ModalScreen[bool], SteadyScreen[bool]):
    """Asks; the safe button has the focus, `y` confirms, `n` and `esc` do not.

    Where something has to be typed, the field for it has the focus, and `y` is a letter.
    """

    BINDINGS = bindings(ANSWERS)
    AUTO_FOCUS = "#proof, #no"

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the question above its two answers."""
        question = self._question
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content(safe_line(question.title)), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield Static(Content("\n".join(safe_line(line) for line in question.lines)))
            if question.warning:
                yield Static(Content(safe_line(question.warning)), id="dialog-warning")
            if question.proof:
                yield Static(Content(safe_line(question.proof_label)), id="proof-label")
                yield LineInput(id="proof")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content(question.no), id="no")
                yield Button(Content(question.yes), id="yes", variant="error", disabled=bool(question.proof))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let no single key confirm where something has to be typed."""
        return not (action == "answer" and parameters == (True,) and self._question.proof)

    @on(Button.Pressed)
    def _answer_by_button(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    @on(Input.Changed, "#proof")
    def _compare(self, event: Input.Changed) -> None:
        self.query_one("#yes", Button).disabled = event.value.strip() != self._question.proof

    @on(Input.Submitted, "#proof")
    def _answer_by_proof(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._question.proof:
            self.action_answer(is_yes=True)
            return
        words = "Nothing was typed: type it, or leave with esc." if not event.value.strip() else "That is not it."
        self.query_one("#proof-label", Static).update(Content(f"{words} {safe_line(self._question.proof_label)}"))

    def action_answer(self, is_yes: bool) -> None:  # noqa: FBT001  # Textual passes an action's arguments by position
        """Close with the answer."""
        self.dismiss(is_yes)
