"""The rows of all workspaces together: which batches, in which order, and what each cell says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.batch_feed import FeedStatus
from batchtui.ui.widgets.batch_rows import ASCENDING_FIRST, SORT_KEYS, TESTS, draw_cell, is_matching, ticking_words
from batchtui.ui.widgets.batch_words import PROCESSING_SOON
from batchtui.ui.widgets.row_table import Column, Sorting
from batchtui.ui.workspace_words import colour_style
from batchtui.workspace import Workspace, WorkspaceEntry

ALL_COLUMNS = (
    Column("workspace", "workspace", 14),
    Column("status", "status", 11),
    Column("id", "id", 0, max_width=33, keeps_end=True),
    Column("created", "created", 12, min_screen_width=132),
    Column("elapsed", "elapsed", 9, align="right", min_screen_width=118),
    Column("requests", "requests", 8, align="right", min_screen_width=72),
    Column("outcome", "outcome", 16, min_screen_width=100),
    Column("failures", "failures", 8, align="right"),
    Column("left", "time left", 17, min_screen_width=60),
)
LEAN_ALL_COLUMNS = tuple(column for column in ALL_COLUMNS if column.key != "outcome")
"""Without what is drawn."""


_ROOMY = 96


@dataclass(frozen=True, slots=True)
class Member:
    """One of the workspaces, and how it stands."""

    entry: WorkspaceEntry
    workspace: Workspace
    status: FeedStatus


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all that is loaded."""

    running: int = 0
    expiring: int = 0
    with_failures: int = 0
    in_flight: int = 0

    def describe(self, width: int) -> Content:
        """Return them on one line."""
        expiring = "expiring within the hour" if width >= _ROOMY else "expiring in 1 h"
        parts = (
            (self.running, "running", ""),
            (self.expiring, expiring, "$text-warning"),
            (self.with_failures, "with failures", "$text-error"),
            (self.in_flight, "requests in flight", ""),
        )
        words = [
            Content.styled(f"{format_count(number)} {word}", f"bold {style}".strip() if number else "$foreground-muted")
            for number, word, style in parts
        ]
        return Content(" · ").join(words)


@dataclass(frozen=True, slots=True)
class _Row:
    member: Member
    batch: MessageBatch
    now: datetime

    @property
    def key(self) -> str:
        return f"{self.member.entry.name}/{self.batch.id}"


class AllRows:
    """A view on the batches of all workspaces; a row's key is `workspace/batch id`.

    The same batch is listed for each workspace whose key sees it.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.members: tuple[Member, ...] = ()
        self.sorting = Sorting("created")
        self.chosen = "all"
        self.words = ""
        self._columns = tuple(columns)
        self._rows: tuple[_Row, ...] = ()
        self._places: dict[str, int] = {}
        self._painted: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def is_filtered(self) -> bool:
        """Whether some of the loaded batches may not be shown."""
        return self.chosen != "all" or bool(self.words)

    def key(self, position: int) -> str:
        """Return the key of this row."""
        return self._rows[position].key

    def position(self, key: str) -> int | None:
        """Return where a row is shown, or None when it is filtered out or gone."""
        return self._places.get(key)

    def find(self, key: str | None) -> tuple[Member, MessageBatch] | None:
        """Return the workspace and the batch of a row that is shown."""
        place = self._places.get(key or "")
        return None if place is None else (self._rows[place].member, self._rows[place].batch)

    def cells(self, position: int) -> list[Content]:
        """Return what a row says, one part for each column."""
        row = self._rows[position]
        now = row.member.workspace.server_now()
        self._painted[row.key] = ticking_words(row.batch, now)
        return [
            draw_name(row.member.entry) if column.key == "workspace" else draw_cell(column, row.batch, now)
            for column in self._columns
        ]

    def has_news(self, members: Sequence[Member]) -> bool:
        """Whether any batches are others than those that are shown, and not only their age."""
        before = [member.status.snapshot for member in self.members]
        after = [member.status.snapshot for member in members]
        return len(before) != len(after) or any(old is not new for old, new in zip(before, after, strict=True))

    def take(self, members: Sequence[Member]) -> tuple[bool, set[str]]:
        """Take how things stand now; return whether rows came, went or moved, and which say something else."""
        before = {row.key: row.batch for row in self._all_rows()}
        self.members = tuple(members)
        changed = {row.key for row in self._all_rows() if before.get(row.key) not in {None, row.batch}}
        return self.arrange(), changed

    def arrange(self) -> bool:
        """Filter and sort again; return whether any row came, went or moved."""
        test = TESTS[self.chosen]
        kept = [row for row in self._all_rows() if test(row.batch, row.now) and self._is_found(row)]
        column, is_descending = self.sorting.column, self.sorting.is_descending
        kept.sort(key=lambda row: SORT_KEYS["created"](row.batch, row.now), reverse=True)
        if column == "workspace":
            kept.sort(key=lambda row: row.member.entry.name, reverse=is_descending)
        else:
            kept.sort(key=lambda row: SORT_KEYS[column](row.batch, row.now), reverse=is_descending)
        order = [row.key for row in kept]
        is_rearranged = order != list(self._places)
        self._rows = tuple(kept)
        self._places = {key: place for place, key in enumerate(order)}
        return is_rearranged

    def sort_by(self, column: str) -> None:
        """Sort by a column in its own natural direction; by the same one again the other way round."""
        if column == self.sorting.column:
            self.sorting = Sorting(column, not self.sorting.is_descending)
        else:
            self.sorting = Sorting(column, column not in ASCENDING_FIRST | {"workspace"})

    def counts(self) -> dict[str, int]:
        """Return how many loaded batches each filter holds."""
        rows = list(self._all_rows())
        return {name: sum(test(row.batch, row.now) for row in rows) for name, test in TESTS.items()}

    def totals(self) -> Totals:
        """Return the sums over all that is loaded, a batch that two keys see counted once."""
        rows = {row.batch.id: row for row in self._all_rows()}.values()
        active = [row for row in rows if row.batch.is_active]
        return Totals(
            running=len(active),
            expiring=sum(row.batch.expires_at - row.now < PROCESSING_SOON for row in active),
            with_failures=sum(row.batch.has_failures for row in rows),
            in_flight=sum(row.batch.request_counts.processing for row in active),
        )

    def ticked(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Return, by column, which of these rows were painted with words that time has changed since."""
        ticked: dict[str, set[str]] = {}
        for key in keys:
            found, painted = self.find(key), self._painted.get(key)
            if found is None or painted is None:
                continue
            for column, words in ticking_words(found[1], found[0].workspace.server_now()).items():
                if painted[column] != words:
                    ticked.setdefault(column, set()).add(key)
        return ticked

    def _all_rows(self) -> Iterable[_Row]:
        for member in self.members:
            now = member.workspace.server_now()
            for batch in member.status.snapshot.batches:
                yield _Row(member, batch, now)

    def _is_found(self, row: _Row) -> bool:
        words = [word for word in self.words.split() if word.casefold() not in row.member.entry.name.casefold()]
        return is_matching(row.batch, " ".join(words))


def draw_name(entry: WorkspaceEntry) -> Content:
    """Return a workspace's name in its colour."""
    return Content.styled(safe_line(entry.name), colour_style(entry.colour))
