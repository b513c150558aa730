"""How a fault looks on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from batchtui.demo.failures import ApiFailure, error_body
from batchtui.demo.faults import Fault

PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1><hr>nginx</body></html>"


class BodyCutError(Exception):
    """The answer ends here: the connection is closed without the end of the body."""


async def answer_with_faults(
    faults: Sequence[Fault], app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, request_id: str
) -> None:
    """Let `app` answer, or a fault in its place; faults of the body change what it sends."""
    for fault in faults:
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.kind in ("cut", "slow"):
            send = _WithFaultyBody(fault, send)
    for fault in faults:
        if fault.kind == "hang":
            return await wait_for_disconnect(receive)
        if fault.kind == "drop":
            scope["state"]["transport"].abort()
            return None
        if (response := _make_response(fault, request_id)) is not None:
            return await response(scope, receive, send)
    return await app(scope, receive, send)


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _make_response(fault: Fault, request_id: str) -> Response | None:
    match fault.kind:
        case "status":
            failure = ApiFailure(fault.status, fault.message, error_type=fault.error_type)
            return JSONResponse(error_body(failure, request_id), fault.status, headers=_retry_headers(fault))
        case "html":
            return HTMLResponse(PROXY_PAGE, fault.status)
        case "wrong_json":
            return JSONResponse([{"unexpected": True}, 17])
        case "redirect":
            return RedirectResponse(fault.url)
    return None


def _retry_headers(fault: Fault) -> dict[str, str]:
    headers = {}
    if fault.retry_after is not None:
        headers["retry-after"] = fault.retry_after
    if fault.should_retry is not None:
        headers["x-should-retry"] = json.dumps(fault.should_retry)
    return headers


class _WithFaultyBody:
    """A `send` that cuts the body off or slows it down."""

    def __init__(self, fault: Fault, send: Send) -> None:
        self._fault = fault
        self._send = send
        self._sent = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
        elif self._fault.kind == "cut":
            await self._cut(message)
        else:
            await self._slow_down(message)

    async def _cut(self, message: Message) -> None:
        body: bytes = message.get("body", b"")
        room = self._fault.after_bytes - self._sent
        self._sent += len(body)
        if len(body) <= room and message.get("more_body"):
            return await self._send(message)
        await self._send({**message, "body": body[: max(room, 0)], "more_body": True})
        raise BodyCutError

    async def _slow_down(self, message: Message) -> None:
        body: bytes = message.get("body", b"")
        step = max(self._fault.bytes_per_second // 20, 1)
        for start in range(0, len(body), step):
            await self._send({**message, "body": body[start : start + step], "more_body": True})
            await asyncio.sleep(step / self._fault.bytes_per_second)
        await self._send({**message, "body": b""})


def add_novelties(batch: dict[str, Any]) -> dict[str, Any]:
    """Return a batch as a later version of the API may show it."""
    status = {"in_progress": "queued_for_review"}.get(batch["processing_status"], batch["processing_status"])
    counts = {**batch["request_counts"], "deferred": 0}
    later = {"display_name": "a name", "priority": {"tier": "later", "levels": [1, 2]}}
    return {**batch, **later, "processing_status": status, "request_counts": counts}


def add_result_novelties(chunk: bytes) -> bytes:
    """Return result lines with a type and fields that nobody knows yet."""
    changed = chunk.replace(
        b'"result":{"type":"expired"}', b'"result":{"type":"deferred","until":"2027-01-01T00:00:00Z"}'
    )
    return changed.replace(b'"service_tier":"batch"', b'"service_tier":"batch","carbon":{"grams":0.2}')
