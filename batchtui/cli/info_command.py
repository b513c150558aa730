"""`batchtui info`: what is installed, where files are, which setting came from where. Nothing secret."""

from __future__ import annotations

import json
import locale
import os
import platform
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchtui import __version__
from batchtui.cli.options import Choices, workspace_options
from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_line

if TYPE_CHECKING:
    from batchtui.settings import Settings

_LIBRARIES = ("textual", "httpx", "pydantic", "keyring", "msgspec", "click")
_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_WORKSPACE_ID",
    "BATCHTUI_CONFIG",
    "BATCHTUI_READ_ONLY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_COLOR",
    "NO_PROXY",
    "SSH_CONNECTION",
    "SSL_CERT_FILE",
    "TERM",
    "TMUX",
)
_SHOWN = frozenset({"TERM", "BATCHTUI_CONFIG", "BATCHTUI_READ_ONLY", "NO_COLOR"})
_WIDTH = 32

Section = Mapping[str, Any]


@click.command("info")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--actions", "is_of_actions", is_flag=True, help="Instead, list what keys can do, for the table [keys].")
@click.option(
    "--write-config",
    "target",
    metavar="[PATH]",
    is_flag=False,
    flag_value="",
    type=click.Path(),
    help="Instead, write a configuration file that explains every setting.",
)
@click.option("--force", is_flag=True, help="Let --write-config replace a file.")
@workspace_options
def command(choices: Choices, *, as_json: bool, is_of_actions: bool, target: str | None, force: bool) -> None:
    r"""Show versions, paths, settings with their origin, and where each key comes from.

    \b
    Examples:
      batchtui info
      batchtui info --write-config
    """
    if target is not None:
        _write_config(target, force=force)
        return
    if is_of_actions:
        _list_actions()
        return
    sections = dict(_sections(choices))
    if as_json:
        click.echo(json.dumps(sections, ensure_ascii=False))
        return
    for number, (title, facts) in enumerate(sections.items()):
        click.echo(("\n" if number else "") + title)
        for name, value in facts.items():
            click.echo(f"  {safe_line(name):<{_WIDTH}}{safe_line(str(value))}")


def _write_config(target: str, *, force: bool) -> None:
    from batchtui.exports.whole_file import write_whole  # noqa: PLC0415  # slow, and only needed here
    from batchtui.paths import config_path  # noqa: PLC0415  # as above
    from batchtui.settings import example_file  # noqa: PLC0415  # as above

    path = Path(target) if target else config_path()
    if not target:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, lambda out: out.write(example_file().encode()), force=force)
    click.echo(f"Wrote {safe_line(str(path))}: every setting with its default, none of them changed.", err=True)


def _list_actions() -> None:
    from batchtui.ui.reference import iter_keys  # noqa: PLC0415  # imports every screen

    rows = [(line.name, line.keys, line.help) for line in iter_keys() if line.name]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, keys, words in sorted(set(rows)):
        click.echo(f"{name:<{widths[0]}}  {keys:<{widths[1]}}  {words}")


def _sections(choices: Choices) -> Iterator[tuple[str, Section]]:
    from batchtui.paths import cache_folder, config_path, state_folder  # noqa: PLC0415  # imports platformdirs
    from batchtui.workspace import audit_path, journal_path  # noqa: PLC0415  # imports pydantic and httpx

    config, audit = config_path(), audit_path()
    yield "versions", _versions()
    yield (
        "paths",
        {
            "configuration": f"{config}{'' if config.exists() else ' (not there: the defaults hold)'}",
            "results while open": str(cache_folder()),
            "state": str(state_folder()),
            "told notices": str(journal_path()),
            "audit log": f"{audit}{'' if audit.exists() else ' (nothing canceled or deleted yet)'}",
        },
    )
    yield "environment", {name: _show_variable(name) for name in _VARIABLES if name in os.environ}
    yield "terminal", _terminal()
    try:
        yield "settings", _settings(config)
        yield "workspaces", _workspaces(choices)
    except BatchtuiError as error:
        yield "problem", {"configuration": str(error), "way out": error.hint}


def _versions() -> Section:
    libraries = {library: version(library) for library in _LIBRARIES}
    return {"batchtui": __version__, "python": f"{platform.python_version()} on {platform.system()}", **libraries}


def _show_variable(name: str) -> str:
    return os.environ[name] if name in _SHOWN else "set"


def _terminal() -> Section:
    def is_terminal(stream: Any) -> str:
        return "a terminal" if stream.isatty() else "no terminal"

    return {
        "input": is_terminal(sys.stdin),
        "output": is_terminal(sys.stdout),
        "encoding": locale.getpreferredencoding(do_setlocale=False),
    }


def _settings(config: Path) -> Section:
    from batchtui.settings import Settings, load_settings  # noqa: PLC0415  # imports pydantic

    settings = load_settings(config)
    said = tomllib.loads(config.read_text(encoding="utf-8")) if config.exists() else {}
    names = [name for name in Settings.model_fields if name not in {"workspaces", "notices", "keys", "warnings"}]
    facts = {name: _with_origin(getattr(settings, name), is_said=name in said) for name in names}
    for name, value in settings.notices.model_dump(mode="json").items():
        facts[f"notices.{name}"] = _with_origin(value, is_said=name in said.get("notices", {}))
    facts |= {f"keys.{line.action}": _with_origin(",".join(line.keys), is_said=True) for line in settings.keys}
    warnings = enumerate((*settings.warnings, *_of_the_screen(settings)), start=1)
    return {**facts, **{f"not understood {number}": warning for number, warning in warnings}}


def _of_the_screen(settings: Settings) -> list[str]:
    """Return what only the screens can judge: names of themes, actions and keys."""
    if not settings.keys and settings.theme is None:
        return []
    from batchtui.ui.reference import explain_settings  # noqa: PLC0415  # imports every screen

    return explain_settings(settings.theme, settings.keys)


def _with_origin(value: object, *, is_said: bool) -> str:
    words = json.dumps(value) if value is not None else "none"
    return f"{words} ({'configuration' if is_said else 'default'})"


def _workspaces(choices: Choices) -> Section:
    entries = choices.directory().entries()
    facts: dict[str, str] = {}
    for entry in entries:
        marks = [entry.base_url, f"key from {entry.key_source}"]
        marks += ["opened when none is named"] if entry.is_default else []
        marks += ["read-only"] if entry.is_read_only else []
        marks += ["production"] if entry.is_production else []
        facts[entry.name] = " · ".join(marks)
    return facts or {"none": "`batchtui workspaces add NAME` makes one"}
