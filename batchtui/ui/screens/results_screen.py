"""A batch's results, and what can be done with them: read, search, group, count, mark, copy, export, save."""

from __future__ import annotations

from typing import ClassVar

from textual import on

from batchtui.ui.commands import MOVING, Command, bindings
from batchtui.ui.dialogs.export_dialog import ExportDialog
from batchtui.ui.dialogs.save_dialog import SaveDialog
from batchtui.ui.result_copying import copy_id, copy_line
from batchtui.ui.screens.base import WORKSPACES
from batchtui.ui.screens.narrowed_results import NarrowedResults
from batchtui.ui.screens.result_screen import ResultScreen
from batchtui.ui.screens.results_commands import GOING_BACK, OF_THE_TABLE, RESULTS
from batchtui.ui.widgets.result_selections import offer_selections, offer_to_save
from batchtui.ui.widgets.result_status import describe_problem
from batchtui.ui.widgets.row_table import RowTable


class ResultsScreen(NarrowedResults):
    """The screen that opens for a batch that has ended."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (*RESULTS, *MOVING, *GOING_BACK)
    BINDINGS = bindings(
        (*(command for command in RESULTS if command.action not in OF_THE_TABLE), GOING_BACK[0], WORKSPACES)
    )

    @on(RowTable.RowOpened)
    def _open_result(self, event: RowTable.RowOpened) -> None:
        screen = ResultScreen(
            self.workspace, self._batch, lambda: self._rows, event.key, self._follow, matches=lambda: self._matches
        )
        self.app.push_screen(screen)

    def _follow(self, key: str) -> None:
        """Keep the cursor on the result that is being read."""
        self._table.move_cursor(key=key)

    # Marks, export, clipboard

    @on(RowTable.MarksChanged)
    def _count_marks(self) -> None:
        self._show_progress()

    def action_copy_id(self) -> None:
        """Copy the `custom_id` under the cursor."""
        if (row := self._cursor_row) is not None:
            copy_id(self, self._rows.store, row)

    def action_copy_json(self) -> None:
        """Copy the result line under the cursor."""
        if (row := self._cursor_row) is not None:
            copy_line(self, self._rows.store, row)

    def action_export(self) -> None:
        """Ask for a format and a path, then write what is marked, or what is shown."""
        session = self._feed.session
        marked = sorted(self._rows.row(key) for key in self._table.marks)
        selections = offer_selections(self._rows, marked)
        if not selections:
            self.tell("There is nothing to export.")
            return
        self.app.push_screen(ExportDialog(self.workspace, self._batch, session, selections), self._tell_exported)

    def action_save(self) -> None:
        """Ask for a path, then write all results as they came, or the lines that are shown or marked."""
        session = self._feed.session
        marked = sorted(self._rows.row(key) for key in self._table.marks)
        selections = offer_to_save(self._rows, marked)
        if not selections:
            self.tell("There is nothing to save.")
            return
        self.app.push_screen(SaveDialog(self.workspace, self._batch, session, selections), self._tell_exported)

    def _tell_exported(self, words: str | None) -> None:
        if words is not None:
            self.tell(words)

    # Loading

    def action_reload(self) -> None:
        """Load everything again, unless it is here or coming."""
        status = self._feed.status
        if status.is_loading:
            self.tell("The results are still coming.")
        elif status.is_whole and not describe_problem(status, self._rows.store, self._counts):
            self.tell("All results of this batch are here.")
        else:
            self.run_worker(self._load(self._feed.run_again), group="load", exclusive=True)

    async def action_stop_or_leave(self) -> None:
        """Take back what narrows the rows, then stop the stream and keep what is here, then go back."""
        if self._step_back():
            return
        if self._feed.status.is_loading and not self._is_stopping:
            self._is_stopping = True
            self._feed.stop()
            self._show_progress()
        else:
            await self.action_leave()
