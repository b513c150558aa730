"""Cancelling and deleting: one list, one question, one report of what happened to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from batchtui.background import in_background
from batchtui.errors import BatchtuiError
from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.ui.dialogs.confirm_dialog import Question
from batchtui.ui.widgets.batch_words import describe_outcome, state_of
from batchtui.workspace import Workspace, ask_for_proof, proof_of

_LISTED = 20
_TOLD = 5
"""Up to so many changed batches are told one by one; more than a box on the screen holds are counted."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A change to several batches: what it is called, for which batches it makes sense, and what it does to one."""

    verb: str
    done: str
    suits: Callable[[MessageBatch], bool]
    refusal: str
    run: Callable[[Workspace, str], object]


CANCEL = Errand(
    verb="cancel",
    done="canceling",
    suits=lambda batch: batch.can_cancel,
    refusal="only running batches can be canceled",
    run=lambda workspace, batch_id: workspace.cancel(batch_id),
)
DELETE = Errand(
    verb="delete",
    done="deleted",
    suits=lambda batch: batch.can_delete,
    refusal="only ended batches can be deleted; cancel it first with c",
    run=lambda workspace, batch_id: workspace.delete(batch_id),
)


def count_batches(number: int) -> str:
    """Return `1 batch` or `3 batches`."""
    return f"{format_count(number)} batch" if number == 1 else f"{format_count(number)} batches"


def explain_refusal(errand: Errand, batches: Sequence[MessageBatch]) -> str:
    """Return why none of these batches can be changed so."""
    if len(batches) != 1:
        return f"None of the {count_batches(len(batches))}: {errand.refusal}."
    batch = batches[0]
    if batch.processing_status == "canceling":
        done = (
            "is being canceled already"
            if errand is CANCEL
            else "is being canceled; it can be deleted once it has ended"
        )
        return f"{batch.id} {done}."
    return f"{batch.id} is {state_of(batch).word}: {errand.refusal}."


def ask(errand: Errand, workspace: Workspace, batches: Sequence[MessageBatch]) -> Question:
    """Return the question about these batches, those included that will be left out."""
    fitting = [batch for batch in batches if errand.suits(batch)]
    skipped = [batch for batch in batches if not errand.suits(batch)]
    lines = [_describe(errand, batch) for batch in fitting[:_LISTED]]
    if len(fitting) > _LISTED:
        lines.append(f"and {format_count(len(fitting) - _LISTED)} more")
    if skipped:
        lines += [
            "",
            f"Left as they are ({errand.refusal}):",
            *(_describe(errand, batch) for batch in skipped[:_LISTED]),
        ]
    noun = count_batches(len(fitting)) if len(fitting) > 1 else "this batch"
    ids = [batch.id for batch in fitting]
    return Question(
        title=f"{errand.verb.capitalize()} {noun} of {workspace.name}?",
        lines=lines,
        yes=f"{errand.verb.capitalize()} ({'enter' if workspace.is_production else 'y'})",
        no=f"Keep ({'esc' if workspace.is_production else 'n'})",
        warning=_warn(errand, fitting),
        proof=proof_of(errand.verb, ids) if workspace.is_production else "",
        proof_label=f"{ask_for_proof(errand.verb, ids)}:" if workspace.is_production else "",
    )


def _describe(errand: Errand, batch: MessageBatch) -> str:
    if errand is CANCEL and batch.is_active:
        return f"{batch.id}  {format_count(batch.request_counts.processing)} requests still processing"
    return f"{batch.id}  {describe_outcome(batch)}"


def _warn(errand: Errand, batches: Sequence[MessageBatch]) -> str:
    if errand is DELETE:
        return "The results are deleted as well, for good."
    waiting = sum(batch.request_counts.processing for batch in batches)
    return (
        f"{format_count(waiting)} requests have not finished. Those that cannot be interrupted still finish; "
        "the others end as canceled."
    )


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each batch of an errand; `audit_problem` says why that could not be noted."""

    errand: Errand
    done: tuple[str, ...]
    failed: tuple[tuple[str, BatchtuiError], ...]
    audit_problem: str = ""

    @property
    def words(self) -> str:
        """All of it, as lines."""
        lines = [f"{count_batches(len(self.done))} {self.errand.done}"] if len(self.done) > 1 else []
        if len(self.done) <= _TOLD:
            lines += [f"{batch_id}: {self.errand.done}" for batch_id in self.done]
        lines += [f"{batch_id}: {error.title}. {error.detail}" for batch_id, error in self.failed]
        lines += [self.audit_problem] if self.audit_problem else []
        return "\n".join(lines)


async def run_errand(errand: Errand, workspace: Workspace, batches: Sequence[MessageBatch]) -> Report:
    """Change one batch after the other; a failure does not stop the rest."""
    done: list[str] = []
    failed: list[tuple[str, BatchtuiError]] = []
    for batch in batches:
        try:
            await in_background(errand.run, workspace, batch.id)
        except BatchtuiError as error:
            failed.append((batch.id, error))
        else:
            done.append(batch.id)
    return Report(errand, tuple(done), tuple(failed), workspace.audit_problem)
