"""`batchtui workspaces`: add, list, test, rename and remove workspaces without a screen."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click
from pydantic import SecretStr

from batchtui.cli.completing import complete_workspace
from batchtui.cli.exit_codes import DONE, NOT_ALL_RIGHT
from batchtui.cli.options import Choices
from batchtui.cli.result_table import cut, table_width
from batchtui.errors import (
    ApiError,
    CredentialError,
    KeyringError,
    UnknownWorkspaceError,
    UsageError,
    WorkspaceExistsError,
)
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui.workspace_words import describe_batches, describe_owner, format_host, list_badges
from batchtui.workspace import (
    DEFAULT_BASE_URL,
    KeyCheck,
    NewWorkspace,
    WorkspaceDirectory,
    WorkspaceEntry,
    check_key,
    check_name,
)

_KEY_SIGN = "sk-ant-"
_LONGEST_LINE = 8192
"""Bytes that are read of `--key-stdin`; no key is nearly as long."""


@click.group("workspaces")
def command() -> None:
    """Add, list, test, rename and remove workspaces.

    A workspace is a name for a server and for the place where its key comes from. A key is never given on a command
    line and never kept in a file of ours.

    Example: batchtui workspaces add production
    """


@command.command("add", short_help="Add a workspace and its key.", context_settings={"allow_extra_args": True})
@click.argument("name", metavar="NAME")
@click.option("--key-stdin", is_flag=True, help="Read the key from the first line of standard input.")
@click.option("--key-env", metavar="VAR", help="Read the key from this variable at every start; nothing is stored.")
@click.option("--key-command", metavar="'COMMAND …'", help="Run this at every start; it prints the key.")
@click.option("--key-command-interactive", is_flag=True, help="It may ask on the terminal, for a passphrase say.")
@click.option("--base-url", metavar="URL", help="The server; Anthropic's own by default.")
@click.option("--workspace-id", metavar="ID", help="Sent with every call; for keys that span workspaces.")
@click.option("--read-only", is_flag=True, help="Refuse to cancel and delete in this workspace.")
@click.option("--production", is_flag=True, help="Let dialogs ask for the last four characters of a batch's id.")
@click.option("--colour", metavar="COLOUR", help="Of its name: red, orange, yellow, green, cyan, blue, purple, pink.")
@click.option("--no-check", is_flag=True, help="Store it without trying the key with one call.")
@click.option("--default", "is_default", is_flag=True, help="Open it when no workspace is named.")
@click.pass_context
def add(ctx: click.Context, /, *, name: str, key_stdin: bool, no_check: bool, is_default: bool, **options: Any) -> None:
    """Add a workspace; without a --key option, a hidden prompt asks for its key.

    The key is tried with one call first, which also shows to which workspace it really belongs. It is then kept in this
    computer's keyring.

    Example: pass show anthropic | batchtui workspaces add research --key-stdin
    """
    refuse_keys(name, *ctx.args, *options.values())
    if ctx.args:
        raise click.UsageError(f"There is more than one name: {' '.join([name, *ctx.args])}", ctx)
    choices = ctx.find_object(Choices) or Choices()
    new = read_workspace(name, choices, key_stdin=key_stdin, **options)
    directory = choices.directory()
    if find_entry(directory, new.name) is not None:
        raise WorkspaceExistsError(f"there is a workspace {new.name}")
    key = None if new.key_kind != "keyring" else read_key_line() if key_stdin else ask_for_key(new)
    check = None if no_check else directory.check(new, key)
    if check is not None:
        say(f"The key works. It belongs to {describe_found(check)}.")
    directory.add(new, key, checked=check, is_default=is_default)
    say(f"Added {new.name}.")


def read_workspace(
    name: str,
    choices: Choices,
    *,
    key_stdin: bool,
    key_env: str | None,
    key_command: str | None,
    key_command_interactive: bool,
    base_url: str | None,
    workspace_id: str | None,
    read_only: bool,
    production: bool,
    colour: str | None,
) -> NewWorkspace:
    """Return what the options describe; raise `UsageError` where they contradict each other."""
    if sum((key_stdin, key_env is not None, key_command is not None)) > 1:
        raise UsageError("the key has two sources", hint="Give one of --key-stdin, --key-env and --key-command.")
    if key_command_interactive and key_command is None:
        raise UsageError("there is no command that could ask", hint="Give --key-command 'COMMAND …' with it.")
    return NewWorkspace(
        name=check_name(name),
        base_url=base_url or choices.base_url or DEFAULT_BASE_URL,
        key_kind="env" if key_env is not None else "command" if key_command is not None else "keyring",
        key_env=key_env,
        key_command=split_command(key_command) if key_command is not None else (),
        key_command_interactive=key_command_interactive,
        workspace_id=workspace_id,
        read_only=read_only,
        production=production,
        colour=colour,
    )


def refuse_keys(*words: object) -> None:
    """Raise `UsageError`, which does not repeat it, where a word of the command line is a key."""
    if any(isinstance(word, str) and _KEY_SIGN in word for word in words):
        raise UsageError(
            "there is a key among the words of this command",
            hint="Other programs, and the shell's history, can read it: make a new one, and let the prompt ask for it.",
        )


def split_command(line: str) -> tuple[str, ...]:
    """Return a program and its arguments, split as a shell does; nothing is expanded."""
    try:
        return tuple(shlex.split(line))
    except ValueError:
        raise UsageError(
            "a quotation mark in --key-command is not closed",
            hint="Quote as a shell does: --key-command 'pass show \"my key\"'",
        ) from None


def read_key_line() -> SecretStr:
    """Return the key on the first line of standard input."""
    if sys.stdin.isatty():
        raise UsageError(
            "--key-stdin reads what another program prints, and this is a terminal",
            hint="Leave --key-stdin out: a hidden prompt asks for the key.",
        )
    return check_key(
        SecretStr(sys.stdin.buffer.readline(_LONGEST_LINE).decode(errors="replace")), where="standard input"
    )


def ask_for_key(new: NewWorkspace) -> SecretStr:
    """Return the key that is typed behind a hidden prompt."""
    if not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to ask for the key on", hint="Use --key-stdin, --key-env or --key-command."
        )
    return check_key(
        SecretStr(click.prompt(f"Key for {new.name} at {new.base_url} (hidden)", hide_input=True, err=True))
    )


@command.command("list", short_help="List the workspaces.")
@click.option("--json", "as_json", is_flag=True, help="One workspace a line; never a key.")
@click.pass_obj
def list_(choices: Choices, *, as_json: bool) -> None:
    """List the workspaces: server, where the key comes from, and to whom it belonged when it was last tested.

    Example: batchtui workspaces list --json | jq -r .name
    """
    directory = choices.directory()
    entries = directory.entries()
    for words in directory.warnings:
        say(f"Warning: {words}")
    lines = map(to_json, entries) if as_json else format_table(entries, table_width())
    for line in lines:
        click.echo(line)
    if not entries:
        say("No workspaces yet. `batchtui workspaces add NAME` makes one.")


def to_json(entry: WorkspaceEntry) -> str:
    """Return a workspace as one line of JSON; only non-ASCII is escaped, so that it is safe on a terminal."""
    return json.dumps(
        {
            "name": entry.name,
            "base_url": entry.base_url,
            "key_kind": entry.key_kind,
            "key_source": entry.key_source,
            "workspace_id": entry.workspace_id,
            "seen_workspace_id": entry.seen_workspace_id,
            "seen_organization_id": entry.seen_organization_id,
            "default": entry.is_default,
            "read_only": entry.is_read_only,
            "production": entry.is_production,
            "colour": entry.colour,
        }
    )


def format_table(entries: Sequence[WorkspaceEntry], width: int | None = None) -> Iterator[str]:
    """Yield a heading and a line a workspace, each column as wide as it must be; cut where the terminal ends."""
    rows = [("WORKSPACE", "SERVER", "KEY FROM", "BELONGS TO", "")] if entries else []
    for entry in entries:
        owner = safe_line(entry.seen_workspace_id or entry.seen_organization_id or "not known yet")
        words = ", ".join(list_badges(entry))
        rows.append((safe_line(entry.name), format_host(entry.base_url), safe_line(entry.key_source), owner, words))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{cell:<{room}}" for cell, room in zip(row, widths, strict=True)).rstrip()
        yield line if width is None else cut(line, width)


@command.command("test", short_help="Try keys with one call each.")
@click.argument("names", metavar="[NAME…]", nargs=-1, shell_complete=complete_workspace)
@click.pass_obj
def test(choices: Choices, *, names: tuple[str, ...]) -> int:
    """Try keys with one call each, all of them by default; exit 3 when one failed.

    Says to which workspace each key really belongs, and warns when that has changed.
    """
    directory = choices.directory()
    wanted = list(dict.fromkeys(names)) or [entry.name for entry in directory.entries()]
    for name in wanted:
        entry_named(directory, name)
    if not wanted:
        say("No workspaces yet. `batchtui workspaces add NAME` makes one.")
    outcomes = [test_one(directory, name) for name in wanted]
    return DONE if all(outcomes) else NOT_ALL_RIGHT


def test_one(directory: WorkspaceDirectory, name: str) -> bool:
    """Try one key, say what came of it, and return whether it works."""
    try:
        check = directory.test(name)
    except (ApiError, CredentialError) as error:
        click.echo(safe_line(f"{name}: {error}"))
        if error.hint:
            say(f"  {error.hint}")
        return False
    click.echo(f"{safe_line(name)}: works, belongs to {describe_found(check)}")
    if check.changed_from is not None:
        say(f"  Its key belonged to workspace {check.changed_from} before. Is this still the key you meant?")
    return True


@command.command("rename", short_help="Give a workspace another name.")
@click.argument("old", metavar="OLD", shell_complete=complete_workspace)
@click.argument("new", metavar="NEW")
@click.pass_obj
def rename(choices: Choices, *, old: str, new: str) -> None:
    """Give a workspace another name; a key in the keyring moves with it."""
    choices.directory().rename(old, new)
    say(f"{old} is {new} now.")


@command.command("remove", short_help="Remove a workspace and its key.")
@click.argument("name", metavar="NAME", shell_complete=complete_workspace)
@click.option("--yes", "-y", "is_agreed", is_flag=True, help="Do not ask.")
@click.option("--keep-key", is_flag=True, help="Leave the key in the keyring, such as one that cannot be reached.")
@click.pass_obj
def remove(choices: Choices, *, name: str, is_agreed: bool, keep_key: bool) -> None:
    """Remove a workspace, and its key from the keyring; its batches stay on the server."""
    directory = choices.directory()
    entry = entry_named(directory, name)
    if not is_agreed and not entry.is_from_environment:
        confirm_removal(entry, keep_key=keep_key)
    try:
        directory.remove(name, keep_key=keep_key)
    except KeyringError as error:
        error.hint = f"{error.hint} --keep-key removes the workspace and leaves its key in the keyring."
        raise
    say(f"Removed {name}.")


@command.command("unlock", short_help="Unlock this computer's keyring.")
@click.pass_context
def unlock(ctx: click.Context) -> None:
    """Unlock this computer's keyring with its password, also without a desktop; without one, the desktop asks.

    Example: batchtui workspaces unlock
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the keyring's password on")
    typed = click.prompt("Password of the keyring", default="", hide_input=True, show_default=False, err=True)
    directory = (ctx.find_object(Choices) or Choices()).directory()
    directory.unlock_keyring(SecretStr(typed) if typed else None)
    say("The keyring is unlocked.")


def confirm_removal(entry: WorkspaceEntry, *, keep_key: bool) -> None:
    """Ask; raise `click.Abort` for no, `UsageError` where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint="Add --yes to go ahead without a question.")
    has_key = entry.key_kind == "keyring"
    fate = "" if not has_key else " and leave its key in the keyring" if keep_key else " and its key in the keyring"
    click.confirm(f"Remove the workspace {entry.name} ({format_host(entry.base_url)}){fate}?", abort=True, err=True)


def entry_named(directory: WorkspaceDirectory, name: str) -> WorkspaceEntry:
    """Return a workspace; raise `UnknownWorkspaceError` where there is none."""
    entry = find_entry(directory, name)
    if entry is None:
        raise UnknownWorkspaceError(f"there is no workspace {name!r}")
    return entry


def find_entry(directory: WorkspaceDirectory, name: str) -> WorkspaceEntry | None:
    """Return a workspace by its name."""
    return next((entry for entry in directory.entries() if entry.name == name), None)


def describe_found(check: KeyCheck) -> str:
    """Return to whom a key belongs, and how many batches were seen with it."""
    owner = describe_owner(check.workspace_id, check.organization_id) or "a workspace that the server does not name"
    return f"{owner}; {describe_batches(check)}"


def say(words: str) -> None:
    """Write words for the person, beside the data."""
    click.echo(safe_block(words), err=True)
