"""A workspace's batches, and what can be done with them: open, mark, copy, export, cancel, delete."""

from __future__ import annotations

import math
from typing import ClassVar

from textual import on, work
from textual.events import Resize, ScreenResume, Unmount

from batchtui.errors import BatchtuiError
from batchtui.models import MessageBatch
from batchtui.ui.batch_actions import CANCEL, DELETE, Errand, Report, ask, explain_refusal, run_errand
from batchtui.ui.commands import MOVING, Command, bindings
from batchtui.ui.dialogs.confirm_dialog import ConfirmDialog
from batchtui.ui.dialogs.export_dialog import ExportDialog
from batchtui.ui.dialogs.save_dialog import SaveDialog
from batchtui.ui.foresight import Foresight
from batchtui.ui.screens.all_batches_screen import AllBatchesScreen
from batchtui.ui.screens.base import LEAVING
from batchtui.ui.screens.batches_commands import BATCHES, OPENING
from batchtui.ui.screens.live_batches import LiveBatches
from batchtui.ui.screens.results_screen import ResultsScreen
from batchtui.ui.widgets.batch_details import BatchDetails
from batchtui.ui.widgets.batch_summary import explain_no_export, explain_no_results
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import Workspace


class BatchesScreen(LiveBatches):
    """The first screen of a workspace."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (*OPENING, *BATCHES, *MOVING, *LEAVING)
    BINDINGS = bindings(BATCHES)

    def __init__(self, workspace: Workspace, *, refresh_seconds: float = 10.0, is_low_bandwidth: bool = False) -> None:
        super().__init__(workspace, refresh_seconds=refresh_seconds, is_low_bandwidth=is_low_bandwidth)
        self._foresight = Foresight(self, workspace, self._find_openable)
        self._is_in_details = False

    # One batch

    @on(RowTable.CursorMoved)
    @on(ScreenResume)
    def _look_ahead(self) -> None:
        self._foresight.ask()

    def _take_snapshot(self) -> None:
        super()._take_snapshot()
        self._foresight.ask_if_changed()

    @on(Unmount)
    async def _look_no_further(self) -> None:
        await self._foresight.close()

    def _find_openable(self) -> MessageBatch | None:
        batch = self._batch
        is_openable = batch is not None and not explain_no_results(batch, self.workspace.server_now())
        return batch if is_openable else None

    @on(RowTable.RowOpened)
    def action_open(self) -> None:
        """Open the results; say why where there are none."""
        batch = self._batch
        if batch is None:
            return
        refusal = explain_no_results(batch, self.workspace.server_now())
        if not refusal:
            self._open_results(batch)
            return
        if batch.is_active and not self._has_details:
            self.action_details()
            self._is_in_details = True
        self.tell(refusal)

    def _open_results(self, batch: MessageBatch) -> None:
        ready = self._foresight.take_screen()
        self.app.push_screen(ready or ResultsScreen(self.workspace, batch))
        if ready is not None:
            ready.begin(batch)

    @property
    def _has_details(self) -> bool:
        return bool(self.query_one(BatchDetails).display)

    def action_details(self) -> None:
        """Show or hide the pane of details."""
        is_shown = self._has_details
        self._is_in_details = False
        self.set_class(not is_shown, "-with-details")
        self.set_class(is_shown, "-without-details")

    def _leave_details(self) -> bool:
        """Hide the details that enter has shown; return whether it had."""
        is_in_details = self._is_in_details and self._has_details
        if is_in_details:
            self.action_details()
        return is_in_details

    def _take_back(self) -> bool:
        return super()._take_back() or self._leave_details()

    async def action_leave(self) -> None:
        """Go back: from details that enter has shown, and out of the first screen."""
        if self._find.is_open or not self._leave_details():
            await super().action_leave()

    @on(Resize)
    def _stay_in_details(self) -> None:
        """Leave the details as they are: there may be room for them anyway."""
        self._is_in_details = False

    def action_mark(self) -> None:
        """Mark the batch under the cursor."""
        self._table.action_toggle_mark()

    @on(RowTable.MarksChanged)
    def _count_marks(self) -> None:
        self._show_words()

    def action_export(self) -> None:
        """Ask where the failed ids of this batch are to go."""
        self._ask_for_path(ExportDialog)

    def action_save(self) -> None:
        """Ask where all results of this batch are to go."""
        self._ask_for_path(SaveDialog)

    def _ask_for_path(self, dialog: type[ExportDialog]) -> None:
        batch = self._batch
        if batch is None:
            return
        now = self.workspace.server_now()
        refusal = explain_no_results(batch, now) if dialog is SaveDialog else explain_no_export(batch, now)
        if refusal:
            self.tell(refusal)
        else:
            self.app.push_screen(dialog(self.workspace, batch), self._tell_exported)

    def _tell_exported(self, words: str | None) -> None:
        if words is not None:
            self.tell(words)

    def action_copy_id(self) -> None:
        """Copy the batch's id."""
        if (batch := self._batch) is not None:
            self.copy(batch.id, batch.id)

    def action_copy_json(self) -> None:
        """Copy the batch as the API describes it."""
        if (batch := self._batch) is not None:
            self.copy(batch.to_json(), f"{batch.id} as JSON")

    # Several batches

    def action_cancel(self) -> None:
        """Cancel the marked batches, or the one under the cursor."""
        self._run_errand(CANCEL)

    def action_delete(self) -> None:
        """Delete the marked batches, or the one under the cursor."""
        self._run_errand(DELETE)

    @work(group="errand", exclusive=True, exit_on_error=False)
    async def _run_errand(self, errand: Errand) -> None:
        batches = self._chosen_batches()
        try:
            self.workspace.refuse_if_read_only()
        except BatchtuiError as error:
            self.tell_error(error)
            return
        fitting = [batch for batch in batches if errand.suits(batch)]
        if not fitting:
            if batches:
                self.tell(explain_refusal(errand, batches))
            return
        if await self.app.push_screen_wait(ConfirmDialog(ask(errand, self.workspace, batches))):
            self._report(await run_errand(errand, self.workspace, fitting))

    def _chosen_batches(self) -> list[MessageBatch]:
        """Return the marked batches in the order of the server, or the one under the cursor."""
        marks = self._table.marks
        if marks:
            return [batch for batch in self.rows.snapshot.batches if batch.id in marks]
        return [self._batch] if self._batch is not None else []

    def _report(self, report: Report) -> None:
        self._table.marks = self._table.marks - set(report.done)
        self._feed.take(self.workspace.snapshot)
        self.tell(report.words, is_bad=bool(report.failed or report.audit_problem))

    # The whole

    def action_refresh(self) -> None:
        """Ask the server now, or say why not: while it wants to be left alone, asking would only prolong that."""
        seconds = self._feed.seconds_to_wait
        if seconds > 0:
            self.tell(f"The server asked to be left alone: the next try is in {math.ceil(seconds)} s.")
        self._feed.refresh_now()

    def action_pause(self) -> None:
        """Stop or go on asking the server."""
        self._feed.toggle_pause()

    def action_all_workspaces(self) -> None:
        """Show the batches of every workspace."""
        self.app.push_screen(AllBatchesScreen())
