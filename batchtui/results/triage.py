"""Why requests did not end as they should: results without a whole answer, grouped by cause, biggest group first.

Causes are told apart by their error type and by their message with what varies in it folded: numbers, ids, quoted
values. Answers that were cut or refused are groups too, although the API counts them as succeeded.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from batchtui.formatting import format_share
from batchtui.indexing.parse import UNREADABLE
from batchtui.results.causes import is_retryable
from batchtui.results.detail import parse_detail
from batchtui.results.store import ResultsStore

FOLDED = "…"
"""What stands in a message for something that varies."""

GROUP_LIMIT = 500
"""How many groups are told apart; further messages are counted together for each error type."""

OTHER_MESSAGES = "(other messages)"

_LONGEST_MESSAGE = 1000
_KNOWN_LIMIT = 10_000
_SLICE = 4096
_VARIABLE = re.compile(
    r"(?<!\w)'[^'\n]{1,200}'(?!\w)|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`"
    r"|(?<![\w-])(?:(?:req|msg|msgbatch|toolu|file|wrkspc|org)_\w+|(?=[\w-]*\d)[\w-]+(?:[.,]\d[\w-]*)*)"
)
_SUCCEEDED = "succeeded"
_STOPS = {
    "max_tokens": "the answer was cut at max_tokens",
    "model_context_window_exceeded": "the answer was cut: the context window was full",
    "refusal": "the model refused to answer",
}
_WORDS = {
    "expired": "not processed within the batch's 24 hours",
    "canceled": "canceled before it was processed",
    UNREADABLE: "the line cannot be read as a result",
}
_ADVICE = {
    "max_tokens": "raise max_tokens",
    "model_context_window_exceeded": "shorten the prompt",
    "refusal": "change the prompt",
    "authentication_error": "fix the key first",
    "billing_error": "fix the billing first",
    "permission_error": "fix the permission first",
    "request_too_large": "make the request smaller",
}


class _Cause(msgspec.Struct, gc=False):
    message: str


class _Error(msgspec.Struct, gc=False):
    error: _Cause


class _Result(msgspec.Struct, gc=False):
    error: _Error


class _Line(msgspec.Struct, gc=False):
    result: _Result


_Key: TypeAlias = tuple[str, ...]
"""A group's result type and cause and, of an error, the pieces of its message between what varies."""

_decode = msgspec.json.Decoder(_Line).decode


@dataclass(frozen=True, slots=True)
class TriageExample:
    """One result of a group; `message` is the error's own, or the first words of an answer. Neither is made safe."""

    row: int
    custom_id: str
    message: str


@dataclass(frozen=True, slots=True)
class TriageGroup:
    """Results that have the same cause; `rows` ascending, `key` stays the same while the group grows.

    `cause` is the error's type or the stop reason; `message` is what all messages of the group share, with `…` for the
    rest. Texts are the server's own, not made safe.
    """

    key: str
    type: str
    cause: str
    message: str
    is_retryable: bool
    rows: Sequence[int]
    first: TriageExample
    last: TriageExample

    @property
    def count(self) -> int:
        """How many results."""
        return len(self.rows)

    @property
    def advice(self) -> str:
        """What to do before sending these requests again."""
        if self.is_retryable:
            return "send again as is"
        if self.type == UNREADABLE:
            return "fetch the results again"
        return _ADVICE.get(self.cause, "fix the request first")


@dataclass(frozen=True, slots=True)
class Triage:
    """The groups, biggest first; `total` results are in them, of `results` that were looked at."""

    groups: tuple[TriageGroup, ...] = ()
    total: int = 0
    results: int = 0

    @property
    def retryable(self) -> int:
        """How many results can be sent again as they are."""
        return sum(group.count for group in self.groups if group.is_retryable)

    def share(self, group: TriageGroup) -> str:
        """Return a group's part of all results, in percent."""
        return format_share(group.count, self.results)


def triage(store: ResultsStore, *, is_cancelled: Callable[[], bool] = lambda: False) -> Triage:
    """Return the groups of everything that is in a store; raise `SpoolError` where it cannot be read."""
    return RunningTriage(store).advance(is_cancelled=is_cancelled)


def split_message(message: str) -> tuple[list[str], list[str]]:
    """Return the pieces of a message that stay the same, and what varies between them: numbers, ids, quoted values."""
    return _VARIABLE.split(message), _VARIABLE.findall(message)


class RunningTriage:
    """The groups of a store that may still grow; one thread advances."""

    def __init__(self, store: ResultsStore) -> None:
        self._store = store
        self._groups: dict[_Key, _Group] = {}
        self._known: dict[tuple[str, str, str], _Group] = {}
        self._done: dict[str, int] = {}

    def advance(self, *, is_cancelled: Callable[[], bool] = lambda: False) -> Triage:
        """Look at the rows that have come since the last time, and return the groups of all."""
        results = len(self._store.index)
        for result_type in self._store.index.counts():
            rows = self._store.index.rows(result_type)
            end = bisect_left(rows, results)  # more may have come since
            for start in range(self._done.get(result_type, 0), end, _SLICE):
                if is_cancelled():
                    return self._snapshot(results)
                stop = min(start + _SLICE, end)
                self._take(result_type, rows[start:stop])
                self._done[result_type] = stop
        return self._snapshot(results)

    def _take(self, result_type: str, rows: Sequence[int]) -> None:
        if result_type == "errored":
            for row in rows:
                message = _message_of(self._store.line(row))
                self._group_of(result_type, self._store.index.cause_of(row), message).rows.append(row)
        elif result_type == _SUCCEEDED:
            names, codes = self._store.index.causes
            stops = {code: names[code] for code in range(len(names)) if names[code] in _STOPS}
            for row in rows if stops else ():
                if (stop := stops.get(codes[row])) is not None:
                    self._plain_group(result_type, stop, _STOPS[stop]).rows.append(row)
        else:
            self._plain_group(result_type, "", _WORDS.get(result_type, "")).rows.extend(rows)

    def _plain_group(self, result_type: str, cause: str, words: str) -> _Group:
        return self._groups.setdefault((result_type, cause), _Group(result_type, cause, [words]))

    def _group_of(self, result_type: str, cause: str, message: str) -> _Group:
        """Return the group of an error; most messages have been met before, word for word."""
        known = self._known.get((result_type, cause, message))
        if known is not None:
            return known
        pieces, values = split_message(message)
        key = (result_type, cause, *pieces)
        group = self._groups.get(key)
        if group is None and len(self._groups) >= GROUP_LIMIT:
            return self._plain_group(result_type, cause, OTHER_MESSAGES)
        if group is None:
            group = self._groups[key] = _Group(result_type, cause, pieces, values)
        group.meet(values)
        if len(self._known) < _KNOWN_LIMIT:
            self._known[result_type, cause, message] = group
        return group

    def _snapshot(self, results: int) -> Triage:
        groups = [self._freeze(key, group) for key, group in self._groups.items() if group.rows]
        groups.sort(key=lambda group: (-group.count, group.rows[0]))
        return Triage(tuple(groups), sum(group.count for group in groups), results)

    def _freeze(self, key: _Key, group: _Group) -> TriageGroup:
        rows = group.rows[:]
        may_repeat = is_retryable(group.type, group.cause)
        first, last = self._example(rows[0]), self._example(rows[-1])
        return TriageGroup(repr(key), group.type, group.cause, group.message(), may_repeat, rows, first, last)

    def _example(self, row: int) -> TriageExample:
        if self._store.index.type_of(row) == "errored":
            return TriageExample(row, self._store.index.custom_id(row), _message_of(self._store.line(row)))
        summary = self._store.summary(row)
        return TriageExample(row, summary.custom_id, summary.preview)


class _Group:
    """A group that grows: the fixed pieces of its message, and between them the values that all messages share."""

    def __init__(self, result_type: str, cause: str, pieces: list[str], values: Sequence[str] = ()) -> None:
        self.type = result_type
        self.cause = cause
        self.rows = array("I")
        self._pieces = pieces
        self._values: list[str | None] = list(values)

    def meet(self, values: list[str]) -> None:
        """Take in one more message's values."""
        if values != self._values:
            self._values = [old if old == new else None for old, new in zip(self._values, values, strict=True)]

    def message(self) -> str:
        """Return what all messages of the group share."""
        rest = (
            (FOLDED if value is None else value) + piece
            for value, piece in zip(self._values, self._pieces[1:], strict=True)
        )
        return self._pieces[0] + "".join(rest)


def _message_of(line: bytes) -> str:
    try:
        return _decode(line).result.error.error.message[:_LONGEST_MESSAGE]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return parse_detail(line).error_message[:_LONGEST_MESSAGE]
