"""The filters of a table on one line, each with its number key and how many rows it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style

from batchtui.formatting import format_count
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.pressable_words import PressableWords

_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: `value` is what messages carry, `word` what people read, `short` the same where room is scarce."""

    value: str
    word: str
    short: str = ""
    style: str = ""


class FilterTabs(PressableWords):
    """Shows which filter is on and what the others hold; number keys belong to the screen, clicks are handled here.

    Words give way as the line gets narrower: first the whole words, then the short ones, then everything but the
    chosen filter's.
    """

    ALLOW_SELECT = False

    chosen: reactive[str] = reactive("")

    @dataclass
    class Chosen(Message):
        """A filter was clicked."""

        filter_tabs: FilterTabs
        value: str

        @property
        def control(self) -> FilterTabs:
            """The widget, for selectors of `@on`."""
            return self.filter_tabs

    def __init__(self, filters: Sequence[Filter], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._filters = tuple(filters)
        self._counts: dict[str, int] = {}
        self.set_reactive(FilterTabs.chosen, self._filters[0].value)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many rows each filter holds; one without a count shows none."""
        if dict(counts) != self._counts:
            self._counts = dict(counts)
            self.refresh()

    def value_at(self, number: int) -> str | None:
        """Return the filter that a number key, from 1, stands for."""
        return self._filters[number - 1].value if 0 < number <= len(self._filters) else None

    def action_choose(self, position: int) -> None:
        """Choose by the mouse."""
        self.post_message(self.Chosen(self, self._filters[position].value))

    def render(self) -> Content:
        """Draw the fullest form that fits."""
        forms = (
            [self._words(item, item.word) for item in self._filters],
            [self._words(item, item.short or item.word) for item in self._filters],
            [self._words(item, item.word if item.value == self.chosen else "") for item in self._filters],
            [self._words(item, "") for item in self._filters],
        )
        room = max(self.size.width, 1)
        fitting = (words for words in forms if sum(len(word) + 2 for word in words) <= room)
        words = next(fitting, forms[-1])
        return Content("").join(self._draw(position, word) for position, word in enumerate(words))

    def _words(self, item: Filter, word: str) -> str:
        count = self._counts.get(item.value)
        number = "" if count is None else format_count(count)
        parts = (str(self._filters.index(item) + 1), safe_line(word), number)
        return _NO_BREAK.join(part for part in parts if part)

    def _draw(self, position: int, word: str) -> Content:
        item = self._filters[position]
        is_chosen = item.value == self.chosen
        has_rows = self._counts.get(item.value, 1) > 0
        look = "bold reverse" if is_chosen else (item.style if has_rows else "$foreground-muted")
        return Content.styled(f"{_NO_BREAK}{word}{_NO_BREAK}", look).stylize(
            Style.from_meta({"@click": f"choose({position})"})
        )
