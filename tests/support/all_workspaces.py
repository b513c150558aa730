"""Several workspaces in one dashboard: one with a key that works, one refused, one that cannot be reached."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from batchtui.demo.simulator import Simulator
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.dashboard_options import DashboardOptions
from batchtui.workspace import WorkspaceDirectory
from tests.support.batches_app import NEVER, Dashboard

REVOKED = "sk-ant-api03-revoked-000000000000"


def unreachable_url() -> str:
    """Return a URL at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def write_configuration(folder: Path, simulator: Simulator, *, broken: bool = True) -> dict[str, str]:
    """Configure `production` and `staging`, with `broken` also `revoked` and `away`; return the environment."""
    tables = [
        f'[workspaces.production]\nbase_url = "{simulator.url}"\nkey_env = "PRODUCTION"\ncolour = "red"\n',
        f'[workspaces.staging]\nbase_url = "{simulator.url}"\nkey_env = "STAGING"\ncolour = "blue"\n',
    ]
    if broken:
        tables.append(f'[workspaces.revoked]\nbase_url = "{simulator.url}"\nkey_env = "REVOKED"\n')
        tables.append(f'[workspaces.away]\nbase_url = "{unreachable_url()}"\nkey_env = "STAGING"\n')
    config = folder / "config.toml"
    config.write_text("\n".join(tables))
    return {
        "BATCHTUI_CONFIG": str(config),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PRODUCTION": simulator.keys["production"],
        "STAGING": simulator.keys["staging"],
        "REVOKED": REVOKED,
    }


@contextmanager
def opened(environ: Mapping[str, str]) -> Iterator[WorkspaceDirectory]:
    """Yield these workspaces, closed afterwards."""
    directory = WorkspaceDirectory(environ=environ, origin="dashboard")
    try:
        yield directory
    finally:
        directory.close()


@asynccontextmanager
async def all_workspaces(
    simulator: Simulator, folder: Path, *, size: tuple[int, int] = (120, 36), broken: bool = True
) -> AsyncIterator[Dashboard]:
    """Open the dashboard on `production` and press `A`."""
    with opened(write_configuration(folder, simulator, broken=broken)) as directory:
        app = BatchtuiApp(directory, DashboardOptions(workspace="production", refresh_seconds=NEVER))
        async with app.run_test(size=size, notifications=False) as pilot:
            seen = Dashboard(pilot, app, simulator)
            await seen.sees("updated")
            await seen.press("A")
            await seen.sees("requests in flight")
            yield seen
