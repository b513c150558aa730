"""`batchtui simulate`: the simulator alone, for other clients."""

from __future__ import annotations

import importlib.util
import threading
from typing import TYPE_CHECKING

import click

from batchtui.cli.options import FiniteRange
from batchtui.errors import DemoUnavailableError, UsageError

if TYPE_CHECKING:
    from batchtui.demo.simulator import Simulator

DEFAULT_PORT = 8089


@click.command("simulate")
@click.option("--port", type=click.IntRange(0, 65_535), default=DEFAULT_PORT, show_default=True, help="0 for any free.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other ids and texts.")
@click.option(
    "--speed", type=FiniteRange(0, 1_000_000), default=1.0, show_default=True, help="How fast its clock runs."
)
def command(*, port: int, seed: int, speed: float) -> None:
    """Serve a simulated Message Batches API on this machine until Ctrl+C.

    Example: batchtui simulate --port 8089 --speed 60
    """
    simulator = make_simulator(port=port, seed=seed, speed=speed)
    try:
        simulator.start()
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {error.strerror or error}", hint="Choose another with --port, or --port 0."
        ) from error
    try:
        click.echo(describe(simulator))
        threading.Event().wait()
    finally:
        simulator.stop()


def make_simulator(*, port: int = 0, seed: int = 0, speed: float = 1.0) -> Simulator:
    """Return a simulator with the demo's scene; raise `DemoUnavailableError` without the extra."""
    for library in ("starlette", "uvicorn"):
        if importlib.util.find_spec(library) is None:
            raise DemoUnavailableError(f"{library} is missing")
    from batchtui.demo.downloads import Delivery  # noqa: PLC0415  # needs the extra
    from batchtui.demo.simulator import Simulator  # noqa: PLC0415  # needs the extra

    return Simulator(port=port, seed=seed, speed=speed, delivery=Delivery(is_compressed=False))


def describe(simulator: Simulator) -> str:
    """Return the address, the keys and what to do with them."""
    keys = "".join(f"  {name:<11} {key}\n" for name, key in simulator.keys.items())
    ids = "".join(f"  {name:<11} {workspace_id}\n" for name, workspace_id in simulator.workspace_ids.items())
    first = next(iter(simulator.keys.values()))
    return (
        f"URL  {simulator.url}\n\n"
        f"Keys, one for each workspace:\n{keys}\n"
        f"A key of all workspaces, which needs the header anthropic-workspace-id:\n"
        f"  {simulator.spanning_key}\n{ids}\n"
        "Try it:\n"
        f"  export ANTHROPIC_BASE_URL={simulator.url} ANTHROPIC_API_KEY={first}\n"
        "  batchtui list --limit 5\n"
        f"  curl -H 'x-api-key: {first}' -H 'anthropic-version: 2023-06-01' {simulator.url}/v1/messages/batches\n"
        f'  curl -d \'{{"kind": "status", "status": 529, "times": 3}}\' {simulator.url}/_simulator/faults\n'
        f"  curl -d '{{\"seconds\": 3600}}' {simulator.url}/_simulator/advance\n\n"
        "Ctrl+C ends it."
    )
