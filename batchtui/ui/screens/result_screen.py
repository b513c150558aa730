"""One result in full; the next and the previous one without going back."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult

from batchtui.background import in_background
from batchtui.errors import SpoolError
from batchtui.formatting import format_bytes, format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command, bindings
from batchtui.ui.result_copying import copy_id, copy_line
from batchtui.ui.screens.base import WITHIN_A_WORKSPACE, WORKSPACES
from batchtui.ui.screens.reading_screen import SCROLLING
from batchtui.ui.screens.searched_text import SearchedText
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.result_details import LARGEST_INLINE, ResultTitle, describe_result
from batchtui.ui.widgets.result_matches import ShownMatches
from batchtui.ui.widgets.result_rows import ResultRows
from batchtui.ui.widgets.result_sections import Section, raw_section, result_sections
from batchtui.ui.widgets.result_status import explain
from batchtui.ui.widgets.section_view import SectionView
from batchtui.ui.widgets.status_header import StatusHeader
from batchtui.workspace import ResultDetail, ResultsStore, SearchQuery, Workspace

READING = (
    Command("right", "step(1)", "Next", "The next result of the table", "Result", "→", in_footer=True),
    Command("left,p", "step(-1)", "Previous", "The result before", "Result", "← p", in_footer=True),
    Command("n", "match(1)", "Next match", "The next match; without a search, the next result", "Result"),
    Command("N", "match(-1)", "Match before", "The match before; without a search, the result before", "Result"),
    Command("slash", "search", "Search", "Search this result: words or /expression/", "Result", in_footer=True),
    Command("J,v", "toggle_json", "JSON", "The line as JSON, or as text again", "Result", in_footer=True),
    Command("z", "fold_all", "Fold all", "Fold all JSON, or open it again", "Result"),
    Command("y", "copy_id", "Copy id", "Copy the custom_id", "Result"),
    Command("Y", "copy_json", "Copy JSON", "Copy the result line as JSON", "Result"),
)

FOLDING = (
    Command("enter,space", "fold", "Fold", "In JSON: fold what begins here, or open it", "Result", in_palette=False),
)
"""The view has these keys itself."""


GOING_BACK = (
    Command("escape", "back", "Undo, back", "End the search; back to the table", "Everywhere", "esc", in_palette=False),
    *(command for command in WITHIN_A_WORKSPACE if command.keys != "escape"),
)


class ResultScreen(SearchedText):
    """Shows everything about one result; `follow` hears which one it is, so that the table's cursor can go along.

    `rows` and `matches` are asked again each time, because rows may still come. Where they have become those of
    another download, this result is found again among them, or else read on where it is.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (*READING, *FOLDING, *SCROLLING, *GOING_BACK)
    BINDINGS = bindings((*READING, WORKSPACES))
    AUTO_FOCUS = "SectionView"
    workspace: Workspace

    def __init__(
        self,
        workspace: Workspace,
        batch: MessageBatch,
        rows: Callable[[], ResultRows],
        key: str,
        follow: Callable[[str], None],
        *,
        matches: Callable[[], ShownMatches],
    ) -> None:
        super().__init__()
        self.title = "Result"
        self.workspace = workspace
        self._batch = batch
        self._newest_rows = rows
        self._read_rows = rows()
        self._key = key
        self._follow = follow
        self._matches = matches
        self._is_raw = False

    def compose(self) -> ComposeResult:
        """Lay out which result it is above its text."""
        yield StatusHeader(self.workspace, subject=safe_line(self._batch.id))
        yield ResultTitle(id="result-title")
        yield from self.compose_search()
        yield SectionView(can_fold=True, id="result-text")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the result."""
        self.query_one(SectionView).show_places_of(self.lasting_query)
        self._show_result()

    @property
    def lasting_query(self) -> SearchQuery | None:
        """What is searched for among all results."""
        return self._newest_rows().query

    def action_step(self, steps: int) -> None:
        """Go on by so many results of the table, in its filter and its order."""
        rows = self._rows()
        position = rows.nearest(self._key) + steps
        if not 0 <= position < len(rows):
            self.tell("This is the last result." if steps > 0 else "This is the first result.")
            return
        self._go_to(position)

    def action_match(self, steps: int) -> None:
        """Go to the next place that matches, in this result or, of a search among all, in the next one that has any."""
        if self.step_match(steps):
            return
        rows, matches = self._rows(), self._matches()
        if matches.search is None or rows is not self._newest_rows():
            self.action_step(steps)
        elif not self.query_one(SectionView).step_place(steps):
            place = matches.step(rows.nearest(self._key), steps)
            if place is None:
                self.tell("There is no other match.")
            else:
                self._go_to(place, steps)

    def _go_to(self, position: int, place: int = 1) -> None:
        """Read another result, from its first or from its last place that matches."""
        rows = self._rows()
        self._key = rows.key(position)
        if rows is self._newest_rows():
            self._follow(self._key)
        if self.shown_query is not None:
            self.hold_keys()
        self._show_result(place)
        self.show_places()

    def action_fold_all(self) -> None:
        """Fold all JSON, or open it again."""
        self.query_one(SectionView).action_fold_all()

    def action_toggle_json(self) -> None:
        """Show the line as JSON, or as what it means."""
        self._is_raw = not self._is_raw
        self._show_result()

    def action_copy_id(self) -> None:
        """Copy the `custom_id`."""
        copy_id(self, self._rows().store, self._row)

    def action_copy_json(self) -> None:
        """Copy the result line."""
        copy_line(self, self._rows().store, self._row)

    def _rows(self) -> ResultRows:
        """Return the table's rows, or those of an earlier download while this result is not among the newer ones."""
        newest = self._newest_rows()
        if newest is not self._read_rows and (found := self._read_rows.translate({self._key}, newest)):
            self._key, self._read_rows = found[self._key], newest
        return self._read_rows

    @property
    def _row(self) -> int:
        return self._rows().row(self._key)

    def _show_result(self, place: int = 1) -> None:
        rows, row = self._rows(), self._row
        index, length = rows.store.index, rows.store.index.lengths[row]
        title = describe_result(index.custom_id(row), index.type_of(row), index.cause_of(row))
        self.query_one(ResultTitle).show(title, self._describe_place(rows))
        if length <= LARGEST_INLINE:
            self._show_sections(_read(rows.store, row, is_raw=self._is_raw), place)
        else:
            interim = Section("facts", "", f"Reading {format_bytes(length)}…")
            self.query_one(SectionView).show((interim,), place=place, is_interim=True)
            self.run_worker(self._show_long(rows.store, row, place), group="read", exclusive=True)

    async def _show_long(self, store: ResultsStore, row: int, place: int) -> None:
        sections = await in_background(_read, store, row, is_raw=self._is_raw)
        if row == self._row:
            self._show_sections(sections, place)

    def _show_sections(self, sections: tuple[Section, ...], place: int) -> None:
        self.query_one(SectionView).show(sections, place=place)

    def _describe_place(self, rows: ResultRows) -> str:
        position = rows.position(self._key)
        of = " ".join([f"of {format_count(len(rows))}", *rows.names])
        return of if position is None else f"{format_count(position + 1)} {of}"


def _read(store: ResultsStore, row: int, *, is_raw: bool) -> tuple[Section, ...]:
    """Return a result's text, or why it cannot be read back."""
    try:
        detail: ResultDetail = store.detail(row)
    except SpoolError as error:
        return (Section("error", "", explain(error)),)
    return raw_section(detail) if is_raw else result_sections(detail)
