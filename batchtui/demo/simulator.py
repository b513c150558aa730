"""A Message Batches API on this machine, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from batchtui.demo.app import make_app
from batchtui.demo.clock import SimulatedClock
from batchtui.demo.downloads import Delivery
from batchtui.demo.faults import Faults
from batchtui.demo.journal import Journal, LoggedRequest
from batchtui.demo.scenario import Scenario
from batchtui.demo.scene import set_scene


class Simulator:
    """Serves a scenario over HTTP from `start` to `stop`, or as a context manager.

    The same seed gives the same scene. With `speed` 60 a minute passes in a second; a `clock` of the caller's own may
    stand still. `scene=False` begins with an empty stage. `delivery` says whether results are compressed and resumable.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        seed: int = 0,
        speed: float = 1.0,
        scene: bool = True,
        host: str = "127.0.0.1",
        clock: SimulatedClock | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        self.scenario = Scenario(clock or SimulatedClock(speed=speed), seed=seed)
        self.faults = Faults()
        self._journal = Journal(seed)
        self._address = (host, port)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._app = make_app(self.scenario, self.faults, self._journal, delivery or Delivery())
        if scene:
            set_scene(self.scenario)

    @property
    def url(self) -> str:
        """Where it listens; before `start`, where it was told to."""
        host, port = self._address
        return f"http://{host}:{port}"

    @property
    def keys(self) -> Mapping[str, str]:
        """The key of each workspace, by the workspace's name."""
        return MappingProxyType({workspace.name: workspace.key for workspace in self.scenario.workspaces})

    @property
    def spanning_key(self) -> str:
        """A key of all workspaces, which needs the header `anthropic-workspace-id`."""
        return self.scenario.spanning_key

    @property
    def workspace_ids(self) -> Mapping[str, str]:
        """The id of each workspace, by the workspace's name."""
        return MappingProxyType({workspace.name: workspace.id for workspace in self.scenario.workspaces})

    @property
    def requests(self) -> Sequence[LoggedRequest]:
        """What clients have asked lately, without their keys."""
        return self._journal.requests()

    def start(self) -> Self:
        """Listen and return once requests are answered; raise `OSError` when the port is taken."""
        listener = socket.create_server(self._address)
        self._address = listener.getsockname()[:2]
        self._server = _Server(self._app)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="batchtui-simulator", daemon=True
        )
        self._thread.start()
        self._server.is_listening.wait()
        return self

    def stop(self) -> None:
        """Close every connection, also those in the middle of an answer; to stop twice is harmless."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


class _Protocol(H11Protocol):
    """Lets the application reach its connection, so that it can hang up."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """A server that leaves signals alone and stops at once."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=60,
            )
        )
        self.is_listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def stop(self) -> None:
        """Ask the server's thread to end; it does so within milliseconds."""
        if self._loop is not None and self._stopping is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until `stop`; whoever waits for the start is let go even when it fails."""
        try:
            super().run(sockets)
        finally:
            self.is_listening.set()

    async def main_loop(self) -> None:
        """Serve until `stop`."""
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.is_listening.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hang up on everybody; what still runs is canceled with the loop."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
