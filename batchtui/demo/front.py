"""What every answer of the server has in common: its headers, its place in the journal, and the faults on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from batchtui.demo.auth import authenticate
from batchtui.demo.failures import ApiFailure
from batchtui.demo.faults import Fault, Faults
from batchtui.demo.journal import Journal
from batchtui.demo.misbehaving import BodyCutError, answer_with_faults
from batchtui.demo.scenario import ORGANIZATION_ID, Scenario, SimulatedWorkspace

CONTROL_PREFIX = "/_simulator"


class Front:
    """Wraps the application. Endpoints find `workspace`, `faults` and `request_id` in the scope's state.

    `workspace` is the refusal where the key or its headers are wrong.
    """

    def __init__(self, app: ASGIApp, scenario: Scenario, faults: Faults, journal: Journal) -> None:
        self._app = app
        self._scenario = scenario
        self._faults = faults
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers, path = Headers(scope=scope), scope["path"]
        state: dict[str, Any] = scope.setdefault("state", {})
        if path.startswith(CONTROL_PREFIX):
            return await self._app(scope, receive, self._with_headers(send, "req_simulator", None, ()))
        workspace = self._find_workspace(headers)
        name = workspace.name if isinstance(workspace, SimulatedWorkspace) else None
        query = scope["query_string"].decode("latin-1")
        noted = self._journal.note(
            method=scope["method"], path=path, query=query, header_names=frozenset(headers.keys()), workspace=name
        )
        met = self._faults.meet(scope["method"], path)
        state.update(workspace=workspace, faults=met, request_id=noted.id)
        try:
            send = self._with_headers(send, noted.id, workspace, met)
            await answer_with_faults(met, self._app, scope, receive, send, request_id=noted.id)
        except BodyCutError:
            return None  # the server closes a connection whose answer was left unfinished

    def _find_workspace(self, headers: Headers) -> SimulatedWorkspace | ApiFailure:
        try:
            return authenticate(self._scenario, headers)
        except ApiFailure as failure:
            return failure

    def _with_headers(
        self, send: Send, request_id: str, workspace: SimulatedWorkspace | ApiFailure | None, faults: Sequence[Fault]
    ) -> Send:
        skew = timedelta(seconds=sum(fault.seconds for fault in faults if fault.kind == "skew"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["date"] = format_datetime(self._scenario.now() + skew, usegmt=True)
                headers["request-id"] = request_id
                headers["anthropic-organization-id"] = ORGANIZATION_ID
                if isinstance(workspace, SimulatedWorkspace) and message["status"] != 401:  # noqa: PLR2004  # a status
                    headers["anthropic-workspace-id"] = workspace.id
            await send(message)

        return send_with_headers
