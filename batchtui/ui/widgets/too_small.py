"""The sentence that takes a screen's place in a terminal that cannot hold it."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

MIN_WIDTH = 40
MIN_HEIGHT = 10


class TooSmall(Widget):
    """Says how large the terminal must be and how large it is; shown by the styles when it is smaller."""

    def render(self) -> Content:
        """Draw the sentence."""
        width, height = self.app.size
        size = f"This terminal is too small: {width} by {height}."
        return Content(f"{size}\nbatchtui needs {MIN_WIDTH} by {MIN_HEIGHT}. Enlarge it, or q.")
