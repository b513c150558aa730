"""The API's objects, under the API's own names.

Names and meanings: https://docs.anthropic.com/en/api/retrieving-message-batches. Unknown fields and enum values are
kept as they come, because new ones may appear at any time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

RESULT_TYPES = ("succeeded", "errored", "canceled", "expired")
PROCESSING_STATUSES = ("in_progress", "canceling", "ended")
RESULTS_KEPT = timedelta(days=29)
PROCESSING_LIMIT = timedelta(hours=24)
_MOST_NAMED = 3


_FIRST_MOMENT, _LAST_MOMENT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_FIRST_YEAR = 1970


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST_MOMENT if moment.year == 1 else _LAST_MOMENT


def _later(moment: datetime, length: timedelta) -> datetime:
    """Return `moment + length`; some servers say `9999-12-31` for never."""
    return moment + min(length, _LAST_MOMENT - moment)


Moment = Annotated[datetime, AfterValidator(_aware)]
"""An RFC 3339 time, always in UTC."""

MaybeMoment = Annotated[
    datetime | None,
    AfterValidator(lambda moment: None if moment is None or moment.year < _FIRST_YEAR else _aware(moment)),
]
"""A time that may not have come; `0001-01-01T00:00:00Z` is how some servers say so."""

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment, config=ConfigDict(hide_input_in_errors=True))

Count = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value), Field(ge=0)]


class ApiModel(BaseModel):
    """An immutable answer that keeps fields it does not know."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)


_NULL_IS_EMPTY = BeforeValidator(lambda value: () if value is None else value)
_NULL_IS_FALSE = BeforeValidator(lambda value: value is not None and value)


class RequestCounts(ApiModel):
    """How many requests of a batch are in which state; their sum is the batch's size."""

    processing: Count = 0
    succeeded: Count = 0
    errored: Count = 0
    canceled: Count = 0
    expired: Count = 0

    @property
    def total(self) -> int:
        """All requests of the batch."""
        return self.processing + self.finished

    @property
    def finished(self) -> int:
        """Requests with an outcome: the number of result lines to expect."""
        return self.succeeded + self.failed + self.canceled

    @property
    def failed(self) -> int:
        """Requests that went wrong; a canceled one was somebody's wish."""
        return self.errored + self.expired


class MessageBatch(ApiModel):
    """One batch: https://docs.anthropic.com/en/api/retrieving-message-batches."""

    id: str
    type: str = "message_batch"
    processing_status: str
    request_counts: Annotated[RequestCounts, BeforeValidator(lambda value: {} if value is None else value)] = (
        RequestCounts()
    )
    created_at: Moment
    expires_at: Moment
    ended_at: MaybeMoment = None
    cancel_initiated_at: MaybeMoment = None
    archived_at: MaybeMoment = None
    results_url: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _default_expiry(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("expires_at") is not None:
            return data
        try:
            created = _MOMENT.validate_python(data.get("created_at"))
        except ValidationError:
            return data  # the field itself says what is wrong
        return {**data, "expires_at": _later(created, PROCESSING_LIMIT)}

    @property
    def is_active(self) -> bool:
        """Whether anything about the batch can still change by itself; unknown states count as active."""
        return self.processing_status != "ended"

    @property
    def can_cancel(self) -> bool:
        """Whether a cancellation would do anything."""
        return self.is_active and self.processing_status != "canceling"

    @property
    def can_delete(self) -> bool:
        """Only an ended batch can be deleted."""
        return not self.is_active

    @property
    def has_failures(self) -> bool:
        """Whether any request is known to have errored or expired."""
        return self.request_counts.failed > 0

    @property
    def results_available_until(self) -> datetime:
        """When the results go: at `archived_at`, otherwise 29 days after creation."""
        return self.archived_at or _later(self.created_at, RESULTS_KEPT)

    def duration(self, now: datetime) -> timedelta:
        """Return how long the batch ran, or has been running at `now`; never negative."""
        return max((self.ended_at or now) - self.created_at, timedelta())

    def to_json(self) -> str:
        """Return the batch as one line of JSON with the API's own field names, unknown ones included.

        In ASCII, so that it is harmless for a terminal too.
        """
        return json.dumps(self.model_dump(mode="json"), separators=(",", ":"))


class UnreadBatch(ApiModel):
    """A batch of a list that is no batch as the API documents it; `id` is empty where even that is missing."""

    id: str = ""
    problem: str

    def __str__(self) -> str:
        return f"{self.id or 'one without an id'} ({self.problem})"


class BatchPage(ApiModel):
    """One page of a list, newest batch first; `has_more` speaks of the direction that was asked for.

    What cannot be read is left out of `data` and named in `unread`, so that it hides no other; the ends are the
    server's, read or not.
    """

    data: Annotated[tuple[MessageBatch, ...], _NULL_IS_EMPTY]
    unread: tuple[UnreadBatch, ...] = ()
    has_more: Annotated[bool, _NULL_IS_FALSE] = False
    first_id: str | None = None
    last_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_each(cls, page: Any) -> Any:
        if not isinstance(page, dict) or not isinstance(page.get("data"), list):
            return page
        listed = [_read_batch(item) for item in page["data"]]
        unread = [item for item in listed if isinstance(item, UnreadBatch)]
        read = [item for item in listed if isinstance(item, MessageBatch)]
        if unread and not read and not any(_is_called_batch(item) for item in page["data"]):
            return page  # it is a list of something else, which the field itself will say
        return _with_ends(page) | {"data": read, "unread": unread}

    def followed_by(self, older: BatchPage) -> BatchPage:
        """Return both pages as one, which ends as the older one does."""
        both = {"data": (*self.data, *older.data), "unread": (*self.unread, *older.unread)}
        ends = {"first_id": self.first_id or older.first_id, "last_id": older.last_id or self.last_id}
        return older.model_copy(update=both | ends)


def describe_unread(unread: Sequence[UnreadBatch]) -> str:
    """Return a sentence about batches that were left out, which names the first ones; it is not safe to print yet."""
    number = "1 batch" if len(unread) == 1 else f"{len(unread):,} batches"
    named = "; ".join(str(batch) for batch in unread[:_MOST_NAMED])
    more = len(unread) - _MOST_NAMED
    return f"{number} could not be read: {named}{f' and {more:,} more' if more > 0 else ''}"


def _read_batch(item: Any) -> MessageBatch | UnreadBatch:
    try:
        return MessageBatch.model_validate(item)
    except ValidationError as refusal:
        problem = describe_refusal(refusal)
    known = item.get("id") if isinstance(item, dict) else None
    return UnreadBatch(id=known if isinstance(known, str) else "", problem=problem)


def _with_ends(page: Any) -> Any:
    """Give a page the ids of its first and its last item, which some servers leave out."""
    if not isinstance(page, dict) or not isinstance(page.get("data"), list):
        return page
    ids = [item.get("id") for item in page["data"] if isinstance(item, dict) and isinstance(item.get("id"), str)]
    return {**page, "first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None}


def _is_called_batch(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") == "message_batch"


def describe_refusal(refusal: ValidationError) -> str:
    """Return what is wrong first, and in which field; nothing of what stood there."""
    found = refusal.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in found["loc"])
    return f"{place}: {found['msg']}" if place else found["msg"]


class DeletedBatch(ApiModel):
    """The answer to a deletion."""

    id: str
    type: str = "message_batch_deleted"


class ModelInfo(ApiModel):
    """One model of `GET /v1/models`."""

    id: str
    display_name: str = ""
    max_input_tokens: int | None = None
    max_tokens: int | None = None


class ModelPage(ApiModel):
    """One page of models."""

    data: Annotated[tuple[ModelInfo, ...], _NULL_IS_EMPTY]
    has_more: Annotated[bool, _NULL_IS_FALSE] = False
    first_id: str | None = None
    last_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_ends(cls, page: Any) -> Any:
        return _with_ends(page)


class TokenCount(ApiModel):
    """The answer of `POST /v1/messages/count_tokens`."""

    input_tokens: int
