"""The half of the batches screen that watches: what the server says, what time does, filters and order."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from batchtui.errors import BatchtuiError
from batchtui.models import MessageBatch, describe_unread
from batchtui.ui.batch_feed import BatchFeed, FeedStatus
from batchtui.ui.commands import Command
from batchtui.ui.herald import tell_notices
from batchtui.ui.screens.arranged_batches import ArrangedBatches
from batchtui.ui.screens.base import LEAVING, BaseScreen
from batchtui.ui.widgets.batch_details import BatchDetails
from batchtui.ui.widgets.batch_rows import COLUMNS, FILTERS, LEAN_COLUMNS, BatchRows
from batchtui.ui.widgets.batch_summary import describe_emptiness, describe_rows
from batchtui.ui.widgets.filter_tabs import FilterTabs
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.row_table import Column, RowTable
from batchtui.ui.widgets.status_header import StatusHeader, format_freshness
from batchtui.workspace import Notice, RetryWait, Workspace

_NOTHING = Content()
_COUNT_EVERY = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """How often time is looked at, how exactly age is told, and which columns there are."""

    tick_seconds: float
    age_step: int
    columns: tuple[Column, ...]


FAST = Pace(1.0, 5, COLUMNS)
SLOW = Pace(10.0, 60, LEAN_COLUMNS)
"""For a slow link."""


class LiveBatches(ArrangedBatches[BatchRows]):
    """Shows what is known of a workspace's batches and keeps it fresh, with the cursor and the marks in their place."""

    COMMANDS: ClassVar[tuple[Command, ...]] = LEAVING
    AUTO_FOCUS = "RowTable"
    HORIZONTAL_BREAKPOINTS = [*BaseScreen.HORIZONTAL_BREAKPOINTS[:-1], (170, "-very-wide")]
    workspace: Workspace

    class Refreshed(Message):
        """The feed's status is another one."""

        def can_replace(self, message: Message) -> bool:
            """One look at the newest status does for all that wait."""
            return isinstance(message, LiveBatches.Refreshed)

    @dataclass
    class Waiting(Message):
        """The server wants a pause before a call is sent again."""

        wait: RetryWait

    def __init__(self, workspace: Workspace, *, refresh_seconds: float = 10.0, is_low_bandwidth: bool = False) -> None:
        super().__init__()
        self.title = "Batches"
        self.workspace = workspace
        self._pace = SLOW if is_low_bandwidth else FAST
        self.rows = BatchRows(self._pace.columns, workspace.server_now)
        self._feed = BatchFeed(workspace, self._publish, refresh_seconds=refresh_seconds, tell=self._tell_notices)
        self._said: dict[str, Content] = {}
        self._unread_told: set[str] = set()
        self._ticks = 0

    def compose(self) -> ComposeResult:
        """Lay out header, filters, rows, details and what is said about them."""
        yield StatusHeader(self.workspace)
        yield FilterTabs(FILTERS, id="tabs")
        with Container(id="body"):
            with Vertical(id="list"):
                yield RowTable(self._pace.columns)
                yield Static(id="summary")
                yield FindLine("Filter: words of an id or a status; enter keeps it, esc clears it")
            yield BatchDetails(id="details")
        yield Static(id="notice")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to refresh and to tick."""
        if self._pace is SLOW:
            self._table.styles.scrollbar_size_vertical = 0  # it moves with every page
        self._table.source = self.rows
        self._table.sorting = self.rows.sorting
        self.workspace.on_wait = self._wait
        self._show_status()
        self.run_worker(self._feed.run(), group="feed", exclusive=True)
        self.set_interval(self._pace.tick_seconds, self._tick)

    def on_unmount(self) -> None:
        """Hear nothing more of retries."""
        self.workspace.on_wait = None

    @property
    def _batch(self) -> MessageBatch | None:
        """The batch under the cursor."""
        return self.rows.batch(self._table.cursor_key)

    @property
    def feed(self) -> BatchFeed:
        """What keeps this workspace fresh."""
        return self._feed

    def show_batch(self, batch_id: str) -> None:
        """Put the cursor on a batch, and take away what hides it."""
        if self.rows.position(batch_id) is None:
            self._find.value = self.rows.words = ""
            self._filter_by("all")
        self._table.move_cursor(key=batch_id)

    # What the server says, and what time does

    def _publish(self, status: FeedStatus) -> None:  # noqa: ARG002  # the feed keeps the newest
        self.post_message(self.Refreshed())

    def _tell_notices(self, notices: Sequence[Notice]) -> None:
        tell_notices(self, self.workspace, notices)

    def _wait(self, wait: RetryWait) -> None:
        """Hear of a pause, in the thread that makes it."""
        self.post_message(self.Waiting(wait))

    @on(Waiting)
    def _show_wait(self, event: Waiting) -> None:
        self._feed.wait(event.wait)

    @on(Refreshed)
    def _show_status(self) -> None:
        if self._feed.status.snapshot is not self.rows.snapshot:
            self._take_snapshot()
        self._show_words()
        self._show_details()
        self._fill_view()

    def _take_snapshot(self) -> None:
        change = self.rows.apply(self._feed.status.snapshot)
        if change.is_rearranged:
            self._table.source_changed()
        self._table.refresh_rows(change.changed)
        if change.removed & self._table.marks:
            self._table.marks = self._table.marks - change.removed
        self._count()
        self._tell_unread()

    def _tell_unread(self) -> None:
        """Say once what the server lists and nobody can read."""
        unread = [batch for batch in self.rows.snapshot.unread if batch.id not in self._unread_told]
        self._unread_told |= {batch.id for batch in unread}
        if unread:
            self.tell(describe_unread(unread), is_bad=True)

    def _tick(self) -> None:
        """Repaint what time has changed, cell by cell; nothing is asked of the server."""
        self._ticks += 1
        for column, keys in self.rows.ticked(self._table.visible_keys).items():
            self._table.refresh_cells(keys, column)
        if self._ticks % _COUNT_EVERY == 0:
            self._count()
        self._show_freshness()
        self._show_details()

    def _count(self) -> None:
        self.query_one(FilterTabs).show_counts(self.rows.counts())

    def _show_words(self) -> None:
        """Say how many rows there are, or why there are none."""
        status, table = self._feed.status, self._table
        emptiness = describe_emptiness(status, self.workspace.name)
        had_notice = self.has_class("-empty")
        self.set_class(emptiness is not None, "-empty")
        if had_notice and emptiness is None and self.focused is None:
            table.focus()
        self._say("#notice", emptiness or Content(""))
        self._say("#summary", describe_rows(self.rows, table.marks, status))
        self._show_freshness()

    def _say(self, place: str, words: Content) -> None:
        """Update one line, when it says something else: every update is sent to the terminal."""
        line = self.query_one(place, Static)
        if not words.is_same(self._said.get(place, _NOTHING)):
            self._said[place] = words
            line.update(words, layout=False)

    def _show_freshness(self) -> None:
        self.query_one(StatusHeader).show_freshness(
            *format_freshness(self._feed.status, time.time(), step=self._pace.age_step)
        )

    @on(RowTable.CursorMoved)
    def _show_details(self) -> None:
        self.query_one(BatchDetails).show_batch(self._batch, self.workspace.server_now())

    # Older batches

    @on(RowTable.NearEnd)
    def _load_more(self) -> None:
        self._load_older()

    def _fill_view(self) -> None:
        """Load on when all that is there does not fill the screen."""
        is_all = self.rows.chosen == "all" and not self.rows.words
        if is_all and len(self.rows) < self._table.page_rows:
            self._load_older()

    def _load_older(self) -> None:
        if self._feed.can_load_older:
            self._fetch_older()

    @work(group="older", exit_on_error=False)
    async def _fetch_older(self) -> None:
        try:
            await self._feed.load_older()
        except BatchtuiError as error:
            self.tell_error(error)

    # Filters and order

    def _take_back(self) -> bool:
        """Clear the words, then the number's filter, then the marks."""
        if super()._take_back():
            return True
        if not self._table.marks:
            return False
        self._table.marks = set()
        self._show_words()
        return True

    def _rearrange(self) -> None:
        super()._rearrange()
        self._show_words()
        self._show_details()
