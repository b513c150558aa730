"""Lists in pages: https://docs.anthropic.com/en/api/listing-message-batches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Generic, TypeVar, cast
from urllib.parse import urlencode

from batchtui.api.wire import Call, Wire
from batchtui.errors import UnexpectedAnswerError, UsageError
from batchtui.models import BatchPage, ModelPage

LARGEST_PAGE = 1000

P = TypeVar("P", bound=BatchPage | ModelPage)


class Pager(Generic[P]):
    """Walks through a list of the API; every walk ends, whatever the server says of more."""

    def __init__(self, wire: Wire, path: str, model: type[P]) -> None:
        self._wire = wire
        self._path = path
        self._model = model

    def older(self, limit: int | None, after_id: str | None = None) -> Iterator[P]:
        """Yield pages from `after_id`, or from the newest item, towards the oldest."""
        left = limit
        seen = {after_id}
        while left is None or left > 0:
            page = self._fetch(left, after_id=after_id)
            yield page
            left = None if left is None else left - _length(page)
            after_id = page.last_id
            if not page.has_more:
                return
            _refuse_circle(seen, after_id)

    def newer(self, limit: int, before_id: str, after_id: str | None) -> Iterator[P]:
        """Yield pages from `before_id` towards the newest item; each page itself is newest first."""
        left = limit
        seen: set[str | None] = {before_id}
        while left > 0:
            page = self._fetch(left, before_id=before_id, after_id=after_id)
            yield page
            left -= _length(page)
            if not page.has_more or page.first_id is None:
                return
            before_id = page.first_id
            _refuse_circle(seen, before_id)

    def _fetch(self, left: int | None, **cursors: str | None) -> P:
        size = LARGEST_PAGE if left is None else min(left, LARGEST_PAGE)
        query = {"limit": str(size), **{name: cursor for name, cursor in cursors.items() if cursor is not None}}
        page = self._wire.ask(Call("GET", f"{self._path}?{urlencode(query, errors='surrogatepass')}"), self._model)
        if page.last_id is not None:
            return page
        return cast("P", page.model_copy(update={"has_more": False}))  # there is nothing to ask on from


def _length(page: BatchPage | ModelPage) -> int:
    """Return how much the server listed; what cannot be read counts, or a list of such would be asked for whole."""
    return len(page.data) + (len(page.unread) if isinstance(page, BatchPage) else 0)


def _refuse_circle(seen: set[str | None], cursor: str | None) -> None:
    if cursor in seen:
        raise UnexpectedAnswerError("the pages of the list repeat themselves")
    seen.add(cursor)


def list_joined(pager: Pager[BatchPage], limit: int, *, after_id: str | None, before_id: str | None) -> BatchPage:
    """Return up to `limit` batches, newest first, as one page."""
    if limit < 1:
        raise UsageError(f"a list of {limit} batches cannot be asked for", hint="Ask for at least one.")
    if before_id is None:
        return reduce(BatchPage.followed_by, pager.older(limit, after_id))
    pages = list(pager.newer(limit, before_id, after_id))
    joined = reduce(BatchPage.followed_by, reversed(pages))
    return joined.model_copy(update={"has_more": pages[-1].has_more})
