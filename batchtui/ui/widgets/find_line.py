"""One line to type into what is looked for; it is there only while somebody wants it."""

from __future__ import annotations

from batchtui.ui.widgets.line_input import LineInput


class FindLine(LineInput):
    """A field without a frame; `open` shows it, `close` takes it away."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, classes="-absent", select_on_focus=True)

    @property
    def is_open(self) -> bool:
        """Whether it is there."""
        return not self.has_class("-absent")

    def open(self) -> None:
        """Show it and let keys go there."""
        self.remove_class("-absent")
        self.focus()

    def close(self) -> None:
        """Take it away."""
        self.add_class("-absent")
