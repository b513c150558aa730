"""Marks, and the cursor, on results that a new download has not brought again so far."""

from __future__ import annotations

from collections.abc import Iterable

from batchtui.workspace import ResultsIndex


class AwaitedResults:
    """Remembers `custom_id`s whose rows are wanted, and finds them among those that come; each row is looked at once.

    The cursor waits for its result only as long as nobody moves it from where it was put instead.
    """

    def __init__(self) -> None:
        self._marked: set[str] = set()
        self._under_cursor: str | None = None
        self._stand_in: str | None = None
        self._looked_at = 0

    def begin(self, marked: Iterable[str], under_cursor: str | None, *, moved_from: str | None, to: str | None) -> None:
        """Wait, in another download, for these marks and the earlier ones, and for what was under the cursor, if lost.

        The cursor's key was `moved_from`, and is now that of its place in the new rows.
        """
        is_waiting = self._under_cursor is not None and moved_from == self._stand_in
        self._marked.update(marked)
        self._under_cursor = self._under_cursor if is_waiting else under_cursor
        self._stand_in = to
        self._looked_at = 0

    def look(self, index: ResultsIndex, cursor: str | None) -> tuple[set[str], str | None]:
        """Return the keys of awaited marks that have come, and of the result for the cursor, which has this key now."""
        if cursor != self._stand_in:
            self._under_cursor = None
        wanted = self._marked | {name for name in (self._under_cursor,) if name is not None}
        if not wanted:
            return set(), None
        end = len(index)
        found = {name: str(row) for name, row in index.rows_of(wanted, first=self._looked_at).items()}
        self._looked_at = end
        marks = {found[name] for name in self._marked & found.keys()}
        self._marked -= found.keys()
        place = found.get(self._under_cursor) if self._under_cursor is not None else None
        if place is not None:
            self._under_cursor = None
        return marks, place
