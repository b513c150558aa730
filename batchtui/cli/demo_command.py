"""`batchtui demo`: the dashboard on the embedded simulator; nothing of this computer is read or changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from batchtui.cli.dashboard import check_terminal, run_app, start_demo
from batchtui.cli.options import Choices
from batchtui.cli.simulate_command import make_simulator

if TYPE_CHECKING:
    from batchtui.settings.schema import Colour
    from batchtui.workspace import WorkspaceDirectory


_COLOURS: Mapping[str, Colour] = {"production": "red", "staging": "blue", "sandbox": "green"}


@click.command("demo")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other ids and texts.")
@click.pass_context
def command(ctx: click.Context, *, seed: int) -> None:
    """Open the dashboard on simulated workspaces: no key, no network, no configuration.

    Example: batchtui demo --seed 7
    """
    check_terminal()
    choices = ctx.find_object(Choices) or Choices()
    run_app(start_demo(seed, is_read_only=choices.is_read_only), replace(choices, workspace=None, base_url=None))


def demo_directory(seed: int = 0, *, is_read_only: bool = False) -> WorkspaceDirectory:
    """Start a simulator in this process and return its workspaces; closing them stops it."""
    from pydantic import SecretStr  # noqa: PLC0415  # slow to import, like the next

    from batchtui.workspace import (  # noqa: PLC0415  # as above
        KeySource,
        WorkspaceDirectory,
        WorkspaceSettings,
        asks_for_reading_only,
    )

    simulator = make_simulator(seed=seed).start()
    session = KeySource(kind="session")
    workspaces = [
        (
            WorkspaceSettings(name=name, base_url=simulator.url, key=session, colour=_COLOURS.get(name)),
            SecretStr(key),
        )
        for name, key in simulator.keys.items()
    ]
    return WorkspaceDirectory.in_memory(
        workspaces, is_read_only=is_read_only or asks_for_reading_only(os.environ), on_close=simulator.stop
    )
