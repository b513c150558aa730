"""The program in a pseudo-terminal, watched by the clock: what it wrote when, and what it cost.

Bytes are taken from the terminal at once and only searched; the emulator, which is slow, reads them when a whole screen
is asked for, outside of what is timed.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.terminal import PROGRAM, Terminal

_QUIET_SECONDS = 0.25
_GIVE_UP_SECONDS = 60.0
_OVERLAP = 200
_READ_SIZE = 1 << 16


class NeverShownError(AssertionError):
    """The program did not write what was waited for."""


class Probe(Terminal):
    """A terminal that notes the time of each byte; all times are those of `time.perf_counter`."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        columns: int = 120,
        rows: int = 36,
        program: Sequence[str] = (PROGRAM,),
    ) -> None:
        self.written = bytearray()
        self._unread = 0
        self.started = time.perf_counter()
        super().__init__(*arguments, environment=environment, columns=columns, rows=rows, program=program)

    @property
    def lines(self) -> list[str]:
        """The screen's lines, once the emulator has read what it missed."""
        self._stream.feed(bytes(self.written[self._unread :]))
        self._unread = len(self.written)
        return super().lines

    def mark(self) -> int:
        """Return the place in `written` that comes next."""
        return len(self.written)

    def press(self, *keys: str) -> tuple[int, float]:
        """Press keys; return where what they cause begins, and when they were pressed."""
        place, now = self.mark(), time.perf_counter()
        self.send(*keys)
        return place, now

    def seen(self, pattern: bytes, since: int, seconds: float = _GIVE_UP_SECONDS) -> float:
        """Wait until a regular expression was written after `since`; return when that was read."""
        deadline, place = time.perf_counter() + seconds, since
        expression = re.compile(pattern)
        while not expression.search(self.written, place):
            place = max(since, len(self.written) - _OVERLAP)
            left = deadline - time.perf_counter()
            if left <= 0 or not self._read(left):
                raise NeverShownError(f"never written: {pattern!r}; the screen is\n{self.text}")
        return time.perf_counter()

    def settle(self, seconds: float = _QUIET_SECONDS) -> int:
        """Read until nothing was written for so long; return how many bytes came."""
        before, deadline = self.received, time.perf_counter() + _GIVE_UP_SECONDS
        while self._read(seconds) and time.perf_counter() < deadline:
            pass
        return self.received - before

    def read_some(self, moment: float) -> None:
        """Take what is written next; return at a moment of `perf_counter` even if nothing is."""
        self._read(moment - time.perf_counter())

    def read_until(self, moment: float) -> None:
        """Take what is written until a moment of `perf_counter`."""
        while (left := moment - time.perf_counter()) > 0:
            if not self._read(left) and self.process.poll() is not None:
                raise NeverShownError(f"the program ended; the screen is\n{self.text}")

    def leave(self) -> None:
        """Quit as a person does."""
        self.send("ctrl+q")
        self.wait_exit(10)

    @property
    def cpu_seconds(self) -> float:
        """Processor time that the program has used."""
        return _cpu_seconds(self.process.pid)

    @property
    def peak_bytes(self) -> int:
        """The most memory that the program has held so far; where the system does not say, what it holds now."""
        return _peak_bytes(self.process.pid)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0))
        if not ready:
            return False
        try:
            chunk = os.read(self._master, _READ_SIZE)
        except OSError:  # the other side is closed
            return False
        self.received += len(chunk)
        self.written += chunk
        return bool(chunk)


def _cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    *hours, minutes, seconds = _ps(pid, "time").split(":")
    return float(seconds) + 60 * int(minutes) + 3600 * int(hours[0] if hours else 0)


def _peak_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(found[1]) * 1024 if found else 0
    return int(_ps(pid, "rss")) * 1024


def _ps(pid: int, column: str) -> str:
    shown = subprocess.run(["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return shown.stdout.strip()
