"""The batches of every workspace for `batchtui list`: read side by side, told one workspace after the other."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import click

from batchtui.cli.options import Choices
from batchtui.errors import BatchtuiError, UsageError
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_block
from batchtui.workspace import Workspace


@dataclass(eq=False)
class _Reading:
    """One workspace being read in a thread of its own, which does not hold up the exit."""

    workspace: Workspace
    batches: Sequence[MessageBatch] = ()
    error: BaseException | None = None
    is_done: threading.Event = field(default_factory=threading.Event)

    def start(self, read: Callable[[Workspace], Sequence[MessageBatch]]) -> None:
        """Begin."""

        def run() -> None:
            try:
                self.batches = read(self.workspace)
            except BaseException as error:  # noqa: BLE001  # raised again by whoever waits
                self.error = error
            self.is_done.set()

        threading.Thread(target=run, daemon=True, name=f"batchtui-list-{self.workspace.name}").start()


def iter_workspaces(
    choices: Choices, read: Callable[[Workspace], Sequence[MessageBatch]], on_failure: Callable[[BatchtuiError], None]
) -> Iterator[tuple[Workspace, Sequence[MessageBatch]]]:
    """Yield each workspace with its batches, in the order of the list; say what failed and go on.

    Raises `UsageError` where one workspace, or another server, was asked for as well.
    """
    if choices.workspace or choices.base_url:
        raise UsageError(
            "--all-workspaces is every one, at its own server", hint="Leave out --workspace and --base-url."
        )
    readings = [_Reading(workspace) for _, workspace in choices.directory().open_all()]
    for reading in readings:
        reading.start(read)
    for reading in readings:
        reading.is_done.wait()
        if reading.error is None:
            yield reading.workspace, reading.batches
        elif isinstance(reading.error, BatchtuiError):
            _tell(reading.workspace, reading.error)
            on_failure(reading.error)
        else:
            raise reading.error


def with_workspace(batch: MessageBatch, workspace: Workspace) -> str:
    """Return a batch as one line of JSON that also says its workspace."""
    return json.dumps({**json.loads(batch.to_json()), "workspace": workspace.name}, ensure_ascii=False)


def _tell(workspace: Workspace, error: BatchtuiError) -> None:
    click.echo(safe_block(f"{workspace.name}: {error}"), err=True)
    if error.hint:
        click.echo(safe_block(f"  {error.hint}"), err=True)
