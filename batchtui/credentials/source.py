"""What a key's source is, as this package needs to know it, and the words for it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal, Protocol

from batchtui.safe_text import safe_line


class Source(Protocol):
    """Where a key comes from; `env` and `command` only say more about their own kinds."""

    @property
    def kind(self) -> Literal["keyring", "env", "command", "session"]:
        """The kind of source."""

    @property
    def env(self) -> str | None:
        """The name of the environment variable."""

    @property
    def command(self) -> tuple[str, ...] | None:
        """The program that prints the key, and its arguments."""

    @property
    def interactive(self) -> bool:
        """Whether that program may ask for a passphrase on the terminal."""


def describe_key_source(source: Source, *, keyring: str | None = None) -> str:
    """Return a few words for a source; never its key, and nothing is asked for it.

    Of a command only the program is named: its arguments may be private. `keyring` names the OS keyring once it is
    known.
    """
    if source.kind == "env":
        return f"environment variable {source.env}"
    if source.kind == "command":
        return f"command: {describe_command(source.command or ())}"
    if source.kind == "session":
        return "this session"
    return f"OS keyring ({keyring})" if keyring else "OS keyring"


def describe_command(command: tuple[str, ...]) -> str:
    """Return the program's name, and `…` for its arguments."""
    program = safe_line(PurePath(command[0]).name) if any(command[:1]) else "(none)"
    return f"{program} …" if len(command) > 1 else program
