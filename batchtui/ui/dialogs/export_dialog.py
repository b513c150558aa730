"""Where to and in which form: results, or only some of them, into a file."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError, OutputExistsError, OutputStoppedError
from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command, bindings
from batchtui.ui.dialogs.confirm_dialog import ConfirmDialog, Question
from batchtui.ui.dialogs.form_dialog import FormDialog, FormRow
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.line_input import LineInput
from batchtui.ui.widgets.load_progress import format_pause, format_rows
from batchtui.ui.widgets.result_selections import Selection, failed_of
from batchtui.workspace import (
    ExportProgress,
    ExportReport,
    ResultsSession,
    RetryWait,
    Workspace,
    default_export_path,
    export_failed,
    export_formats,
    export_results,
    output_path,
)

EXPORTING = (Command("enter", "proceed", "Export", "Write the file", "Dialog"),)
_PARTIAL = "Not all results are here: the file will hold what has arrived, {rows}."


class ExportDialog(FormDialog):
    """Writes results to a file; answers with a sentence about it, or None when it was closed.

    From the results screen, `session` holds the rows and `selections` says which can be meant, the likeliest first.
    From the batches screen neither is given: `push_screen(ExportDialog(workspace, batch), tell)` then streams the
    results of an ended batch when enter is pressed, with a line of progress, and writes those without an answer.
    The path is filled in, so that enter is the whole gesture; it follows the other fields until somebody edits it.
    """

    BINDINGS = bindings(EXPORTING)
    AUTO_FOCUS = "#path"
    TITLE_WORDS = "Export from"
    BUTTON_WORDS = "Export (enter)"
    FORMAT = "ids"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (15, "-roomy")]

    @dataclass
    class Progressed(Message):
        """The export came further."""

        progress: ExportProgress

        def can_replace(self, message: Message) -> bool:
            """Only the newest of several that wait is worth a look."""
            return isinstance(message, ExportDialog.Progressed)

    @dataclass
    class Pausing(Message):
        """The download broke and will be taken up again."""

        wait: RetryWait

    def __init__(
        self,
        workspace: Workspace,
        batch: MessageBatch,
        session: ResultsSession | None = None,
        selections: Sequence[Selection] = (),
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._batch = batch
        self._session = session
        self._selections = tuple(selections) or (failed_of(batch),)
        self._formats = {choice.name: choice.description for choice in export_formats()}
        self._offered = self._offer_path(self._selections[0], self.FORMAT)
        self._stop: threading.Event | None = None

    def compose(self) -> ComposeResult:
        """Lay out what, how and where to."""
        kinds = [(str(place), each.words) for place, each in enumerate(self._selections)]
        with Vertical(id="dialog", classes="form-dialog"):
            yield Static(Content(f"{self.TITLE_WORDS} {safe_line(self._batch.id)}"), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield FormRow("Results", Choice(kinds, value=kinds[0][0], id="kind"))
                formats = [(name, name) for name in self._formats]
                yield FormRow("Format", Choice(formats, value=self.FORMAT, id="format"), id="formats")
                yield FormRow("", Static(id="about-format", classes="form-note"))
                yield FormRow("File", LineInput(self._offered, id="path"))
                yield Static(id="form-message")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content(self.BUTTON_WORDS), id="proceed", variant="primary")
                yield Button(Content("Cancel (esc)"), id="cancel")

    def on_mount(self) -> None:
        """Describe the first format, and say what is missing."""
        self._describe_format()
        self.say(self._warn_of_missing())
        self.call_after_refresh(self.query_one("#path").scroll_visible, animate=False)

    def on_unmount(self) -> None:
        """Let no thread go on writing."""
        if self._stop is not None:
            self._stop.set()

    @on(Choice.Changed)
    def _offer_other_path(self) -> None:
        """Let the path follow the choices, unless it was edited."""
        field = self.query_one("#path", Input)
        before, self._offered = self._offered, self._offer_path(self._selection, self._format)
        if field.value == before:
            field.value = self._offered
            field.cursor_position = len(field.value)
        self._describe_format()

    @on(Input.Submitted)
    @on(Button.Pressed, "#proceed")
    def action_proceed(self) -> None:
        """Write the file, unless that is going on."""
        if self._stop is None:
            self._begin(force=False)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Stop what is going on, or close."""
        if self._stop is None or self._stop.is_set():
            self.dismiss(None)
        else:
            self._stop.set()
            self.say("Stopping…")

    @property
    def _selection(self) -> Selection:
        return self._selections[int(self.query_one("#kind", Choice).value)]

    @property
    def _format(self) -> str:
        return self.query_one("#format", Choice).value

    def _offer_path(self, selection: Selection, format_name: str) -> str:
        return default_export_path(self._batch.id, format_name, selection.kind)

    def _describe_format(self) -> None:
        self.query_one("#about-format", Static).update(Content(safe_line(self._formats[self._format])))

    def _warn_of_missing(self) -> str:
        session = self._session
        if session is None or (session.store.is_whole and not session.missing_rows):
            return ""
        return _PARTIAL.format(rows=format_rows(len(session.store.index), session.expected_rows))

    def _begin(self, *, force: bool) -> None:
        try:
            path = output_path(self.query_one("#path", Input).value.strip())
        except BatchtuiError as error:
            self.say_error(error)
            return
        self._stop = threading.Event()
        self.say("Asking for the results…" if self._session is None else "Writing…")
        self.run_worker(self._export(path, self._stop, force=force), group="export")

    async def _export(self, path: Path, stop: threading.Event, *, force: bool) -> None:
        write = self._writer(path, stop, force=force)
        try:
            report = await in_background(write)
        except OutputExistsError:
            self.say("")
            question = Question(
                title="Overwrite this file?",
                lines=[str(path), "", "The old file goes only when the new one is whole."],
                yes="Overwrite (y)",
                no="Keep it (n)",
            )
            self.app.push_screen(ConfirmDialog(question), self._overwrite)
        except BatchtuiError as error:
            self.say_error(error, "Nothing was written." if isinstance(error, OutputStoppedError) else None)
        else:
            self.dismiss(describe_report(report))
        finally:
            stop.set()  # a dialog that is removed leaves its thread no other word
            self._stop = None

    def _writer(self, path: Path, stop: threading.Event, *, force: bool) -> partial[ExportReport]:
        """Return the call that does the work in its thread."""
        options: dict[str, Any] = {"force": force, "on_progress": self._hand_over, "is_cancelled": stop.is_set}
        if self._session is None:
            options["on_wait"] = self._hand_over_wait
            return partial(export_failed, self._workspace, self._batch, self._format, path, **options)
        return partial(export_results, self._session, self._selection.to_request(self._format), path, **options)

    def _hand_over(self, progress: ExportProgress) -> None:
        self.post_message(self.Progressed(progress))

    def _hand_over_wait(self, wait: RetryWait) -> None:
        self.post_message(self.Pausing(wait))

    @on(Pausing)
    def _show_pause(self, event: Pausing) -> None:
        if self._stop is not None and not self._stop.is_set():
            words = format_pause(event.wait.error, event.wait.seconds)
            self.say(f"{words[:1].upper()}{words[1:]}, esc stops")

    @on(Progressed)
    def _show_progress(self, event: Progressed) -> None:
        if self._stop is not None and not self._stop.is_set():
            self.say(describe_export(event.progress))

    def _overwrite(self, is_yes: bool | None) -> None:  # noqa: FBT001  # Textual passes the answer by position
        if is_yes:
            self._begin(force=True)
        else:
            self.say("The file is as it was. Choose another name.")
            self.query_one("#path", Input).focus()


def describe_export(progress: ExportProgress) -> str:
    """Return `Reading 45,120 of 100,000 results, esc stops`."""
    noun = "results" if progress.step == "reading" else "rows"
    done, total = format_count(progress.done), format_count(progress.total)
    return f"{progress.step.capitalize()} {done} of {total} {noun}, esc stops"


def describe_report(report: ExportReport) -> str:
    """Return `6,017 custom_ids → ./msgbatch_01-failed-ids.txt`, and what is not in the file."""
    words = f"{report.counted} → {report.path}"
    if report.written < report.rows:
        words += f"\n{format_count(report.rows - report.written)} results have no custom_id and no line."
    if report.left_out:
        names = ", ".join(f"{format_count(count)} {safe_line(name)}" for name, count in report.left_out.items())
        words += f"\nNot in it, because no type was asked for that they have: {names}."
    if report.missing:
        noun = "result" if report.missing == 1 else "results"
        words += f"\nPartial: {format_count(report.missing)} {noun} of this batch had not arrived."
    elif report.is_partial:
        words += "\nPartial: the download had not come to its end."
    return words
