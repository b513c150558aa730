"""`batchtui completion`: the script by which a shell completes verbs, options, workspaces and ids of batches."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from batchtui.errors import UsageError

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, *, shell: str) -> None:
    r"""Print what makes a shell complete batchtui's words.

    Ids are those that `batchtui list` or the dashboard has seen last on this computer; nothing is asked for.

    \b
    Examples:
      batchtui completion bash > ~/.local/share/bash-completion/completions/batchtui
      batchtui completion zsh > "${fpath[1]}/_batchtui"
      batchtui completion fish > ~/.config/fish/completions/batchtui.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"there is no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, "batchtui", "_BATCHTUI_COMPLETE").source())
