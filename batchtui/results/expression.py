r"""A person's regular expression, which may take only so long.

The package `regex` reads what Python's `re` reads. It lets other threads run meanwhile and takes a limit of time, so
that `(a|aa)+$` cannot stop the screen; where case does not count it is ten times as fast.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from batchtui.errors import UsageError

EXPRESSION_SECONDS = 1.0
"""How long one text is searched; usual ones take microseconds."""

_DRAWING_SECONDS = 0.05
"""How long places to highlight are looked for: somebody waits for the screen."""

_TOO_SLOW = "What repeats in more than one way, as in (a|aa)+, can take for ever: write it otherwise."


class Expression:
    """Finds an expression in texts; raises `UsageError` where it is none."""

    def __init__(self, source: str, *, ignores_case: bool) -> None:
        import regex  # noqa: PLC0415  # takes 20 ms, and few search by expression

        self._is_slow = False
        flags = regex.MULTILINE | (regex.IGNORECASE if ignores_case else 0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about what a later version will read otherwise
                self._pattern = regex.compile(source, flags)
        except (regex.error, ValueError, RecursionError, OverflowError) as error:  # some flags exclude each other
            words, _, place = str(error).partition(" at position ")
            raise UsageError(
                f"{words} at character {int(place) + 1}" if place.isdecimal() else words or "it is too large",
                title="That is no regular expression",
                hint="Leave out the slashes to search for it as text.",
            ) from None

    def is_in(self, text: str) -> bool:
        """Return whether a text matches; raise `UsageError` where that takes too long to be known."""
        try:
            return self._pattern.search(text, timeout=EXPRESSION_SECONDS, concurrent=True) is not None
        except (TimeoutError, MemoryError):
            self._is_slow = True
        raise UsageError(
            f"one text of {len(text):,} characters alone took more than a second, or too much memory",
            title="That expression takes too long",
            hint=_TOO_SLOW,
        )

    def iter_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands in a text, as far as that is found at once; nothing more once it was too slow."""
        if self._is_slow:
            return
        try:
            for match in self._pattern.finditer(text, timeout=_DRAWING_SECONDS):
                yield match.span()
        except (TimeoutError, MemoryError):
            self._is_slow = True
