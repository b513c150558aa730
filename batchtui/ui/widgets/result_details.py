"""One result in a pane beside or below the table: its outcome on a line, then what there is to read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.result_sections import Section, result_sections, shorten_sections
from batchtui.ui.widgets.result_status import explain
from batchtui.ui.widgets.result_words import CUT_SHORT, outcome_of
from batchtui.ui.widgets.section_view import SectionView
from batchtui.workspace import ResultDetail, SearchQuery

LARGEST_INLINE = 200_000
"""Bytes of a line that are read and laid out between two key presses; a longer one is opened by enter."""


def describe_result(custom_id: str, result_type: str, cause: str) -> Content:
    """Return a result as one line: sign, word and `custom_id`; and why its answer is not whole."""
    outcome = outcome_of(result_type)
    said = (f"{outcome.glyph} {outcome.word}", f"bold {outcome.style}")
    cut = (f"  {safe_line(cause)}", "$text-warning") if result_type == "succeeded" and cause in CUT_SHORT else ""
    return Content.assemble(said, "  ", (safe_line(custom_id) or "(no custom_id)", "bold"), cut)


class ResultTitle(Widget):
    """One line: which result it is, and at the right its place among the others."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._left = Content("")
        self._right = ""

    def show(self, left: Content, right: str = "") -> None:
        """Show another result."""
        self._left, self._right = left, right
        self.refresh()

    def render(self) -> Content:
        """Draw both ends; the left one is cut first."""
        right = Content.styled(self._right, "$foreground-muted")
        room = max(self.content_size.width - right.cell_length - 1, 0)
        left = self._left.truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (room - left.cell_length + 1), right)


class ResultDetails(Vertical):
    """The pane; it scrolls with the keys of every view when it has the focus."""

    def compose(self) -> ComposeResult:
        """Lay out the line above the text."""
        yield ResultTitle(id="details-title")
        yield SectionView(id="details-text")

    def show_places_of(self, query: SearchQuery | None) -> None:
        """Show where a query stands in the text."""
        self.query_one(SectionView).show_places_of(query)

    def show_nothing(self) -> None:
        """Show that there is no row."""
        self._show(Content(""), ())

    def show_detail(self, detail: ResultDetail) -> None:
        """Show a result."""
        title = describe_result(detail.custom_id, detail.type, detail.error_type or detail.stop_reason)
        self._show(title, shorten_sections(result_sections(detail)))

    def show_words(self, title: Content, words: str) -> None:
        """Show a sentence in place of a result that is not read here."""
        self._show(title, (Section("facts", "", words),))

    def show_error(self, title: Content, error: BatchtuiError) -> None:
        """Show why a result cannot be read back."""
        self._show(title, (Section("error", "", explain(error)),))

    def _show(self, title: Content, sections: tuple[Section, ...]) -> None:
        self.query_one(ResultTitle).show(title)
        self.query_one(SectionView).show(sections)
