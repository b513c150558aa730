"""Results narrowed to one cause or to what a search found, while more of them still come."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.message import Message

from batchtui.errors import UsageError
from batchtui.models import MessageBatch
from batchtui.ui.commands import Command
from batchtui.ui.results_feed import ResultsStatus
from batchtui.ui.results_inquiries import SearchInquiry, TriageInquiry
from batchtui.ui.screens.live_results import LiveResults
from batchtui.ui.screens.numbers_screen import NumbersScreen
from batchtui.ui.screens.results_commands import GOING_BACK
from batchtui.ui.screens.triage_screen import TriageScreen
from batchtui.ui.widgets.filter_tabs import FilterTabs
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.narrowing_line import Chip, NarrowingLine
from batchtui.ui.widgets.narrowing_words import describe_search, explain_no_match, group_chip
from batchtui.ui.widgets.result_matches import ShownMatches
from batchtui.ui.widgets.result_narrowing import MATCHING, Narrowing
from batchtui.ui.widgets.result_rows import ALL
from batchtui.ui.widgets.row_table import RowTable
from batchtui.ui.widgets.triage_rows import name_cause
from batchtui.workspace import SearchQuery, Workspace


class NarrowedResults(LiveResults):
    """Keeps the causes and the matches up to date, and shows only those results when asked to."""

    COMMANDS: ClassVar[tuple[Command, ...]] = GOING_BACK

    class Found(Message):
        """More is known of the causes, or of the matches."""

        def can_replace(self, message: Message) -> bool:
            """One look does for all that wait."""
            return isinstance(message, NarrowedResults.Found)

    def __init__(self, workspace: Workspace, batch: MessageBatch | None = None) -> None:
        super().__init__(workspace, batch)
        self._triage: TriageInquiry | None = None
        self._group_key: str | None = None
        self._group_name = ""
        self._search: SearchInquiry | None = None
        self._shows_matches = False
        self._jump_from: str | None = None

    def _take_batch(self, batch: MessageBatch) -> None:
        super()._take_batch(batch)
        self._matches = ShownMatches(self._rows)

    async def on_unmount(self) -> None:
        """Let no thread look on."""
        for inquiry in (self._triage, self._search):
            if inquiry is not None:
                inquiry.stop()

    def _store_taken(self) -> None:
        """Begin again in another store: its rows have other numbers."""
        store = self._feed.store
        if self._triage is not None:
            self._triage.stop()
            self._triage = TriageInquiry(store)
        if self._search is not None:
            self._search.stop()
            self._search = SearchInquiry(store, self._search.query)
        self._matches = ShownMatches(self._rows)
        self._narrow()

    def _show_status(self, status: ResultsStatus) -> None:
        super()._show_status(status)
        self._look_on()
        self._show_found()

    def _look_on(self) -> None:
        """Look at what has come since."""
        for inquiry in (self._triage, self._search):
            if inquiry is not None and not inquiry.is_caught_up and not inquiry.is_stopped:
                self.run_worker(inquiry.catch_up(self._tell_found), group="look", exit_on_error=True)

    def _tell_found(self) -> None:
        self.post_message(self.Found())

    @on(Found)
    def _take_found(self) -> None:
        if self._rows.narrowings:
            self._show_rows()
            self._show_notice()
            if not self._rows.is_sorted_through:
                self._sort_newcomers(is_last=not self._feed.status.is_loading)
        self._go_to_first_match()
        if self._jump_from is None or not self._is_searching:
            self.release_keys()
        self._show_found()
        self._look_on()

    def _show_found(self) -> None:
        """Say what the rows are narrowed to, and how far a search is."""
        for screen in self.app.screen_stack:
            has_widgets = screen.is_mounted and screen.is_running  # neither when it comes nor when the program ends
            if isinstance(screen, TriageScreen | NumbersScreen) and has_widgets:
                screen.show_status(self._feed.status)
        chips = [chip for chip in (self._group_chip(), self._search_chip()) if chip is not None]
        self.query_one(NarrowingLine).show(() if self._find.is_open else chips)  # they share a line

    @on(RowTable.CursorMoved)
    def _count_to_cursor(self) -> None:
        if self._search is not None:
            self._show_found()

    def _narrow(self) -> None:
        """Show the rows that are asked for."""
        key, search = self._group_key, self._search
        narrowings = []
        if key is not None:
            narrowings.append(Narrowing(self._group_name, lambda: self._triage.rows(key) if self._triage else ()))
        if search is not None and self._shows_matches:
            narrowings.append(Narrowing(MATCHING, lambda: search.rows))
        self._rows.narrow_to(*narrowings)

    def _show_narrowed(self) -> None:
        self._reshow(self._narrow)
        self.query_one(FilterTabs).show_counts(self._rows.counts())
        self._show_found()

    # Causes

    def action_triage(self) -> None:
        """Group the failures by their cause."""
        if self._triage is None:
            self._triage = TriageInquiry(self._feed.store)
        screen = TriageScreen(
            self.workspace, self._batch, self._inquiry, lambda: self._feed.session, self._show_group, at=self._group_key
        )
        self.app.push_screen(screen)
        screen.call_after_refresh(self._show_found)
        self._look_on()

    def _inquiry(self) -> TriageInquiry:
        return self._triage or TriageInquiry(self._feed.store)

    def _show_group(self, key: str) -> None:
        """Narrow the rows to one cause."""
        self._group_key = key
        group = self._inquiry().group(key)
        self._group_name = name_cause(group)[1] if group else ""
        self.query_one(FilterTabs).chosen = ALL
        self._rows.filter_by(ALL)
        self._show_narrowed()
        self._table.move_cursor(position=0)

    def _group_chip(self) -> Chip | None:
        group = self._triage.group(self._group_key) if self._triage and self._group_key else None
        return None if group is None else group_chip(group)

    def action_numbers(self) -> None:
        """Show tokens, stop reasons, models and cost."""
        screen = NumbersScreen(self.workspace, self._batch, lambda: self._feed.store, self._feed.status)
        self.app.push_screen(screen)

    # Search

    def action_search(self) -> None:
        """Ask what to search for."""
        self._find.open()
        self._show_found()

    @property
    def _find(self) -> FindLine:
        return self.query_one(FindLine)

    @on(FindLine.Submitted)
    def _begin_search(self, event: FindLine.Submitted) -> None:
        if not event.value:
            self._close_find()
            self._end_search()
            return
        try:
            query = SearchQuery.parse(event.value)
        except UsageError as error:
            self.tell_error(error)
            return
        self._close_find()
        self._search_for(query)

    def _close_find(self) -> None:
        self._find.close()
        self._table.focus()
        self._show_found()

    def _search_for(self, query: SearchQuery) -> None:
        self._end_search()
        self._search = SearchInquiry(self._feed.store, query)
        self._matches.search = self._search
        self._jump_from = self._table.cursor_key
        self.hold_keys()
        self._show_places(query)
        self._show_found()
        self._look_on()

    def _end_search(self) -> None:
        if self._search is None:
            return
        self._search.stop()
        self._search = self._matches.search = None
        self._jump_from = None
        self.release_keys()
        self._show_places(None)
        if self._shows_matches:
            self._shows_matches = False
            self._show_narrowed()
        self._show_found()

    def _show_places(self, query: SearchQuery | None) -> None:
        self._rows.show_places_of(query)
        self._details.show_places_of(query)
        self._table.refresh()

    def _go_to_first_match(self) -> None:
        """Go to the first match after the row where the search began, unless the cursor has been moved since."""
        if self._jump_from is None or self._search is None:
            return
        if self._jump_from != self._table.cursor_key:
            self._jump_from = None
        elif (place := self._matches.at_or_after(self._table.cursor_position)) is not None:
            is_certain = place >= self._table.cursor_position or self._search.is_caught_up
            if is_certain:
                self._jump_from = None
                self._table.move_cursor(position=place)

    def action_match(self, steps: int) -> None:
        """Go to the next match, or the one before."""
        if self._search is None:
            self.tell("Nothing is searched for: / begins.")
            return
        place = self._matches.step(self._table.cursor_position, steps)
        if place is None:
            is_certain = not self._is_searching and not self._feed.status.is_loading
            self.tell(explain_no_match(self._search) if is_certain else "There is no match so far.")
        else:
            self._jump_from = None
            self._table.move_cursor(position=place)

    def action_only_matches(self) -> None:
        """Show only the matches, or all results again."""
        if self._search is None:
            self.tell("Nothing is searched for: / begins.")
            return
        self._shows_matches = not self._shows_matches
        self._show_narrowed()

    @property
    def _is_searching(self) -> bool:
        search = self._search
        return search is not None and not search.is_stopped and not search.is_caught_up

    def _search_chip(self) -> Chip | None:
        if self._search is None:
            return None
        count = self._matches.count()
        rank = self._matches.rank(self._table.cursor_position)
        is_whole = not self._feed.status.is_loading
        return describe_search(self._search, rank, count, is_alone=self._shows_matches, is_whole=is_whole)

    # The way back

    def _step_back(self) -> bool:
        """Close the search line, stop or end the search, or go back to the causes; return whether there was one."""
        if self._find.is_open:
            self._close_find()
        elif self._search is not None and self._is_searching:
            self._search.stop()
            self._show_found()
        elif self._search is not None:
            self._end_search()
        elif self._group_key is not None:
            self.action_triage()
            self._group_key = None
            self._show_narrowed()
        else:
            return False
        return True
