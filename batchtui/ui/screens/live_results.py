"""What a screen of results watches: the stream, how far it is, the text of one of its rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.events import Resize, ScreenResume
from textual.message import Message
from textual.widgets import Static

from batchtui.errors import SpoolError
from batchtui.formatting import format_bytes, format_count
from batchtui.models import MessageBatch, RequestCounts
from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command
from batchtui.ui.pacing import Follower
from batchtui.ui.quiet import hand_over_often, hand_over_seldom
from batchtui.ui.results_feed import ResultsFeed, ResultsStatus
from batchtui.ui.screens.arranged_results import ArrangedResults
from batchtui.ui.screens.results_commands import GOING_BACK
from batchtui.ui.widgets.awaited_results import AwaitedResults
from batchtui.ui.widgets.filter_tabs import FilterTabs
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.load_progress import LoadProgressLine
from batchtui.ui.widgets.narrowing_line import NarrowingLine
from batchtui.ui.widgets.result_details import LARGEST_INLINE, ResultDetails, describe_result
from batchtui.ui.widgets.result_rows import ALL, RESULT_COLUMNS, RESULT_FILTERS, ResultRows
from batchtui.ui.widgets.result_status import (
    describe_freshness,
    describe_problem,
    describe_progress,
    explain_emptiness,
)
from batchtui.ui.widgets.row_table import RowTable
from batchtui.ui.widgets.status_header import StatusHeader
from batchtui.workspace import Workspace

_DETAIL_SECONDS = 0.1
_LOOK_SECONDS = 1.0
_PREPARE_AFTER_SECONDS = 0.1
_EARLY_SECONDS = 0.3
"""How long a table without rows is shown as it is: most results begin to come by then."""


class LiveResults(ArrangedResults):
    """Shows a batch's results from their first byte on; leaving gives their disk space back.

    Without a batch it is made ready for whichever `begin` will name.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = GOING_BACK
    AUTO_FOCUS = "RowTable"

    @dataclass
    class Loaded(Message):
        """More of the results is here, or no more will come."""

        status: ResultsStatus

        def can_replace(self, message: Message) -> bool:
            """Only the newest of several that wait is worth a look."""
            return isinstance(message, LiveResults.Loaded)

    workspace: Workspace

    def __init__(self, workspace: Workspace, batch: MessageBatch | None = None) -> None:
        super().__init__()
        self.title = "Results"
        self.workspace = workspace
        self._is_begun = False
        self._is_stopping = False
        self._is_early = True
        self._awaits_rows = True
        self._counted = 0
        self._awaited = AwaitedResults()
        self._detail_row: int | None = None
        self._detail_follower = Follower(self, self._show_detail, seconds=_DETAIL_SECONDS)
        if batch is not None:
            self._take_batch(batch)

    def compose(self) -> ComposeResult:
        """Lay out state, filters, rows, the text of one result, and a line to search from."""
        yield StatusHeader(self.workspace)
        yield LoadProgressLine(id="progress")
        yield Static(id="problem", classes="-absent")
        yield FilterTabs(RESULT_FILTERS, id="tabs")
        yield FindLine("Search: text or /expression/; enter begins, esc closes")
        yield NarrowingLine(id="narrowing")
        with Container(id="body"):
            yield RowTable(RESULT_COLUMNS)
            yield Static(id="notice")
            yield ResultDetails(id="details")
        yield KeyBar()

    def on_compose(self) -> None:
        """Begin to load, while the widgets are made."""
        if self._is_begun:
            self._begin_to_load()

    def on_mount(self) -> None:
        """Show that it has begun."""
        if self._is_begun:
            self._show_begun()

    def begin(self, batch: MessageBatch) -> None:
        """Load and show a batch's results, on a screen that was made ready without one and is opened now."""
        self._take_batch(batch)
        self._begin_to_load()
        self._show_begun()

    def _take_batch(self, batch: MessageBatch) -> None:
        self._is_begun = True
        self._batch = batch
        self._feed = ResultsFeed(self.workspace, batch, self._publish)
        self._rows = ResultRows(self._feed.store)
        self.hold_keys()

    def _begin_to_load(self) -> None:
        hand_over_often()
        self.run_worker(self._load(self._feed.run), group="load", exclusive=True)

    def _show_begun(self) -> None:
        self.query_one(StatusHeader).show_subject(safe_line(self._batch.id))
        self._table.source = self._rows
        self._show_status(self._feed.status)
        self.set_timer(_EARLY_SECONDS, self._be_late)
        self.set_interval(_LOOK_SECONDS, self._show_silence)

    def _be_late(self) -> None:
        self._is_early = False
        self._show_notice()

    def _show_silence(self) -> None:
        """Show what came last and for how long nothing has come since: nothing that comes says so."""
        if self._feed.status.is_loading:
            self._take_status(self.Loaded(self._feed.status))

    async def _load(self, run: Callable[[], Awaitable[None]]) -> None:
        await run()
        hand_over_seldom()
        self._close_retired()
        self.set_timer(_PREPARE_AFTER_SECONDS, self._prepare_search)  # what came last is painted first

    @work(group="prepare")
    async def _prepare_search(self) -> None:
        await self._feed.prepare_search()

    @on(ScreenResume)
    def _close_retired(self) -> None:
        """Give up the rows of downloads that were replaced, unless what stands before this screen may show them."""
        if self._is_begun and self.app.screen_stack[-1:] == [self]:
            self.run_worker(self._feed.close_retired(), group="close")

    async def on_unmount(self) -> None:
        """End the stream and give the spool's space back."""
        if self._is_begun:
            hand_over_seldom()
            await self._feed.close()

    def _publish(self, status: ResultsStatus) -> None:
        self.post_message(self.Loaded(status))

    # What is there

    @on(Loaded)
    def _take_status(self, event: Loaded) -> None:
        if self._rows.store is not self._feed.store:
            self._take_store()
        self._show_status(event.status)
        if not self._rows.is_sorted_through:
            self._sort_newcomers(is_last=not event.status.is_loading)

    def _take_store(self) -> None:
        """Show the rows of a new download in place of the earlier ones; cursor and marks stay on their results."""
        before, self._rows = self._rows, ResultRows(self._feed.store)
        self._store_taken()
        cursor, marks = self._table.cursor_key, self._table.marks
        found = before.translate(marks | ({cursor} if cursor else set()), self._rows)
        self._rows.filter_by(before.chosen)
        self._rows.show_places_of(before.query)
        self._table.sorting = None
        self._detail_row = None
        self._table.source = self._rows
        self._table.marks = {found[key] for key in marks if key in found}
        self._table.move_cursor(key=found.get(cursor or ""))
        lost = before.custom_id(cursor) if cursor and cursor not in found else None
        missed = map(before.custom_id, marks - found.keys())
        self._awaited.begin(missed, lost, moved_from=cursor, to=self._table.cursor_key)
        if self._sorting is not None:
            self._sort(self._sorting)

    def _store_taken(self) -> None:
        """React to another store's rows."""

    def _show_status(self, status: ResultsStatus) -> None:
        if not status.is_loading:
            self._is_stopping = False
        self._show_rows()
        self.query_one(StatusHeader).show_freshness(*describe_freshness(status))
        self._show_progress()
        self._show_problem(describe_problem(status, self._rows.store, self._counts))
        self._show_notice()
        self._show_detail()
        if self._awaits_rows and (len(self._rows) or not status.is_loading):
            self._awaits_rows = False
            self.call_after_refresh(self._give_table_the_keys)

    def _give_table_the_keys(self) -> None:
        """Let keys that have waited be done, by the table, which may have been shown only now."""
        self._restore_focus()
        self.release_keys()

    def _show_rows(self) -> None:
        """Show the rows that have come, and how many there are."""
        if self._rows.take():
            self._table.source_changed()
        self._take_awaited()
        counts = self._rows.counts()
        self._counted = len(self._rows.store.index) if self._rows.narrowings else counts[ALL]
        self.query_one(FilterTabs).show_counts(counts)

    def _take_awaited(self) -> None:
        """Put marks and the cursor where they were, on what the new download has brought by now."""
        marks, place = self._awaited.look(self._rows.store.index, self._table.cursor_key)
        if marks:
            self._table.marks |= marks
        if place is not None:
            self._table.move_cursor(key=place)

    @property
    def _counts(self) -> RequestCounts:
        return self._feed.session.batch.request_counts

    def _show_progress(self) -> None:
        status = self._feed.status
        if status.state == "loading" and self._feed.is_shown_coming:  # as beside the filters, which count on
            status = replace(status, rows=self._counted, bytes=self._feed.store.size)
        progress = describe_progress(status, self._counts.finished, self._feed.pace, is_stopping=self._is_stopping)
        words = progress.words
        if marks := len(self._table.marks):
            words += f" · {format_count(marks)} marked"
        self.query_one(LoadProgressLine).show(words, look=progress.look, share=progress.share)

    def _show_problem(self, words: str) -> None:
        problem = self.query_one("#problem", Static)
        if words or not problem.has_class("-absent"):
            problem.update(Content(words))
            problem.set_class(not words, "-absent")

    def _show_notice(self) -> None:
        """Say why there is no row, where there is none."""
        notice, was_empty, is_empty = self.query_one("#notice", Static), not self._table.display, not len(self._rows)
        is_empty = is_empty and not (self._is_early and self._feed.status.is_loading)
        self._table.display, notice.display = not is_empty, is_empty
        self._details.set_class(is_empty, "-empty")
        if is_empty:
            rows = self._rows
            hidden_by = (rows.chosen_types, [each.name for each in rows.narrowings]) if len(rows.store.index) else ()
            notice.update(explain_emptiness(self._feed.status, *hidden_by))
        elif was_empty:
            self.call_after_refresh(self._restore_focus)  # a table that is not shown loses the keys

    # The text of one result

    @on(RowTable.CursorMoved)
    def _follow_cursor(self) -> None:
        self._detail_follower.ask()

    def _show_detail(self) -> None:
        row = self._cursor_row
        if row == self._detail_row or not self._details.display:
            return
        self._detail_row = row
        if row is None:
            self._details.show_nothing()
            return
        store = self._rows.store
        index, length = store.index, store.index.lengths[row]
        title = describe_result(index.custom_id(row), index.type_of(row), index.cause_of(row))
        if length > LARGEST_INLINE:
            self._details.show_words(title, f"{format_bytes(length)} of JSON: enter opens it.")
            return
        try:
            self._details.show_detail(store.detail(row))
        except SpoolError as error:
            self._details.show_error(title, error)

    @property
    def _details(self) -> ResultDetails:
        return self.query_one(ResultDetails)

    @on(Resize)
    def _show_detail_in_new_pane(self) -> None:
        """Read the text when a pane for it appears."""
        self.call_after_refresh(self._show_detail)
