"""Options that every verb shares."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from batchtui.cli.completing import complete_workspace
from batchtui.safe_text import safe_line

if TYPE_CHECKING:
    from batchtui.workspace import RetryWait, Workspace, WorkspaceDirectory

LEVELS = ("debug", "info", "warning", "error")
"""How much a log holds, most first."""

CLEAR_LINE = "\r\x1b[K"
"""Takes away what stands on a terminal's line, such as how far something is."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Choices:
    """Which workspace, and at which server, and how much is drawn; None means the default."""

    workspace: str | None = None
    base_url: str | None = None
    is_read_only: bool = False
    is_low_bandwidth: bool | None = None
    has_mouse: bool | None = None

    def directory(self) -> WorkspaceDirectory:
        """Return the person's workspaces, which are closed with the command."""
        from batchtui.workspace import WorkspaceDirectory  # noqa: PLC0415  # pydantic and httpx are slow to import

        directory = WorkspaceDirectory(is_read_only=self.is_read_only)
        click.get_current_context().call_on_close(directory.close)
        return directory

    def open_workspace(self) -> Workspace:
        """Return the chosen workspace; whoever looks on is told when a call is made again, which can take minutes."""
        workspace = self.directory().open(self.workspace, base_url=self.base_url)
        if sys.stderr.isatty():
            workspace.on_wait = _tell_wait
        return workspace


def _tell_wait(wait: RetryWait) -> None:
    words = f"{wait.error.title}: {wait.error.detail}".rstrip(".: ")
    words = safe_line(f"{words}; trying again in {math.ceil(wait.seconds)} s.")
    click.echo(f"{CLEAR_LINE}{words}", err=True)


def workspace_options(function: F) -> F:
    """Give a verb `--workspace` and `--base-url`, as one `choices`; what the verb leaves out, the program's own say."""

    @click.option("--workspace", "-w", metavar="NAME", shell_complete=complete_workspace, help="The workspace to use.")
    @click.option("--base-url", metavar="URL", help="Another server than the workspace's own.")
    @click.pass_context
    @functools.wraps(function)
    def with_choices(
        ctx: click.Context, /, *args: Any, workspace: str | None, base_url: str | None, **kwargs: Any
    ) -> Any:
        outer = ctx.find_object(Choices) or Choices()
        choices = replace(outer, workspace=workspace or outer.workspace, base_url=base_url or outer.base_url)
        return function(*args, choices=choices, **kwargs)

    return with_choices  # type: ignore[return-value]  # click's decorators return what they were given


class FiniteRange(click.FloatRange):
    """A number within its bounds; `nan`, which is within all bounds, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; fail with a sentence for anything else."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


def comma_list(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split `a,b` into its words."""
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())
