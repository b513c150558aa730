"""What a client sends to create a batch: refused at once as a whole, or in part when it is processed.

https://docs.anthropic.com/en/api/creating-message-batches: the shape of the list is checked on arrival, the params of
each request only during processing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from batchtui.demo.catalogue import find_model
from batchtui.demo.failures import ApiFailure, invalid
from batchtui.demo.rows import PostedRequests

MAX_REQUESTS = 100_000
MAX_BYTES = 256 * 1024 * 1024
LONG_OUTPUT_BETA = "output-300k-2026-03-24"
LONG_OUTPUT_TOKENS = 300_000
_LONG_OUTPUT_MODELS = ("claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-4-6")
_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def too_large() -> ApiFailure:
    """Return the refusal of a body above the limit."""
    return ApiFailure(413, "Request exceeds the maximum size")


def read_json(body: bytes) -> Any:
    """Return the body's JSON or raise a 400."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise invalid(f"The request body is not valid JSON: {error}") from None


def read_requests(body: bytes, *, betas: str = "") -> PostedRequests:
    """Read the requests of a batch; raise a 400 that names the first thing wrong with the list."""
    data = read_json(body)
    requests = data.get("requests") if isinstance(data, dict) else None
    if not isinstance(requests, list):
        raise invalid("requests: Field required" if requests is None else "requests: Input should be a valid list")
    if not requests:
        raise invalid("requests: List should have at least 1 item after validation, not 0")
    if len(requests) > MAX_REQUESTS:
        raise invalid(f"requests: List should have at most {MAX_REQUESTS} items after validation, not {len(requests)}")
    _check_custom_ids([_check_request(number, request) for number, request in enumerate(requests)])
    problems = {number: find_problem(request["params"], betas=betas) for number, request in enumerate(requests)}
    return PostedRequests(
        tuple(request["custom_id"] for request in requests),
        tuple(str(request["params"].get("model", "")) for request in requests),
        {number: problem for number, problem in problems.items() if problem is not None},
    )


def _check_request(number: int, request: object) -> str:
    place = f"requests.{number}"
    if not isinstance(request, dict):
        raise invalid(f"{place}: Input should be a valid dictionary")
    for name in ("custom_id", "params"):
        if name not in request:
            raise invalid(f"{place}.{name}: Field required")
    if not isinstance(request["params"], dict):
        raise invalid(f"{place}.params: Input should be a valid dictionary")
    custom_id = request["custom_id"]
    if not isinstance(custom_id, str) or not _CUSTOM_ID.fullmatch(custom_id):
        raise invalid(f"{place}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
    return custom_id


def _check_custom_ids(custom_ids: list[str]) -> None:
    seen: set[str] = set()
    for custom_id in custom_ids:
        if custom_id in seen:
            raise invalid(f"requests: custom_id must be unique within a batch; {custom_id!r} is used more than once")
        seen.add(custom_id)


def find_problem(params: Mapping[str, Any], *, betas: str = "") -> dict[str, str] | None:
    """Return the error that processing these params ends with, if any."""
    for name in ("model", "max_tokens", "messages"):
        if name not in params:
            return _problem(f"{name}: Field required")
    model = find_model(str(params["model"]))
    if model is None:
        return _problem(f"model: {params['model']}", "not_found_error")
    if params.get("stream"):
        return _problem("stream: Streaming is not supported in batches")
    if not isinstance(params["messages"], list) or not params["messages"]:
        return _problem("messages: at least one message is required")
    return _find_token_problem(params["max_tokens"], model, betas)


def _find_token_problem(max_tokens: object, model: Mapping[str, Any], betas: str) -> dict[str, str] | None:
    if not isinstance(max_tokens, int) or isinstance(max_tokens, bool):
        return _problem("max_tokens: Input should be a valid integer")
    if max_tokens < 1:
        return _problem("max_tokens: Input should be greater than or equal to 1")
    is_long = LONG_OUTPUT_BETA in betas and model["id"] in _LONG_OUTPUT_MODELS
    allowed = LONG_OUTPUT_TOKENS if is_long else model["max_tokens"]
    if max_tokens > allowed:
        return _problem(f"max_tokens: {max_tokens} > {allowed}, the maximum for {model['id']}")
    return None


def _problem(message: str, error_type: str = "invalid_request_error") -> dict[str, str]:
    return {"type": error_type, "message": message}
