"""Result lines as the API sends them, and as it should not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from batchtui.results import ResultsStore


def succeeded(custom_id: str, text: str = "Hello.", **message: Any) -> bytes:
    """A whole answer; `message` changes fields of it."""
    fields = {
        "id": f"msg_{custom_id}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 12,
            "output_tokens": 34,
            "cache_creation_input_tokens": 5,
            "cache_read_input_tokens": 6,
        },
    }
    return encode(custom_id, {"type": "succeeded", "message": {**fields, **message}})


def errored(
    custom_id: str, error_type: str = "overloaded_error", message: str = "Overloaded", request_id: str | None = "req_1"
) -> bytes:
    """A failure, its cause two levels down."""
    error = {"type": "error", "error": {"type": error_type, "message": message}, "request_id": request_id}
    return encode(custom_id, {"type": "errored", "error": error})


def bare(custom_id: str, result_type: str) -> bytes:
    """A result of which nothing but its type is known: `canceled` and `expired` are such."""
    return encode(custom_id, {"type": result_type})


def encode(custom_id: Any, result: Any) -> bytes:
    """Any `custom_id` with any result, as one line without its end."""
    return json.dumps({"custom_id": custom_id, "result": result}).encode()


def fill_store(folder: Path, lines: Iterable[bytes]) -> ResultsStore:
    """A store in `folder` that holds these lines and is finished."""
    store = ResultsStore(folder)
    for line in lines:
        store.feed(line + b"\n")
    store.finish()
    return store
