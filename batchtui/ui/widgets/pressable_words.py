"""Words that can be clicked on, each in a colour that means something."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


class PressableWords(Widget):
    """Keeps the colours of what it draws; Textual would give everything that can be clicked on the colour of links."""

    @property
    def link_style(self) -> Style:
        """Nothing: what is drawn stays as it is."""
        return Style()
