"""What a table asks for the rows that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from batchtui.ui.widgets.row_layout import Cell


class RowSource(Protocol):
    """The rows of a table, in the order of display."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    def key(self, position: int) -> str:
        """Return the stable name of the row at this place."""

    def position(self, key: str) -> int | None:
        """Return where a row is shown, or None when it is not."""

    def cells(self, position: int) -> Sequence[Cell]:
        """Return what a row says, one part for each column, hidden ones included; safe text on one line."""


class NoRows:
    """The source of a table that was given none."""

    def __len__(self) -> int:
        return 0

    def key(self, position: int) -> str:
        """Raise IndexError: there is none."""
        raise IndexError(position)

    def position(self, key: str) -> int | None:  # noqa: ARG002  # there is none, whatever the key
        """Return None."""
        return None

    def cells(self, position: int) -> Sequence[Cell]:
        """Raise IndexError."""
        raise IndexError(position)
