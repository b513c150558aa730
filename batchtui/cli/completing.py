"""What the shell is offered: names from the configuration and ids that were seen lately.

Nothing is asked for: no network, no keyring, no command of anybody's.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_ENV = "env"


def complete_workspace(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of workspaces."""
    return _items(_names(_configuration()), incomplete)


def complete_batch_id(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the ids of the workspace that the command line names, or that is opened when none is named."""
    from batchtui.paths import cache_folder  # noqa: PLC0415  # only a shell that completes needs it
    from batchtui.recent_ids import RecentIds  # noqa: PLC0415  # the same

    named = _named_workspace(ctx) or _default_name(_configuration())
    given = {word for value in ctx.params.values() if isinstance(value, tuple) for word in value}
    recent = RecentIds(cache_folder() / "recent")
    return _items((each for each in recent.of(named or "") if each not in given), incomplete)


def _named_workspace(ctx: click.Context) -> str | None:
    context: click.Context | None = ctx
    while context is not None:
        name = context.params.get("workspace")
        if isinstance(name, str):
            return name
        context = context.parent
    return None


def _configuration() -> dict[str, Any]:
    from batchtui.paths import config_path  # noqa: PLC0415  # as above

    path = config_path()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}  # a pipe may never end
    except (OSError, ValueError):
        return {}  # nowhere to say it


def _names(configuration: dict[str, Any]) -> Iterator[str]:
    tables = configuration.get("workspaces")
    yield from tables if isinstance(tables, dict) else ()
    if os.environ.get("ANTHROPIC_API_KEY"):
        yield _ENV


def _default_name(configuration: dict[str, Any]) -> str | None:
    names = list(_names(configuration))
    default = configuration.get("default_workspace")
    if default in names:
        return str(default)
    return _ENV if _ENV in names else next(iter(names), None)


def _items(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415  # as above

    return [CompletionItem(word) for word in words if word.startswith(incomplete) and word.isprintable()]
