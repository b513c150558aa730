"""The dashboard's way into a browser: textual-serve, behind an address that nobody can guess.

textual-serve itself asks nobody who they are. Here every page and the socket lie under a random path, other hosts'
names and other pages' scripts are refused, and the page may load nothing from elsewhere.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
_TOKEN_BYTES = 24

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BrowserServer(Server):
    """Serves a command's screen on this computer; each open page has a process of its own, which ends with the page."""

    def __init__(self, command: str, port: int) -> None:
        self._socket = socket.create_server((HOST, port))
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        super().__init__(command, host=HOST, port=self._socket.getsockname()[1], title="batchtui")

    @property
    def url(self) -> str:
        """The one address that opens the dashboard."""
        return f"{self.public_url}/{self._token}/"

    def run(self) -> None:
        """Serve until Ctrl+C."""
        web.run_app(self._make_app(), sock=self._socket, print=None)

    async def on_startup(self, app: web.Application) -> None:
        """Leave the words to the command."""

    async def _make_app(self) -> web.Application:
        """Return everything of textual-serve under the random path, and nothing beside it."""
        hidden = await super()._make_app()
        app = web.Application(middlewares=[self._guard])
        app.add_subapp(f"/{self._token}/", hidden)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests that another page, or a foreign name for this host, has sent here."""
        if request.headers.get("Host") not in self._names:
            raise web.HTTPMisdirectedRequest(text="This server answers to 127.0.0.1 and localhost only.\n")
        origin = request.headers.get("Origin")
        if origin is not None and origin not in {f"http://{name}" for name in self._names}:
            raise web.HTTPForbidden(text="Another page has asked for this.\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(self._headers())
        return response

    @property
    def _names(self) -> set[str]:
        return {f"{HOST}:{self.port}", f"localhost:{self.port}"}

    def _headers(self) -> dict[str, Any]:
        sockets = " ".join(f"ws://{name}" for name in sorted(self._names))
        policy = (
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data:; connect-src 'self' {sockets}; frame-ancestors 'none'"
        )
        return {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
