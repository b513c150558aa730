"""The rows of the list of workspaces, and what the last test of each key said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from textual.content import Content

from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.row_table import Column
from batchtui.ui.workspace_words import colour_style, format_host, list_badges, shorten
from batchtui.workspace import KeyCheck, Workspace, WorkspaceEntry

Outcome = KeyCheck | BatchtuiError | Literal["asking"]
"""What is known of a key since this list was opened."""

WORKSPACE_COLUMNS = (
    Column("name", "workspace", 16, is_sortable=False),
    Column("badges", "", 17, is_sortable=False, min_screen_width=60),
    Column("server", "server", 22, is_sortable=False, min_screen_width=110),
    Column("key", "key from", 21, is_sortable=False, min_screen_width=76),
    Column("owner", "belongs to", 0, is_sortable=False),
)


class WorkspaceRows:
    """What `RowTable` shows of the workspaces; a row's key is the workspace's name."""

    def __init__(self, current: Workspace | None) -> None:
        self.entries: Sequence[WorkspaceEntry] = ()
        self.outcomes: dict[str, Outcome] = {}
        self._current = current

    def __len__(self) -> int:
        return len(self.entries)

    def key(self, position: int) -> str:
        """Return the name of the workspace in this row."""
        return self.entries[position].name

    def position(self, key: str) -> int | None:
        """Return the row of this workspace, or None when it is gone."""
        return next((place for place, entry in enumerate(self.entries) if entry.name == key), None)

    def entry(self, name: str | None) -> WorkspaceEntry | None:
        """Return a workspace by its name."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def cells(self, position: int) -> list[Content]:
        """Return what a row says, one part for each column."""
        entry = self.entries[position]
        return [_PAINTERS[column.key](self, entry) for column in WORKSPACE_COLUMNS]

    def is_current(self, entry: WorkspaceEntry) -> bool:
        """Whether this is the workspace whose batches are open."""
        return self._current is not None and entry.name == self._current.name


def _shorten_source(entry: WorkspaceEntry) -> str:
    words, _, _ = entry.key_source.partition(" (")
    return safe_line(words.replace("environment variable", "env"))


def _draw_owner(rows: WorkspaceRows, entry: WorkspaceEntry) -> Content:
    outcome = rows.outcomes.get(entry.name)
    if outcome == "asking":
        return Content.styled("asking…", "$foreground-muted")
    if isinstance(outcome, BatchtuiError):
        return Content.styled(f"✗ {safe_line(outcome.title)}", "$text-error")
    owner = shorten(entry.seen_workspace_id or entry.seen_organization_id or "", 34)
    if outcome is None:
        return Content.styled(owner or "not known yet", "$foreground-muted")
    if outcome.changed_from is not None:
        return Content.styled(f"! {owner}", "bold $text-warning")
    return Content.styled(f"✓ {owner or 'works'}", "$text-success")


_PAINTERS: Mapping[str, Callable[[WorkspaceRows, WorkspaceEntry], Content]] = {
    "name": lambda _rows, entry: Content.styled(safe_line(entry.name), f"bold {colour_style(entry.colour)}".strip()),
    "badges": lambda rows, entry: Content(", ".join(list_badges(entry, is_current=rows.is_current(entry)))),
    "server": lambda _rows, entry: Content(format_host(entry.base_url)),
    "key": lambda _rows, entry: Content(_shorten_source(entry)),
    "owner": _draw_owner,
}
