"""One event, in words for people and as facts for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.settings import NoticeEvent

_LISTED = 3
_PLURALS: Mapping[str, Callable[[int, str], str]] = {
    "ended": lambda number, workspace: f"{format_count(number)} batches of {workspace} ended",
    "failures": lambda number, workspace: f"{format_count(number)} batches of {workspace} ended with failures",
    "expiring": lambda number, workspace: f"{format_count(number)} batches of {workspace} expire within the hour",
    "results_going": lambda number, workspace: f"The results of {format_count(number)} batches of {workspace} go soon",
    "key_refused": lambda _number, workspace: f"The key of {workspace} was refused",
}
BAD_EVENTS: frozenset[NoticeEvent] = frozenset({"failures", "key_refused"})
URGENT_EVENTS: frozenset[NoticeEvent] = frozenset({"expiring", "results_going"})


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened: `key` names it so that it is told once; `text` speaks of this batch alone.

    `ways` are those by which it is to be told: by the others it was told before.
    """

    event: NoticeEvent
    key: str
    workspace: str
    title: str
    text: str
    time: datetime
    batch: MessageBatch | None = None
    ways: frozenset[str] = frozenset()

    def to_json(self) -> str:
        """Return the facts as one JSON object, with the batch under the API's own field names."""
        batch = json.loads(self.batch.to_json()) if self.batch is not None else None
        facts = {
            "event": self.event,
            "workspace": self.workspace,
            "title": self.title,
            "text": self.text,
            "time": self.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "batch": batch,
        }
        return json.dumps(facts, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What one event, or several of a kind at once, are told as; safe to show."""

    event: NoticeEvent
    title: str
    text: str

    @property
    def is_bad(self) -> bool:
        """Whether something went wrong."""
        return self.event in BAD_EVENTS

    @property
    def is_urgent(self) -> bool:
        """Whether something will be lost unless somebody acts."""
        return self.event in URGENT_EVENTS


def summarize(notices: Iterable[Notice]) -> list[Told]:
    """Return one telling for each kind of event and workspace, so that twenty ended batches are not twenty toasts."""
    ordered = sorted(notices, key=lambda notice: (notice.workspace, notice.event))
    groups = groupby(ordered, key=lambda notice: (notice.workspace, notice.event))
    return [_tell(list(group)) for _, group in groups]


def _tell(notices: list[Notice]) -> Told:
    first = notices[0]
    if len(notices) == 1:
        return Told(first.event, safe_line(first.title), safe_line(first.text))
    names = [notice.batch.id for notice in notices if notice.batch is not None]
    listed = ", ".join(names[:_LISTED])
    more = f" and {format_count(len(names) - _LISTED)} more" if len(names) > _LISTED else ""
    title = _PLURALS[first.event](len(notices), first.workspace)
    return Told(first.event, safe_line(title), safe_line(listed + more))
