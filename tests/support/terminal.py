"""The installed program in a real pseudo-terminal, its screen read through a terminal emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

PROGRAM = str(Path(sys.executable).parent / "batchtui")

SECONDS = 60.0
"""Far longer than anything takes: a test that passes does not wait for it, on however slow a machine."""

_STILL_SECONDS = 1.0
_STILL_BYTES = 100

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
}


class Terminal:
    """A program in a terminal of `columns` by `rows` cells; `received` counts the bytes that it wrote."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        columns: int = 120,
        rows: int = 36,
        program: Sequence[str] = (PROGRAM,),
        folder: Path | None = None,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, terminal = pty.openpty()
        self._set_size(columns, rows)
        self.received = 0
        self.raw = b""
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=folder,
            env=_clean_environment(environment or {}),
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # no threads here; the child needs a controlling terminal
        )
        os.close(terminal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def lines(self) -> list[str]:
        """The screen's lines, without trailing blanks; a space that does not break is a space."""
        return [line.replace("\xa0", " ").rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)

    def send(self, *keys: str) -> None:
        """Press keys, by name or as they are."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())
            if key == "esc":
                self.read_for(0.15)  # else the next key would make an escape sequence of it

    def wait_for(self, what: str | Callable[[str], bool], seconds: float = SECONDS) -> str:
        """Read until the screen shows `what`, and return the screen; fail with the screen when it never does."""
        shows = (lambda text: what in text) if isinstance(what, str) else what
        deadline = time.monotonic() + seconds
        while not shows(self.text):
            if time.monotonic() > deadline or not self._read(deadline - time.monotonic()):
                raise AssertionError(f"never shown: {what!r}\n{self.text}")
        return self.text

    def wait_gone(self, what: str, seconds: float = SECONDS) -> str:
        """Read until the screen no longer shows `what`."""
        return self.wait_for(lambda text: what not in text, seconds)

    def read_for(self, seconds: float) -> int:
        """Read for so long and return the number of bytes that came."""
        before, deadline = self.received, time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not self._read(left) and self.process.poll() is not None:
                break
        return self.received - before

    def read_until_still(self, seconds: float = SECONDS) -> None:
        """Read until next to nothing comes any more: a few words that time changes, but no picture."""
        deadline = time.monotonic() + seconds
        while self.read_for(_STILL_SECONDS) > _STILL_BYTES:
            if time.monotonic() > deadline:
                raise AssertionError(f"never still:\n{self.text}")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as a window does."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)
        os.kill(self.process.pid, signal.SIGWINCH)

    def wait_exit(self, seconds: float = SECONDS) -> int:
        """Read until the program ends and return its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.1)
        while self._read(0):
            pass
        return self.process.wait(timeout=1)

    def close(self) -> None:
        """End the program, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0))
        if not ready:
            return False
        try:
            chunk = os.read(self._master, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self.received += len(chunk)
        self.raw += chunk
        self._stream.feed(chunk)
        return bool(chunk)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor", **extra}
