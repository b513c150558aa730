"""The calls of the Message Batches API: https://docs.anthropic.com/en/api/creating-message-batches."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import SecretStr

from batchtui.api.base_url import encode_id
from batchtui.api.facts import ServerFacts
from batchtui.api.paging import Pager, list_joined
from batchtui.api.result_stream import ResultStream
from batchtui.api.results_call import open_results
from batchtui.api.retries import RetryPolicy, RetryWait
from batchtui.api.stop_signal import StopSignal
from batchtui.api.wire import Call, Wire
from batchtui.errors import NotFoundError, UsageError
from batchtui.models import BatchPage, DeletedBatch, MessageBatch, ModelInfo, ModelPage, TokenCount, UnreadBatch

BATCHES = "/v1/messages/batches"
_CREATE_SECONDS = 600.0
_DEFAULT_RETRIES = RetryPolicy()


class ApiClient:
    """A client for one workspace; every method blocks, may be called from any thread, and raises `batchtui.errors`.

    Calls are sent again as the official SDK does it; `on_wait` is told before each pause, in the calling thread.
    Setting `cancelled` ends such pauses, and `close` ends calls too: both raise `CallStoppedError` there.
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: SecretStr,
        workspace_id: str | None = None,
        retries: RetryPolicy = _DEFAULT_RETRIES,
        on_wait: Callable[[RetryWait], None] | None = None,
        cancelled: threading.Event | None = None,
        trust_env: bool = True,
    ) -> None:
        self._wire = Wire(
            base_url=base_url,
            key=key,
            workspace_id=workspace_id,
            retries=retries,
            on_wait=on_wait,
            cancelled=cancelled,
            trust_env=trust_env,
        )

    @property
    def facts(self) -> ServerFacts:
        """What the latest answer told of the server, the workspace and the organization."""
        return self._wire.facts

    def list_batches(self, *, limit: int = 20, after_id: str | None = None, before_id: str | None = None) -> BatchPage:
        """Return up to `limit` batches, newest first: older than `after_id`, or the next newer than `before_id`.

        More than 1,000 are joined from several pages; `has_more` speaks of the direction that was asked for.
        """
        return list_joined(self._batches(), limit, after_id=after_id, before_id=before_id)

    def iter_batches(
        self, *, limit: int | None = None, on_unread: Callable[[Sequence[UnreadBatch]], None] = lambda _: None
    ) -> Iterator[MessageBatch]:
        """Yield batches, newest first, page after page, up to `limit`; one that two pages list comes once.

        `on_unread` is told what of a page cannot be read.
        """
        seen: set[str] = set()
        batches = (batch for page in self._pages(limit, on_unread) for batch in page.data if batch.id not in seen)
        for batch in islice(batches, limit):
            seen.add(batch.id)
            yield batch

    def retrieve_batch(self, batch_id: str) -> MessageBatch:
        """Return one batch as it is now."""
        return self._wire.ask(Call("GET", _path_of(batch_id)), MessageBatch)

    def cancel_batch(self, batch_id: str) -> MessageBatch:
        """Ask for a cancellation; it ends later, and a batch that has nearly ended may end first."""
        return self._wire.ask(Call("POST", _path_of(batch_id) + "/cancel"), MessageBatch)

    def delete_batch(self, batch_id: str) -> DeletedBatch:
        """Delete an ended batch. A 404 after a lost answer counts as deleted: the lost try did it."""
        try:
            return self._wire.ask(Call("DELETE", _path_of(batch_id)), DeletedBatch)
        except NotFoundError as error:
            if not error.is_outcome_unknown:
                raise
        return DeletedBatch(id=batch_id)

    def create_batch(self, requests: Sequence[Mapping[str, Any]]) -> MessageBatch:
        """Create a batch. Never sent twice where the first try may have worked: see `ApiError.is_outcome_unknown`."""
        body = _to_json({"requests": list(requests)})
        call = Call("POST", BATCHES, body, _JSON, is_repeatable=False, read_seconds=_CREATE_SECONDS)
        return self._wire.ask(call, MessageBatch)

    def list_models(self) -> tuple[ModelInfo, ...]:
        """Return every model that the key may use."""
        pages = Pager(self._wire, "/v1/models", ModelPage).older(None)
        return tuple(model for page in pages for model in page.data)

    def count_tokens(self, params: Mapping[str, Any]) -> TokenCount:
        """Return how many input tokens the params of one request have; free of charge."""
        return self._wire.ask(Call("POST", "/v1/messages/count_tokens", _to_json(dict(params)), _JSON), TokenCount)

    def stream_results(
        self,
        batch: MessageBatch,
        *,
        offset: int = 0,
        etag: str | None = None,
        on_wait: Callable[[RetryWait], None] | None = None,
        cancelled: StopSignal | None = None,
    ) -> contextlib.AbstractContextManager[ResultStream]:
        """Open the results of an ended batch, from `offset` on where the server still has those with this `etag`.

        `on_wait` is told of the pauses of this call in place of the client's own. Setting `cancelled` ends the call as
        long as it has no answer; the stream is ended by its `close`.
        """
        call = Call("GET", _path_of(batch.id) + "/results", on_wait=on_wait, cancelled=cancelled)
        return open_results(self._wire, batch, call, offset=offset, etag=etag)

    def close(self) -> None:
        """End every call that is under way, in whatever thread, and every connection."""
        self._wire.close()

    def _pages(self, limit: int | None, on_unread: Callable[[Sequence[UnreadBatch]], None]) -> Iterator[BatchPage]:
        for page in self._batches().older(limit):
            if page.unread:
                on_unread(page.unread)
            yield page

    def _batches(self) -> Pager[BatchPage]:
        return Pager(self._wire, BATCHES, BatchPage)


_JSON = {"content-type": "application/json"}


def _path_of(batch_id: str) -> str:
    return f"{BATCHES}/{encode_id(batch_id)}"


def _to_json(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        kind = type(problem).__name__
    raise UsageError(f"the request cannot be written as JSON ({kind})")
