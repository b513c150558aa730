"""The batches of all workspaces at once, each read with its own key and at its own pace."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_line
from batchtui.ui.batch_feed import BatchFeed, FeedStatus
from batchtui.ui.commands import MOVING, Command, bindings
from batchtui.ui.herald import tell_notices
from batchtui.ui.overview_words import describe_emptiness, describe_loaded, describe_paces, describe_problems
from batchtui.ui.screens.arranged_batches import ArrangedBatches
from batchtui.ui.screens.base import LEAVING
from batchtui.ui.screens.live_batches import FAST, SLOW, LiveBatches
from batchtui.ui.widgets.all_rows import ALL_COLUMNS, LEAN_ALL_COLUMNS, AllRows, Member
from batchtui.ui.widgets.batch_rows import FILTERS
from batchtui.ui.widgets.filter_tabs import FilterTabs
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.result_status import explain
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import Notice, Workspace, WorkspaceEntry

ALL = (
    Command("enter", "open", "Open", "Go to the batch in its own workspace", "All workspaces", in_footer=True),
    Command(
        "slash", "find", "Filter", "Filter by id, status and workspace as you type", "All workspaces", in_footer=True
    ),
    Command("1", "filter(1)", "All", "Show all batches", "All workspaces"),
    Command("2", "filter(2)", "Running", "Only those that run", "All workspaces"),
    Command("3", "filter(3)", "Ended", "Only those that have ended", "All workspaces"),
    Command("4", "filter(4)", "With failures", "Only those with errored or expired requests", "All workspaces"),
    Command("5", "filter(5)", "Expiring soon", "An hour to run, or two days of results, at most", "All workspaces"),
    Command("o", "sort", "Sort", "Sort by the next column", "All workspaces", in_footer=True),
    Command("O", "reverse", "Reverse", "Sort the other way round", "All workspaces"),
    Command("y", "copy_id", "Copy id", "Copy the batch's id", "All workspaces"),
    Command("r", "refresh", "Refresh", "Ask every server now", "All workspaces", in_footer=True),
    Command("p", "pause", "Pause", "Stop or go on asking", "All workspaces"),
    Command("w", "workspaces", "Workspaces", "Add, test or remove workspaces", "All workspaces", in_footer=True),
)


_TALL = 30
_COUNT_EVERY = 10


class AllTable(RowTable):
    """The batches of all workspaces; there is nothing to mark."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Leave out marking."""
        return action != "toggle_mark"


class AllBatchesScreen(ArrangedBatches[AllRows]):
    """Shows every workspace's batches; one that fails says so above them and hides no other.

    A workspace whose own screen is open below is not asked twice: that screen's feed is shown. The others rest while
    this screen is not the one in front.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (*ALL, *MOVING, *LEAVING)
    BINDINGS = bindings(ALL)
    AUTO_FOCUS = "AllTable"
    shows_kept_words = True

    class Changed(Message):
        """The status of some workspace is another one."""

        def can_replace(self, message: Message) -> bool:
            """One look does for all that wait."""
            return isinstance(message, AllBatchesScreen.Changed)

    def __init__(self) -> None:
        super().__init__()
        self.title = "All workspaces"
        is_lean = self.dashboard.is_low_bandwidth
        self._pace = SLOW if is_lean else FAST
        self._columns = LEAN_ALL_COLUMNS if is_lean else ALL_COLUMNS
        self.rows = AllRows(self._columns)
        self._feeds: dict[str, tuple[WorkspaceEntry, BatchFeed]] = {}
        self._own: list[BatchFeed] = []
        self._is_read = False
        self._is_paused = False
        self._ticks = 0
        self._shown: tuple[FeedStatus, ...] = ()
        self._said: dict[str, Content] = {}

    def compose(self) -> ComposeResult:
        """Lay out the sums, what failed, the rows and how fresh each workspace is."""
        yield Static(Content("All workspaces"), classes="screen-title")
        yield Static(id="totals")
        yield FilterTabs(FILTERS, id="tabs")
        yield Static(id="problems")
        yield AllTable(self._columns)
        yield Static(id="notice")
        yield Static(id="summary")
        yield Static(id="paces")
        yield FindLine("Filter: words of an id, a status or a workspace")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to read."""
        self._table.source = self.rows
        self._table.sorting = self.rows.sorting
        self._show()
        self._count()
        self._read()
        self.set_interval(self._pace.tick_seconds, self._tick)

    @on(Resize)
    def _choose_words(self) -> None:
        """Say it in the words that fit."""
        self.call_after_refresh(self._count)
        self.call_after_refresh(self._show)

    def on_screen_suspend(self) -> None:
        """Let the workspaces rest that only this screen asks for."""
        for feed in self._own:
            feed.pause(is_paused=True)

    def on_screen_resume(self) -> None:
        """Go on asking."""
        for feed in self._own:
            feed.pause(is_paused=self._is_paused)

    # What the servers say, and what time does

    @work(group="read", exclusive=True, exit_on_error=False)
    async def _read(self) -> None:
        try:
            opened = await in_background(self.dashboard.directory.open_all)
        except BatchtuiError as error:
            self.tell_error(error)
            opened = []
        self._is_read = True
        below = self._screens_below()
        for entry, workspace in opened:
            feed = below[entry.name].feed if entry.name in below else self._begin(workspace)
            self._feeds[entry.name] = (entry, feed)
        self._show()

    def _screens_below(self) -> dict[str, LiveBatches]:
        listed = [screen for screen in self.app.screen_stack if isinstance(screen, LiveBatches)]
        return {screen.workspace.name: screen for screen in listed}

    def _begin(self, workspace: Workspace) -> BatchFeed:
        feed = BatchFeed(
            workspace,
            self._publish,
            refresh_seconds=self.dashboard.options.refresh_seconds,
            tell=partial(self._tell_notices, workspace),
        )
        self._own.append(feed)
        self.run_worker(feed.run(), group="feeds")
        return feed

    def _publish(self, _: FeedStatus) -> None:
        self.post_message(self.Changed())

    def _tell_notices(self, workspace: Workspace, notices: Sequence[Notice]) -> None:
        tell_notices(self, workspace, notices)

    @on(Changed)
    def _show(self) -> None:
        """Show how things stand."""
        members = [Member(entry, feed.workspace, feed.status) for entry, feed in self._feeds.values()]
        self._shown = tuple(member.status for member in members)
        if self.rows.has_news(members):
            is_rearranged, changed = self.rows.take(members)
            if is_rearranged:
                self._table.source_changed()
            self._table.refresh_rows(changed)
            self._count()
        self.rows.members = tuple(members)
        self._show_words()
        self._fill_view()

    def _count(self) -> None:
        self.query_one(FilterTabs).show_counts(self.rows.counts())
        self._say("#totals", self.rows.totals().describe(self.size.width))

    def _show_words(self) -> None:
        members = self.rows.members
        problems = describe_problems(members, 4 if self.size.height >= _TALL else 2)
        had_notice = self.has_class("-empty")
        self.set_class(bool(problems.plain), "-with-problems")
        self.set_class(not any(member.status.snapshot.batches for member in members), "-empty")
        if had_notice and not self.has_class("-empty") and self.focused is None:
            self._table.focus()
        self._say("#problems", problems, is_growing=True)
        self._say("#notice", describe_emptiness(members, is_read=self._is_read))
        self._show_loaded()
        self._show_paces()

    def _show_loaded(self) -> None:
        self._say("#summary", describe_loaded(self.rows))

    def _rearrange(self) -> None:
        super()._rearrange()
        self._show_loaded()

    def _show_paces(self) -> None:
        self._say("#paces", describe_paces(self.rows.members, time.time(), max(self._pace.age_step, 10)))

    def _say(self, place: str, words: Content, *, is_growing: bool = False) -> None:
        """Update some words, when they are others: every update is sent to the terminal."""
        if not words.is_same(self._said.get(place, Content())):
            self._said[place] = words
            self.query_one(place, Static).update(words, layout=is_growing)

    def _tick(self) -> None:
        """Repaint what time has changed, and what the feeds of other screens brought."""
        if self._shown != tuple(feed.status for _, feed in self._feeds.values()):
            self._show()
        for column, keys in self.rows.ticked(self._table.visible_keys).items():
            self._table.refresh_cells(keys, column)
        self._show_paces()
        self._ticks += 1
        if self._ticks % _COUNT_EVERY == 0:
            self._count()

    # Older batches

    def _fill_view(self) -> None:
        """Load on when all that is there does not fill the screen."""
        if not self.rows.is_filtered and len(self.rows) < self._table.page_rows:
            self._load_older()

    @on(RowTable.NearEnd)
    def _load_older(self) -> None:
        """Load on in each workspace by itself: one that is slow, or fails, holds up no other."""
        for entry, feed in self._feeds.values():
            if feed.can_load_older:
                self._fetch_older(entry, feed)

    @work(group="older", exit_on_error=False)
    async def _fetch_older(self, entry: WorkspaceEntry, feed: BatchFeed) -> None:
        self.post_message(self.Changed())  # what is under way; the feed of another screen does not tell this one
        try:
            await feed.load_older()
        except BatchtuiError as error:
            name = safe_line(entry.name)
            self.tell(f"Older batches of {name} could not be loaded. {explain(error)}", is_bad=True)
        self.post_message(self.Changed())

    # One batch, and the whole

    @on(RowTable.RowOpened)
    async def action_open(self) -> None:
        """Go to the batch: on the screen of its workspace where that is open, otherwise on a new one."""
        found = self.rows.find(self._table.cursor_key)
        if found is None:
            return
        member, batch = found
        screen = self._screens_below().get(member.entry.name)
        if screen is None:
            screen = self._make_screen(member.workspace)
            await self.app.push_screen(screen)
        else:
            while self.app.screen is not screen:
                self.app.pop_screen()
        screen.show_batch(batch.id)

    def _make_screen(self, workspace: Workspace) -> LiveBatches:
        from batchtui.ui.screens.batches_screen import BatchesScreen  # noqa: PLC0415  # which leads here

        return BatchesScreen(
            workspace,
            refresh_seconds=self.dashboard.options.refresh_seconds,
            is_low_bandwidth=self.dashboard.is_low_bandwidth,
        )

    def action_copy_id(self) -> None:
        """Copy the batch's id."""
        if (found := self.rows.find(self._table.cursor_key)) is not None:
            self.copy(found[1].id, found[1].id)

    def action_refresh(self) -> None:
        """Ask every server now."""
        for _, feed in self._feeds.values():
            feed.refresh_now()

    def action_pause(self) -> None:
        """Stop or go on asking."""
        self._is_paused = not self._is_paused
        for feed in self._own:
            feed.pause(is_paused=self._is_paused)
