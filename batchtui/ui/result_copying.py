"""A result on the clipboard, by the terminal's own sequence, which nothing confirms."""

from __future__ import annotations

from batchtui.errors import SpoolError
from batchtui.formatting import format_bytes, format_count
from batchtui.safe_text import safe_line
from batchtui.ui.clipboard import LARGEST_COPY
from batchtui.ui.screens.base import BaseScreen
from batchtui.workspace import ResultsStore


def copy_id(screen: BaseScreen, store: ResultsStore, row: int) -> None:
    """Copy a `custom_id`; one with control characters is copied as it is shown, because a shell would run them."""
    name = safe_line(store.index.custom_id(row))
    if not name:
        screen.tell("This line has no custom_id.")
        return
    screen.copy(name, name)


def copy_line(screen: BaseScreen, store: ResultsStore, row: int) -> None:
    """Copy a result line as it came, unless it is longer than terminals take."""
    length = store.index.lengths[row]
    if length > LARGEST_COPY:
        screen.tell(f"{format_bytes(length)} is more than terminals copy; mark it with space and export it as jsonl.")
        return
    try:
        line = store.line(row)
    except SpoolError as error:
        screen.tell_error(error)
        return
    screen.copy(line.decode("utf-8", "replace"), f"JSON of {format_count(length)} bytes")
