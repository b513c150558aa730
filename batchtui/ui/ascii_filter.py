"""Everything that is drawn, in ASCII: for terminals without Unicode."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from batchtui.ui.glyphs import to_ascii


@lru_cache(maxsize=4096)
def fit_ascii(text: str) -> str:
    """Return a text in ASCII, of the very width that Textual counts with, which knows more of emoji."""
    plain, width = to_ascii(text), cell_len(text)
    return plain if len(plain) == width else plain[:width].ljust(width)


class AsciiFilter(LineFilter):
    """Replaces each sign of a line, whoever drew it: our widgets, Textual's, borders and scrollbars."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's
        """Return the same pieces in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(fit_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]
