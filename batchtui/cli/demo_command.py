"""`batchtui demo`: the dashboard on the embedded simulator; nothing of this computer is read or changed."""

from __future__ import annotations

from dataclasses import replace

import click

from batchtui.cli.dashboard import check_terminal, run_app
from batchtui.cli.demo_stage import start_demo
from batchtui.cli.options import Choices


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
