"""Why requests of a batch have no whole answer: groups by cause, biggest first, also while results still come."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.commands import MOVING, Command, bindings
from batchtui.ui.dialogs.export_dialog import ExportDialog
from batchtui.ui.results_feed import ResultsStatus
from batchtui.ui.results_inquiries import TriageInquiry
from batchtui.ui.screens.base import WITHIN_A_WORKSPACE, WORKSPACES, BaseScreen
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.result_selections import Selection, select_rows
from batchtui.ui.widgets.result_status import describe_freshness, explain
from batchtui.ui.widgets.row_table import RowTable
from batchtui.ui.widgets.section_view import SectionView
from batchtui.ui.widgets.status_header import StatusHeader
from batchtui.ui.widgets.triage_rows import TRIAGE_COLUMNS, TriageRows, describe_triage, group_sections, name_cause
from batchtui.workspace import ResultsSession, TriageGroup, Workspace, is_retryable

OPENING = (
    Command("enter", "open", "Show these", "Show the results of this cause", "Triage", in_footer=True),
    Command("space", "mark", "Mark", "Mark a cause, or take its mark away", "Triage", in_palette=False),
)
TRIAGE = (
    Command("e", "export", "Export", "Export the ids of this cause, or of the marked ones", "Triage", in_footer=True),
    Command("y", "copy_id", "Copy id", "Copy the custom_id of the first result of this cause", "Triage"),
    Command("tab", "app.focus_next", "Other pane", "Between the table and the text", "Moving", in_palette=False),
)


class TriageScreen(BaseScreen):
    """Shows the groups of an inquiry that somebody else keeps up to date; calls `choose` with the key of one.

    The cursor begins on the group with the key `at`. `inquiry` and `session` are asked again each time, because a new
    download brings others.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (*OPENING, *TRIAGE, *MOVING, *WITHIN_A_WORKSPACE)
    BINDINGS = bindings((*TRIAGE, WORKSPACES))
    AUTO_FOCUS = "RowTable"
    workspace: Workspace

    def __init__(
        self,
        workspace: Workspace,
        batch: MessageBatch,
        inquiry: Callable[[], TriageInquiry],
        session: Callable[[], ResultsSession],
        choose: Callable[[str], None],
        *,
        at: str | None = None,
    ) -> None:
        super().__init__()
        self.title = "Triage"
        self.workspace = workspace
        self._batch = batch
        self._inquiry = inquiry
        self._store = inquiry().store
        self._session = session
        self._choose = choose
        self._at = at
        self._rows = TriageRows()
        self._shown: tuple[str | None, int] = (None, 0)
        self._said = ""
        self.hold_keys()

    def compose(self) -> ComposeResult:
        """Lay out the sum of it, the groups, and the text of one of them."""
        yield StatusHeader(self.workspace, subject=safe_line(self._batch.id), view="triage")
        yield Static(id="sum")
        with Container(id="body"):
            yield RowTable(TRIAGE_COLUMNS)
            yield Static(id="notice")
            with Container(id="details"):
                yield SectionView()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known already."""
        self._table.source = self._rows

    def show_status(self, status: ResultsStatus) -> None:
        """Show the newest groups, and how far the results are."""
        inquiry = self._inquiry()
        self._store = inquiry.store
        self._rows.show(inquiry.triage)
        self._table.source_changed()
        if len(self._rows):
            self._table.move_cursor(key=self._at)
            self._at = None
        self._table.refresh_rows(self._table.visible_keys)
        self.query_one(StatusHeader).show_freshness(*describe_freshness(status))
        words = describe_triage(inquiry.triage, is_whole=not status.is_loading and inquiry.is_caught_up)
        if inquiry.error is not None:
            words = explain(inquiry.error)
        if words != self._said:
            self._said = words
            self.query_one("#sum", Static).update(Content(words))
        self._show_emptiness(is_empty=not len(self._rows))
        if not len(self._rows) and (inquiry.is_caught_up or inquiry.is_stopped):
            self.release_keys()
        self._show_group()

    def _show_emptiness(self, *, is_empty: bool) -> None:
        """Put a sentence in place of the table, and give the table its keys back when it comes again."""
        was_empty = self.has_class("-empty")
        self.set_class(is_empty, "-empty")
        if is_empty and not was_empty:
            self.query_one("#notice", Static).update(Content("No cause so far: esc goes back to the results."))
        if not is_empty:
            self.call_after_refresh(self._give_table_the_keys)

    def _give_table_the_keys(self) -> None:
        if self.focused is None and self._table.focusable:
            self.set_focus(self._table)
        self.release_keys()

    @property
    def _table(self) -> RowTable:
        return self.query_one(RowTable)

    @property
    def _group(self) -> TriageGroup | None:
        """The group under the cursor."""
        return self._rows.group(self._table.cursor_key)

    @on(RowTable.CursorMoved)
    def _show_group(self) -> None:
        group = self._group
        shown = (group.key, group.count) if group else (None, self._rows.triage.total)
        if shown != self._shown:
            self._shown = shown
            self.query_one(SectionView).show(group_sections(group, self._rows.triage) if group else ())

    @on(RowTable.RowOpened)
    def _open_group(self, event: RowTable.RowOpened) -> None:
        self._choose(event.key)
        self.app.pop_screen()

    def action_copy_id(self) -> None:
        """Copy the first example's `custom_id`."""
        if (group := self._group) is not None and (name := safe_line(group.first.custom_id)):
            self.copy(name, name)

    def action_export(self) -> None:
        """Ask where the ids of this group, or of the marked ones, are to go."""
        marked = [group for group in self._rows.triage.groups if group.key in self._table.marks]
        groups = marked or ([self._group] if self._group else [])
        if groups:
            dialog = ExportDialog(self.workspace, self._batch, self._session(), self._offer(groups))
            self.app.push_screen(dialog, self._tell_exported)

    def _offer(self, groups: list[TriageGroup]) -> list[Selection]:
        """Return the chosen groups, and everything that can be sent again as it is."""
        rows = array("I", sorted(row for group in groups for row in group.rows))
        _, cause, _ = name_cause(groups[0])
        kind, words = (cause, cause) if len(groups) == 1 else ("marked", f"{len(groups)} causes")
        found = [select_rows(kind, words, rows, self._store)]
        again = [group for group in self._rows.triage.groups if is_retryable(group.type, group.cause)]
        rows = array("I", sorted(row for group in again for row in group.rows))
        if rows:
            found.append(select_rows("retryable", "can be sent again as they are", rows, self._store))
        return found

    def _tell_exported(self, words: str | None) -> None:
        if words is not None:
            self.tell(words)
