"""`batchtui demo`: the dashboard on the embedded simulator, in the person's own colours; nothing is changed."""

from __future__ import annotations

from dataclasses import replace

import click

from batchtui.cli.dashboard import check_terminal, run_app
from batchtui.cli.demo_stage import read_looks, start_demo
from batchtui.cli.options import Choices


@click.command("demo")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other ids and texts.")
@click.pass_context
def command(ctx: click.Context, *, seed: int) -> None:
    """Open the dashboard on simulated workspaces: no key, no network, no configuration.

    It looks as your own dashboard does: theme, keys, mouse, ASCII and low bandwidth are those of your configuration,
    where there is one. Your workspaces and keys are not used.

    Example: batchtui demo --seed 7
    """
    check_terminal()
    choices = ctx.find_object(Choices) or Choices()
    directory = start_demo(seed, is_read_only=choices.is_read_only, looks=read_looks())
    run_app(directory, replace(choices, workspace=None, base_url=None))
