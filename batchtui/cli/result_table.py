"""Results as a table for people: as wide as the terminal, or as wide as it takes where there is none."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from batchtui.results import LineFacts, preview_line
from batchtui.safe_text import safe_line

_TYPE_WIDTH = 9
_CAUSE_WIDTH = 21
_SHORT_CAUSE_WIDTH = 12
_TOKENS_WIDTH = 7
_LEAST_FOR_TOKENS = 60
_LEAST_FOR_CAUSE = 100
_LEAST_ID_WIDTH = 9
_LONGEST_ID_WIDTH = 40
_WIDEST = 500
"""No terminal is wider, whatever `COLUMNS` says; what is wider takes long to fill and nobody reads it."""


@dataclass(frozen=True, slots=True)
class ResultTable:
    """How wide the columns are; without a `width` nothing is cut."""

    id_width: int
    width: int | None = None

    @classmethod
    def for_rows(cls, rows: Sequence[LineFacts], width: int | None) -> ResultTable:
        """Return a table whose ids have room, judged by its first rows."""
        longest = max((cell_width(safe_line(facts.custom_id)) for facts in rows), default=0)
        most = _LONGEST_ID_WIDTH if width is None else max(width // 4, _LEAST_ID_WIDTH)
        return cls(min(max(longest, _LEAST_ID_WIDTH), most), width)

    def heading(self) -> str:
        """Return the line above the rows."""
        return self._join(("CUSTOM_ID", "TYPE", "CAUSE", "IN", "OUT", "FIRST WORDS"))

    def row(self, facts: LineFacts, line: bytes) -> str:
        """Return one result, safe to print."""
        counts = (f"{facts.input_tokens:,}", f"{facts.output_tokens:,}") if facts.type == "succeeded" else ("", "")
        words = safe_line(preview_line(line))
        return self._join((safe_line(facts.custom_id), safe_line(facts.type), safe_line(facts.cause), *counts, words))

    def _join(self, cells: Sequence[str]) -> str:
        custom_id, result_type, cause, tokens_in, tokens_out, words = cells
        is_wide = self.width is None or self.width >= _LEAST_FOR_CAUSE
        parts = [
            self._fit(custom_id, self.id_width),
            self._fit(result_type, _TYPE_WIDTH),
            self._fit(cause, _CAUSE_WIDTH if is_wide else _SHORT_CAUSE_WIDTH),
        ]
        if self.width is None or self.width >= _LEAST_FOR_TOKENS:
            parts += (f"{tokens_in:>{_TOKENS_WIDTH}}", f"{tokens_out:>{_TOKENS_WIDTH}}")
        line = " ".join((*parts, words)).rstrip()
        return line if self.width is None else cut(line, self.width)

    def _fit(self, text: str, width: int) -> str:
        shown = text if self.width is None else cut(text, width)
        return shown + " " * (width - cell_width(shown))


def table_width() -> int | None:
    """Return the terminal's columns, or None where the output goes elsewhere."""
    return min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None


def cut(text: str, width: int) -> str:
    """Return as much of a text as fits into `width` cells, with `…` where some is left out."""
    if cell_width(text) <= width:
        return text
    room = width - 1
    kept = []
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + "…" if width > 0 else ""


def cell_width(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
