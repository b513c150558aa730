"""Keys that a program prints, such as a password manager's."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import IO

from pydantic import SecretStr

from batchtui.credentials.environment import Environment
from batchtui.credentials.key_check import check_key
from batchtui.credentials.source import describe_command
from batchtui.errors import KeyCommandError
from batchtui.leaving import undone_at_exit
from batchtui.safe_text import safe_line

SECONDS = 10.0
"""How long a key command may take."""

INTERACTIVE_SECONDS = 300.0
"""How long a person may take who is asked for a passphrase."""

LendTerminal = Callable[[], AbstractContextManager[None]]
"""Makes the terminal free for another program; raises `KeyCommandError` where there is none."""

_CHUNK = 16 * 1024
_MOST_OUTPUT = 64 * 1024
_MOST_COMPLAINT = 4 * 1024
_SHOWN_COMPLAINT = 200
_GRACE_SECONDS = 0.5
_KEY = re.compile(r"sk-ant-[\w-]+")


def key_from_command(command: tuple[str, ...], environment: Environment, *, seconds: float = SECONDS) -> SecretStr:
    """Return the first line that a program prints.

    It gets no terminal, no input and no `GPG_TTY`, or a passphrase prompt would draw over the screen. At the time limit
    it ends with everything it started. Raises `KeyCommandError`, which names the program, repeats the end of what it
    said on its error output, and never what it printed.
    """
    program = describe_command(command)
    run = _Run(_start(command, environment, program))
    return _take_key(run, program, run.wait(seconds))


def _take_key(run: _Run, program: str, problem: str | None) -> SecretStr:
    if problem:
        raise KeyCommandError(f"{program} {problem}", hint=run.hint)
    key = run.first_line()
    if not key.get_secret_value():
        raise KeyCommandError(f"{program} printed nothing on its first line{run.complaint()}")
    return check_key(key, where=f"the first line that {program} printed")


def key_from_dialogue(
    command: tuple[str, ...],
    environment: Environment,
    lend_terminal: LendTerminal,
    *,
    seconds: float = INTERACTIVE_SECONDS,
) -> SecretStr:
    """Return the first line that a program prints which may ask for a passphrase on the terminal first.

    Raises `KeyCommandError` as `key_from_command` does, and where there is no terminal to ask on.
    """
    program = describe_command(command)
    with lend_terminal():
        run = _Run(_start(command, environment, program, is_interactive=True), is_leader=False)
        problem = run.wait(seconds)
    return _take_key(run, program, problem)


@contextmanager
def own_terminal() -> Iterator[None]:
    """Lend the terminal of a command without a screen: there is nothing to clear away."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise KeyCommandError(
            "it may ask for a passphrase (key_command_interactive), and there is no terminal to ask on",
            hint="Unlock it first and take key_command_interactive out, or use another source for unattended runs.",
        )
    yield


def _start(
    command: tuple[str, ...], environment: Environment, program: str, *, is_interactive: bool = False
) -> subprocess.Popen[bytes]:
    problem, hint = "", None
    try:
        return subprocess.Popen(  # noqa: S603  # the person's own program, from the person's own configuration; no shell
            command,
            stdin=None if is_interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if is_interactive else subprocess.PIPE,
            bufsize=0,
            env=environment.with_value("GPG_TTY", _name_of_terminal())
            if is_interactive
            else environment.without("GPG_TTY"),
            start_new_session=not is_interactive,
        )
    except FileNotFoundError:
        problem, hint = "was not found", "Install it, or give its full path in key_command."
    except PermissionError:
        problem, hint = "may not be executed", "Check the program's permissions."
    except (OSError, ValueError, IndexError) as error:
        problem = f"could not be started: {getattr(error, 'strerror', None) or type(error).__name__}"
    raise KeyCommandError(f"{program} {problem}", hint=hint)


class _Run:
    """One run of a key command. Its output stays in here, where no traceback shows it."""

    def __init__(self, process: subprocess.Popen[bytes], *, is_leader: bool = True) -> None:
        self._process = process
        self._is_leader = is_leader
        self._output = _Pipe(process.stdout, most=_MOST_OUTPUT, on_excess=self._kill)
        self._errors = _Pipe(process.stderr, most=_MOST_COMPLAINT)
        self.hint: str | None = None

    def wait(self, seconds: float) -> str | None:
        """Wait for the end, at most so long; return what went wrong, to be said after the program's name."""
        with undone_at_exit(self._kill):
            return self._wait(seconds)

    def _wait(self, seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        if status is None or not self._drain(min(deadline, time.monotonic() + _GRACE_SECONDS)):
            self._kill()
            self._drain(time.monotonic() + _GRACE_SECONDS)
        if status is None:
            self._process.wait()
            self.hint = (
                "It may be waiting for a passphrase, which it cannot ask for here: unlock it first, then try again."
            )
            return f"printed no key within {seconds:g} seconds{self.complaint()}"
        if self._output.is_excessive:
            return f"printed more than {_MOST_OUTPUT:,} bytes"
        if status:
            return f"{_ending(status)}{self.complaint()}"
        return None

    def first_line(self) -> SecretStr:
        """Return what the program printed before the first line break."""
        return SecretStr(self._output.text().lstrip("\ufeff").split("\n", 1)[0].strip())

    def complaint(self) -> str:
        """Return the last line of the error output, with nothing in it that could be the key."""
        lines = [line.strip() for line in self._errors.text().splitlines() if line.strip()]
        if not lines:
            return ""
        said, secret = lines[-1], self.first_line().get_secret_value()
        if secret:
            said = said.replace(secret, "…")
        return f": {safe_line(_KEY.sub('sk-ant-…', said))[:_SHOWN_COMPLAINT]}"

    def _drain(self, deadline: float) -> bool:
        """Wait until both outputs have ended; a program left behind can hold them open."""
        for pipe in (self._output, self._errors):
            pipe.ended.wait(max(0.0, deadline - time.monotonic()))
        return self._output.ended.is_set() and self._errors.ended.is_set()

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32" or not self._is_leader:
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)


def _name_of_terminal() -> str:
    """Return the path under which GnuPG finds the terminal."""
    with suppress(OSError, ValueError, AttributeError):
        return os.ttyname(sys.__stdin__.fileno()) if sys.__stdin__ else ""
    return ""


def _ending(status: int) -> str:
    return f"ended with status {status}" if status > 0 else f"was ended by signal {-status}"


class _Pipe:
    """Reads one output to its end, in a thread, and keeps the beginning of it."""

    def __init__(self, pipe: IO[bytes] | None, *, most: int, on_excess: Callable[[], None] | None = None) -> None:
        self._pipe = pipe
        self._most = most
        self._on_excess = on_excess
        self._content = bytearray()
        self.is_excessive = False
        self.ended = threading.Event()
        threading.Thread(target=self._read, daemon=True, name="batchtui-key-command").start()

    def text(self) -> str:
        """Return what came so far."""
        return bytes(self._content).decode("utf-8", "replace")

    def _read(self) -> None:
        with suppress(OSError):
            self._read_all()
        self.ended.set()

    def _read_all(self) -> None:
        if self._pipe is None:
            return
        with self._pipe as pipe:
            while chunk := pipe.read(_CHUNK):
                self.is_excessive = self.is_excessive or len(self._content) + len(chunk) > self._most
                self._content += chunk[: self._most - len(self._content)]
                if self.is_excessive and self._on_excess is not None:
                    self._on_excess()
                    return
