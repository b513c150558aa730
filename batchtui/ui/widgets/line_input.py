"""A field of one line."""

from __future__ import annotations

from textual.widgets import Input


class LineInput(Input):
    """A compact field whose cursor does not blink: blinking costs 2 KB a second over SSH."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002  # Textual's name
        classes: str | None = None,
        select_on_focus: bool = False,
    ) -> None:
        super().__init__(value, placeholder, id=id, classes=classes, compact=True, select_on_focus=select_on_focus)
        self.cursor_blink = False
