"""One line under the filters: what the rows are narrowed to, what is searched for, and the keys for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that is on until esc takes it away: a safe text, and words about it that need no frame."""

    text: str
    state: str = ""
    hint: str = ""


class NarrowingLine(Widget):
    """Shows chips; without any it takes no line."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes="-absent")
        self._chips: tuple[Chip, ...] = ()

    def show(self, chips: Sequence[Chip]) -> None:
        """Show these, and no others."""
        if tuple(chips) != self._chips:
            self._chips = tuple(chips)
            self.set_class(not chips, "-absent")
            self.refresh()

    def render(self) -> Content:
        """Draw the fullest form that fits: hints give way first, then the ends of long texts."""
        room = max(self.content_size.width, 1)
        for has_hint in (True, False):
            drawn = self._draw(None, has_hint=has_hint)
            if drawn.cell_length <= room:
                return drawn
        states = sum(len(chip.state) + len(_GAP) + 3 for chip in self._chips)
        longest = max((room - states) // max(len(self._chips), 1), 8)
        return self._draw(longest, has_hint=False).truncate(room, ellipsis=True)

    def _draw(self, longest: int | None, *, has_hint: bool) -> Content:
        parts = []
        for chip in self._chips:
            text = Content(chip.text)
            text = text if longest is None else text.truncate(longest, ellipsis=True)
            parts.append(Content.assemble(Content.assemble(" ", text, " ").stylize("bold reverse"), " ", chip.state))
        hint = self._chips[-1].hint if self._chips and has_hint else ""
        return Content.assemble(Content(_GAP).join(parts), _GAP if hint else "", (hint, "$foreground-muted"))
