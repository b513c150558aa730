"""Clients and answers for tests of the API's client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import SecretStr

from batchtui.api import ApiClient, RetryPolicy, RetryWait
from batchtui.models import MessageBatch

KEY = "sk-ant-api03-made-up-0123456789"


class PatientClient(ApiClient):
    """A client whose waits take no time; `waits` lists them, `slept` is their sum as it was really slept."""

    def __init__(
        self, base_url: str, *, retries: int = 2, sleep: Callable[[float], None] = lambda _: None, **options: Any
    ) -> None:
        self.waits: list[RetryWait] = []
        self.slept = 0.0
        self._really_sleep = sleep
        policy = RetryPolicy(retries=retries, jitter=lambda: 0.0, sleep=self._sleep)
        options = {"key": SecretStr(KEY), "on_wait": self.waits.append, **options}
        super().__init__(base_url=base_url, retries=policy, **options)

    @property
    def wait_seconds(self) -> list[float]:
        """How long each wait was to be."""
        return [wait.seconds for wait in self.waits]

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        self._really_sleep(seconds)


def batch_json(batch_id: str = "msgbatch_1", **fields: Any) -> dict[str, Any]:
    """Return the object of an ended batch as the API writes it."""
    return {
        "id": batch_id,
        "type": "message_batch",
        "processing_status": "ended",
        "request_counts": {"processing": 0, "succeeded": 3, "errored": 0, "canceled": 0, "expired": 0},
        "created_at": "2026-11-20T08:00:00Z",
        "expires_at": "2026-11-21T08:00:00Z",
        "ended_at": "2026-11-20T09:00:00Z",
        "results_url": None,
        **fields,
    }


def batch(batch_id: str = "msgbatch_1", **fields: Any) -> MessageBatch:
    """Return an ended batch."""
    return MessageBatch.model_validate(batch_json(batch_id, **fields))


def page_json(ids: Sequence[str], *, has_more: bool = False) -> dict[str, Any]:
    """Return a page of batches as the API writes it."""
    return {
        "data": [batch_json(each) for each in ids],
        "has_more": has_more,
        "first_id": ids[0] if ids else None,
        "last_id": ids[-1] if ids else None,
    }


def error_json(error_type: str, message: str = "words", request_id: str = "req_body") -> dict[str, Any]:
    """Return an error body as the API writes it."""
    return {"type": "error", "error": {"type": error_type, "message": message}, "request_id": request_id}
