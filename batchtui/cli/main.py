"""The `batchtui` command: its verbs, loaded when they are named, and the one place where errors become exit codes.

0 done · 1 the API or the network refused · 2 wrong usage · 3 done, but something is not all right · 4 no usable key ·
130 interrupted; a signal that ends the program gives 128 and its number.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from batchtui import __version__
from batchtui.cli.encoding import adapt_output
from batchtui.cli.exit_codes import DONE, INTERRUPTED
from batchtui.cli.options import LEVELS, Choices, FiniteRange, workspace_options
from batchtui.cli.standard_streams import drop_unwritten, open_closed_streams, refused_by_stdout
from batchtui.errors import BatchtuiError
from batchtui.leaving import exit_on_signals, told_code, undo_all
from batchtui.safe_text import safe_block

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VERBS = {
    "cancel": ("batchtui.cli.cancel_command", "Cancel batches that still run."),
    "completion": ("batchtui.cli.completion_command", "Print the script by which a shell completes words."),
    "delete": ("batchtui.cli.delete_command", "Delete ended batches with their results."),
    "demo": ("batchtui.cli.demo_command", "The dashboard on a simulator: no key, no network."),
    "errors": ("batchtui.cli.errors_command", "Group failed requests by their cause, biggest group first."),
    "export": ("batchtui.cli.export_command", "Write failed custom_ids, a table or result lines to a file."),
    "info": ("batchtui.cli.info_command", "Show versions, paths, settings and where keys come from."),
    "list": ("batchtui.cli.list_command", "List batches, newest first."),
    "results": ("batchtui.cli.results_command", "Print results while they arrive: all, some types, or what matches."),
    "serve": ("batchtui.cli.serve_command", "Show the dashboard in a browser on this computer, for reading."),
    "show": ("batchtui.cli.show_command", "Show one batch."),
    "simulate": ("batchtui.cli.simulate_command", "Serve only the simulator, for other clients."),
    "watch": ("batchtui.cli.watch_command", "Wait until batches end."),
    "workspaces": ("batchtui.cli.workspaces_command", "Add, list, test, rename and remove workspaces."),
}


class LazyGroup(click.Group):
    """A group that imports a verb's module when the verb is used, so that `--version` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the verbs' names."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        """Import and return one verb."""
        if cmd_name not in VERBS:
            return None
        return cast("click.Command", importlib.import_module(VERBS[cmd_name][0]).command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; a reader that has seen enough of its output ends it quietly, which click calls a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return DONE

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer verbs without importing them."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  # only a shell that completes needs it

        verbs = [CompletionItem(name, help=VERBS[name][1]) for name in sorted(VERBS) if name.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's
        """Write the list of verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, VERBS[name][1]) for name in sorted(VERBS)])


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@workspace_options
@click.option("--read-only", is_flag=True, help="Refuse to cancel and delete.")
@click.option("--refresh", "refresh_seconds", metavar="SECONDS", type=FiniteRange(1, 3600), help="How often to poll.")
@click.option(
    "--low-bandwidth/--no-low-bandwidth",
    "low_bandwidth",
    default=None,
    help="Draw less, for a slow link; by itself over SSH.",
)
@click.option("--mouse/--no-mouse", "mouse", default=None, help="Leave the mouse to the terminal, or not.")
@click.option("--log-file", metavar="PATH", type=click.Path(path_type=Path), help="Append what happens, never a key.")
@click.option("--log-level", type=click.Choice(LEVELS), help="How much of it; info by default.")
@click.version_option(__version__, message="batchtui %(version)s")
@click.pass_context
def root(
    ctx: click.Context,
    choices: Choices,
    *,
    read_only: bool,
    refresh_seconds: float | None,
    low_bandwidth: bool | None,
    mouse: bool | None,
    log_file: Path | None,
    log_level: str | None,
) -> None:
    """Watch, read, triage and export Anthropic Message Batches.

    Without a command, opens the dashboard.
    """
    choices = ctx.obj = replace(choices, is_read_only=read_only, is_low_bandwidth=low_bandwidth, has_mouse=mouse)
    if log_level and not log_file:
        raise click.UsageError("--log-level says how much goes to --log-file, which is missing.", ctx)
    if log_file:
        from batchtui.cli.log_file import logging_to  # noqa: PLC0415  # logging takes a while to import

        ctx.with_resource(logging_to(log_file, log_level or "info", ctx.invoked_subcommand or "dashboard"))
    if ctx.invoked_subcommand is None:
        from batchtui.cli.dashboard import open_dashboard  # noqa: PLC0415  # imports the screens, which takes a while

        open_dashboard(choices, read_only=read_only, refresh_seconds=refresh_seconds)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; errors have been told on stderr."""
    try:
        outcome: Any = root.main(arguments, prog_name="batchtui", standalone_mode=False)
    except BatchtuiError as error:
        tell_error(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except OSError as error:
        if error.filename is not None:
            raise
        if isinstance(error, BrokenPipeError):
            return DONE
        tell_error(refusal := refused_by_stdout(error))
        return refusal.exit_code
    finally:
        drop_unwritten()
    return outcome if isinstance(outcome, int) else DONE


def tell_error(error: BatchtuiError) -> None:
    """Write what went wrong, and the way out, to stderr."""
    click.echo(safe_block(f"batchtui: {error}"), err=True)
    if error.hint:
        click.echo(safe_block(f"  {error.hint}"), err=True)


def main() -> None:
    """Run the program."""
    exit_on_signals()
    open_closed_streams()
    adapt_output()
    try:
        code = run()
    except Exception:
        if told_code() is None:
            raise
        code = INTERRUPTED  # what broke is what the signal interrupted, such as the taking of a lock
    finally:
        undo_all()
    told = told_code()
    sys.exit(code if told is None else told)
