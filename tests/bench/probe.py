"""The program in a pseudo-terminal, watched by the clock: what its screen showed when, and what that cost.

Bytes are taken from the terminal at once and kept with their time. The emulator, which is slow, reads them when the
program is quiet, piece by piece, and so finds the moment at which a screen showed something.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.terminal import PROGRAM, Terminal

_QUIET_SECONDS = 0.15
_GIVE_UP_SECONDS = 60.0
_READ_SIZE = 1 << 16
_WATCH_SECONDS = 0.1
"""Watching takes a part of a core, which what is watched would have."""

Shows = Callable[[str], bool]


@dataclass(slots=True)
class Peak:
    """The most of something so far."""

    bytes: int = 0


class NeverShownError(AssertionError):
    """The screen did not show what was waited for."""


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
        self._unread: deque[tuple[float, bytes]] = deque()
        self.started = time.perf_counter()
        super().__init__(*arguments, environment=environment, columns=columns, rows=rows, program=program)

    @property
    def lines(self) -> list[str]:
        """The screen's lines, once the emulator has read what it missed."""
        for _ in self.replay():
            pass
        return super().lines

    @property
    def shown(self) -> str:
        """The screen as far as the emulator has read."""
        return "\n".join(super().lines)

    def press(self, key: str) -> float:
        """Press a key and return when; what comes next is caused by it, or by time."""
        for _ in self.replay():
            pass
        now = time.perf_counter()
        self.send(key)
        return now

    def when(self, shows: Shows, quiet: float = _QUIET_SECONDS) -> float:
        """Wait until the screen shows something and return the moment; a change is looked at after `quiet` seconds."""
        deadline = time.perf_counter() + _GIVE_UP_SECONDS
        while True:
            for moment in self.replay():
                if shows(self.shown):
                    return moment
            if not self._read(deadline - time.perf_counter()):
                raise NeverShownError(f"never shown; the screen is\n{self.text}")
            self.settle(quiet)

    def replay(self) -> Iterator[float]:
        """Let the emulator read on, a piece at a time; yield the moments at which the pieces came."""
        while self._unread:
            moment, chunk = self._unread.popleft()
            self._stream.feed(chunk)
            yield moment

    def settle(self, seconds: float = _QUIET_SECONDS) -> int:
        """Read until nothing was written for so long; return how many bytes came."""
        before, deadline = self.received, time.perf_counter() + _GIVE_UP_SECONDS
        while self._read(seconds) and time.perf_counter() < deadline:
            pass
        return self.received - before

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

    @contextmanager
    def watching_helpers(self) -> Iterator[Peak]:
        """Find out how much memory the processes hold, at most, that the program starts meanwhile (on Linux)."""
        peak, is_over = Peak(), threading.Event()

        def watch() -> None:
            while not is_over.wait(_WATCH_SECONDS):
                peak.bytes = max([peak.bytes, *map(_held_bytes, _children(self.process.pid))])

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield peak
        finally:
            is_over.set()
            thread.join()

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0))
        if not ready:
            return False
        try:
            chunk = os.read(self._master, _READ_SIZE)
        except OSError:  # the other side is closed
            return False
        self.received += len(chunk)
        self._unread.append((time.perf_counter(), chunk))
        return bool(chunk)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended
            found += map(int, listed.read_text().split())
    return found


def _held_bytes(pid: int) -> int:
    """Return the most that a process has held; 0 when it has ended."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def _cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # its ended children's too
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
