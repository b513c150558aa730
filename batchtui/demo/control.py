"""`/_simulator`: how another program moves the clock and switches faults. It takes no key; it listens on loopback."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from batchtui.demo.faults import KINDS, Fault, Faults
from batchtui.demo.journal import Journal
from batchtui.demo.scenario import Scenario


def make_control_routes(scenario: Scenario, faults: Faults, journal: Journal) -> Sequence[Route]:
    """Return the routes."""

    async def list_faults(_: Request) -> Response:
        return JSONResponse({"active": [fault.to_json() for fault in faults.active()], "kinds": dict(KINDS)})

    async def add_fault(request: Request) -> Response:
        try:
            fault = Fault.from_json(await _read(request))
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        faults.add(fault)
        return JSONResponse(fault.to_json(), 201)

    async def clear_faults(_: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    async def advance(request: Request) -> Response:
        data = await _read(request)
        seconds = data.get("seconds") if isinstance(data, dict) else None
        if not isinstance(seconds, (int, float)):
            return JSONResponse({"error": 'send {"seconds": N}'}, 400)
        scenario.advance(timedelta(seconds=seconds))
        return JSONResponse({"now": scenario.now().isoformat()})

    async def list_requests(_: Request) -> Response:
        return JSONResponse([f"{noted.method} {noted.path}" for noted in journal.requests()])

    return (
        Route("/_simulator/faults", list_faults, methods=["GET"]),
        Route("/_simulator/faults", add_fault, methods=["POST"]),
        Route("/_simulator/faults", clear_faults, methods=["DELETE"]),
        Route("/_simulator/advance", advance, methods=["POST"]),
        Route("/_simulator/requests", list_requests, methods=["GET"]),
    )


async def _read(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
