"""`batchtui serve`: the dashboard in a browser on this computer."""

from __future__ import annotations

import importlib.util
import os
import select
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import click

from batchtui.cli.options import Choices, workspace_options
from batchtui.errors import ServeUnavailableError, UsageError

DEFAULT_PORT = 8088
_OF_THIS_TERMINAL = ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "TERM", "COLORFGBG")
"""What the browser has nothing to do with."""

_START_SECONDS = 0.1


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65_535), default=DEFAULT_PORT, show_default=True, help="0 for any free.")
@click.option("--writable", is_flag=True, help="Let the browser cancel and delete; else it can only read.")
@workspace_options
def command(choices: Choices, *, port: int, writable: bool) -> None:
    """Show the dashboard in a browser on this computer until Ctrl+C; needs the extra `serve`.

    It listens on 127.0.0.1 only, and its address has a random part: who does not know it sees nothing. Who does, sees
    what you see: keep it out of chats, and away from browser extensions that you do not trust. What goes over
    loopback is not encrypted; a person with your account, or root, can read it. From another computer, reach it through
    `ssh -L 8088:127.0.0.1:8088 HOST`, with the same port on both sides.

    Reading only is kept by the dashboard itself: a session key that somebody types into the page could still be used
    elsewhere. Exports are written on this computer, and copying does not reach the browser's clipboard.

    Example: batchtui serve --workspace staging --port 8088
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise ServeUnavailableError("textual-serve is missing")
    from batchtui.cli.browser_server import BrowserServer  # noqa: PLC0415  # needs the extra

    for name in _OF_THIS_TERMINAL:
        os.environ.pop(name, None)
    try:
        server = BrowserServer(for_shell(dashboard_command(choices, is_writable=writable)), port)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {error.strerror or error}", hint="Choose another with --port, or --port 0."
        ) from error
    click.echo(server.url)
    what = "It can cancel and delete." if writable else "It can only read; --writable allows more."
    click.echo(f"Open this address in a browser on this computer. {what} Ctrl+C ends it.", err=True)
    server.run()


def for_shell(words: Sequence[str]) -> str:
    """Return words as the system's shell takes them; where it can, it gives way to the program."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else f"exec {shlex.join(words)}"


def leave_with_page(leave: Callable[[], object]) -> None:
    """Call `leave`, in another thread, when the server that brings this process's keys is gone, however it ended."""
    if sys.platform != "win32":
        threading.Thread(target=_wait_for_end, args=(leave,), daemon=True, name="batchtui-page").start()


def _wait_for_end(leave: Callable[[], object]) -> None:
    poll = select.poll()
    poll.register(0, 0)
    poll.poll()
    while True:
        with suppress(RuntimeError):  # there is no screen yet; or none any more, and this thread ends with the process
            leave()
            return
        time.sleep(_START_SECONDS)


def dashboard_command(choices: Choices, *, is_writable: bool) -> list[str]:
    """Return the words that open the dashboard, as this command line wants it."""
    words = [sys.executable, "-m", "batchtui"]
    words += [] if is_writable and not choices.is_read_only else ["--read-only"]
    words += ["--workspace", choices.workspace] if choices.workspace else []
    words += ["--base-url", choices.base_url] if choices.base_url else []
    return words
