"""The paths of the API: https://docs.anthropic.com/en/api/creating-message-batches and the pages beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.catalogue import count_tokens, get_model, list_models
from batchtui.demo.control import make_control_routes
from batchtui.demo.downloads import Delivery, ResultsResponse, deliver_results
from batchtui.demo.failures import ApiFailure, error_body
from batchtui.demo.faults import Fault, Faults
from batchtui.demo.front import Front
from batchtui.demo.journal import Journal
from batchtui.demo.misbehaving import add_novelties, add_result_novelties
from batchtui.demo.paging import read_page_query, to_page
from batchtui.demo.posting import MAX_BYTES, read_json, read_requests, too_large
from batchtui.demo.scenario import Scenario, SimulatedWorkspace

BATCHES = "/v1/messages/batches"
POLL_SECONDS = "30"
"""What a running batch's answer suggests as `retry-after`."""


def make_app(scenario: Scenario, faults: Faults, journal: Journal, delivery: Delivery) -> ASGIApp:
    """Return the whole server as one ASGI application."""
    api = _Api(scenario, delivery)
    routes = [
        Route(BATCHES, api.list_batches, methods=["GET"]),
        Route(BATCHES, api.create_batch, methods=["POST"]),
        Route(f"{BATCHES}/{{batch_id}}", api.retrieve_batch, methods=["GET"]),
        Route(f"{BATCHES}/{{batch_id}}", api.delete_batch, methods=["DELETE"]),
        Route(f"{BATCHES}/{{batch_id}}/results", api.send_results, methods=["GET"]),
        Route(f"{BATCHES}/{{batch_id}}/cancel", api.cancel_batch, methods=["POST"]),
        Route("/v1/messages/count_tokens", api.count_tokens, methods=["POST"]),
        Route("/v1/models", api.list_models, methods=["GET"]),
        Route("/v1/models/{model_id}", api.retrieve_model, methods=["GET"]),
        *make_control_routes(scenario, faults, journal),
    ]
    app = Starlette(
        routes=routes, exception_handlers={ApiFailure: _answer_refusal, HTTPException: _answer_no_such_path}
    )
    app.router.redirect_slashes = False
    return Front(app, scenario, faults, journal)


class _Api:
    """The endpoints."""

    def __init__(self, scenario: Scenario, delivery: Delivery) -> None:
        self._scenario = scenario
        self._delivery = delivery

    async def list_batches(self, request: Request) -> Response:
        workspace, query = _workspace(request), read_page_query(request.query_params)
        batches, has_more = self._scenario.list_batches(
            workspace.id, limit=query.limit, after_id=query.after_id, before_id=query.before_id
        )
        return JSONResponse(to_page([self._show(request, batch) for batch in batches], has_more=has_more))

    async def create_batch(self, request: Request) -> Response:
        workspace, body = _workspace(request), await _read_body(request)
        requests = await asyncio.to_thread(read_requests, body, betas=request.headers.get("anthropic-beta", ""))
        return JSONResponse(self._show(request, self._scenario.create(workspace.id, requests)))

    async def retrieve_batch(self, request: Request) -> Response:
        batch = self._scenario.get(_workspace(request).id, request.path_params["batch_id"])
        headers = {} if batch.has_ended(self._scenario.now()) else {"retry-after": POLL_SECONDS}
        return JSONResponse(self._show(request, batch), headers=headers)

    async def cancel_batch(self, request: Request) -> Response:
        batch = self._scenario.cancel(_workspace(request).id, request.path_params["batch_id"])
        return JSONResponse(self._show(request, batch))

    async def delete_batch(self, request: Request) -> Response:
        batch_id = request.path_params["batch_id"]
        self._scenario.delete(_workspace(request).id, batch_id)
        return JSONResponse({"id": batch_id, "type": "message_batch_deleted"})

    async def send_results(self, request: Request) -> ResultsResponse:
        batch = self._scenario.results(_workspace(request).id, request.path_params["batch_id"])
        change = add_result_novelties if _met(request, "novelties") else None
        return await deliver_results(request, batch, self._delivery, change=change)

    async def count_tokens(self, request: Request) -> Response:
        _workspace(request)
        return JSONResponse(count_tokens(read_json(await _read_body(request))))

    async def list_models(self, request: Request) -> Response:
        _workspace(request)
        return JSONResponse(list_models(read_page_query(request.query_params)))

    async def retrieve_model(self, request: Request) -> Response:
        _workspace(request)
        return JSONResponse(get_model(request.path_params["model_id"]))

    def _show(self, request: Request, batch: SimulatedBatch) -> dict[str, Any]:
        foreign = _met(request, "foreign_results")
        origin = foreign[0].url if foreign else f"{request.url.scheme}://{request.url.netloc}"
        now, is_early = self._scenario.now(), bool(_met(request, "early_counts"))
        shown = batch.to_json(now, f"{origin}{BATCHES}/{batch.id}/results", move_early=is_early)
        return add_novelties(shown) if _met(request, "novelties") else shown


def _workspace(request: Request) -> SimulatedWorkspace:
    workspace = request.state.workspace
    if isinstance(workspace, ApiFailure):
        raise workspace
    return cast("SimulatedWorkspace", workspace)


def _met(request: Request, kind: str) -> Sequence[Fault]:
    return [fault for fault in request.state.faults if fault.kind == kind]


async def _read_body(request: Request) -> bytes:
    """Return the body; refuse one above the limit before it has arrived."""
    if int(request.headers.get("content-length", 0)) > MAX_BYTES:
        raise too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise too_large()
    return bytes(body)


async def _answer_refusal(request: Request, failure: Exception) -> Response:
    refusal = cast("ApiFailure", failure)
    return JSONResponse(error_body(refusal, request.state.request_id), refusal.status, headers=refusal.headers)


async def _answer_no_such_path(request: Request, error: Exception) -> Response:
    problem = cast("HTTPException", error)
    words = "Method Not Allowed" if problem.status_code == 405 else "Not Found"  # noqa: PLR2004  # a status
    body = error_body(ApiFailure(problem.status_code, words), getattr(request.state, "request_id", "req_simulator"))
    return JSONResponse(body, problem.status_code, headers=problem.headers)
