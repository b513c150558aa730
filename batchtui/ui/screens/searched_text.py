"""A screen with one text in which something can be searched for."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from batchtui.errors import UsageError
from batchtui.formatting import format_count
from batchtui.ui.commands import Command
from batchtui.ui.screens.base import LEAVING, BaseScreen
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.narrowing_line import Chip, NarrowingLine
from batchtui.ui.widgets.narrowing_words import name_query
from batchtui.ui.widgets.section_view import SectionView
from batchtui.workspace import SearchQuery


class SearchedText(BaseScreen):
    """Searches its one `SectionView`, also when that shows another text later, until esc ends the search."""

    COMMANDS: ClassVar[tuple[Command, ...]] = LEAVING

    _query: SearchQuery | None = None

    def compose_search(self) -> ComposeResult:
        """Lay out the line to type into, and the one that says what is searched for."""
        yield FindLine("Search this text: words or /expression/; enter begins, esc closes")
        yield NarrowingLine()

    @property
    def lasting_query(self) -> SearchQuery | None:
        """What is shown in the text while nothing is searched for here."""
        return None

    def action_search(self) -> None:
        """Ask what to search for."""
        self.query_one(NarrowingLine).show(())  # they share a line
        self.query_one(FindLine).open()

    @on(FindLine.Submitted)
    def _begin_search(self, event: FindLine.Submitted) -> None:
        try:
            query = SearchQuery.parse(event.value) if event.value else None
        except UsageError as error:
            self.tell_error(error)
            return
        if query is not None:
            self.hold_keys()
        self._search_for(query)
        self._close_find()

    @property
    def shown_query(self) -> SearchQuery | None:
        """What is shown in the text."""
        return self._query or self.lasting_query

    def _search_for(self, query: SearchQuery | None) -> None:
        self._query = query
        self.query_one(SectionView).show_places_of(self.shown_query)

    def _close_find(self) -> None:
        self.query_one(FindLine).close()
        self.query_one(SectionView).focus()
        self.show_places()

    @on(SectionView.PlacesShown)
    def _take_places(self) -> None:
        self.release_keys()
        self.show_places()

    def show_places(self) -> None:
        """Say what is searched for here, and at which of the lines with it one is."""
        is_shown = self._query is not None and not self.query_one(FindLine).is_open
        self.query_one(NarrowingLine).show((self._chip(self._query),) if self._query and is_shown else ())

    def _chip(self, query: SearchQuery) -> Chip:
        view = self.query_one(SectionView)
        place, count = view.place_and_count
        if not view.knows_places or not count:
            return Chip(
                name_query(query), "no match here" if view.knows_places else "searching…", "esc ends the search"
            )
        of = f"{format_count(count)} {'line' if count == 1 else 'lines'}"
        return Chip(name_query(query), f"{format_count(place)} of {of}" if place else of, "n N next, before · esc ends")

    def step_match(self, steps: int) -> bool:
        """Go to the next place, or for -1 to the one before, of what is searched for here; return whether it is."""
        if self._query is None:
            return False
        view = self.query_one(SectionView)
        if view.knows_places and not view.step_place(steps):
            _, count = view.place_and_count
            last = "This is the last match here." if steps > 0 else "This is the first match here."
            self.tell(last if count else "Nothing here matches.")
        return True

    async def action_back(self) -> None:
        """Close the search line, then end the search, then go back."""
        if self.query_one(FindLine).is_open:
            self._close_find()
        elif self._query is not None:
            self._search_for(None)
            self.show_places()
        else:
            await super().action_back()
