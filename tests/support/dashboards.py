"""The dashboard in a real terminal on a simulator, and what it must not leave behind."""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from batchtui.demo.simulator import Simulator
from tests.support.terminal import SECONDS, Terminal

_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_KITTY = re.compile(rb"\x1b\[([<>])\d*u")
_WRAPPING = b"7"
_CURSOR = b"25"
_STAYING = ("config.toml", "state/", "cache/batchtui/recent/")
_ON_AT_FIRST = {_WRAPPING, _CURSOR}


class Session(Terminal):
    """A program with a home of its own; `mark` is in the environment of everything that it starts.

    Its name is that of a locale's variable, which is handed on to processes that are given little else.
    """

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        environment: Mapping[str, str],
        columns: int = 120,
        rows: int = 36,
        program: tuple[str, ...] | None = None,
    ) -> None:
        self.mark = f"LC_BATCHTUI_TEST_MARK={uuid.uuid4().hex}"
        self.home = folder
        name, _, value = self.mark.partition("=")
        options = {"program": program} if program else {}
        super().__init__(
            *arguments,
            environment={**environment, name: value},
            folder=folder,
            columns=columns,
            rows=rows,
            **options,
        )

    @property
    def modes_left(self) -> set[bytes]:
        """The terminal's modes that are not as they were at first, by what was written to it."""
        return modes_left_by(self.raw)

    @property
    def processes(self) -> list[int]:
        """What runs of all that was started in this session."""
        return processes_with(self.mark)

    @property
    def files(self) -> list[str]:
        """The names of all files in the home, but for those that are meant to stay."""
        names = (str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.is_file())
        return sorted(name for name in names if not name.startswith(_STAYING))

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed does."""
        os.close(self._master)


def modes_left_by(written: bytes) -> set[bytes]:
    """Return the private modes that are not as they were before this was written."""
    modes: dict[bytes, bool] = {}
    for names, end in _MODE.findall(written):
        modes |= dict.fromkeys(names.split(b";"), end == b"h")
    left = {name for name, is_on in modes.items() if is_on != (name in _ON_AT_FIRST)}
    pushed = list(_KITTY.findall(written))
    return left | ({b"kitty"} if pushed.count(b">") > pushed.count(b"<") else set())


def processes_with(mark: str) -> list[int]:
    """Return the processes that have this in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = mark.encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        if is_ours and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def wait_until(is_so: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait for a condition outside the terminal; fail with `what` when it never comes."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"never so: {what}")
        time.sleep(0.02)


def environment_of(simulator: Simulator, folder: Path) -> dict[str, str]:
    """Return an environment with a key of the simulator, and nothing of the person's own."""
    return {
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
        "HOME": str(folder),
        "BATCHTUI_CONFIG": str(folder / "config.toml"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
    }


@contextmanager
def dashboard(
    simulator: Simulator, folder: Path, *arguments: str, columns: int = 120, rows: int = 36
) -> Iterator[Session]:
    """Open the dashboard with a key from the environment."""
    environment = environment_of(simulator, folder)
    with Session(*arguments, environment=environment, folder=folder, columns=columns, rows=rows) as session:
        yield session
