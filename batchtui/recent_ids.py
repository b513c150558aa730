"""The ids of the newest batches of each workspace, for the shell to complete: ids, nothing else, on this computer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from batchtui.private_file import replace_file

MOST = 200
"""How many ids a workspace's file holds."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,120}")
_LARGEST = MOST * 121


class RecentIds:
    """A file for each workspace in a folder that only its owner can read; without a folder nothing is noted or known.

    What cannot be written or read is no reason to stop anything: the shell then completes less.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._noted: dict[str, tuple[str, ...]] = {}

    def note(self, workspace: str, ids: Iterable[str]) -> None:
        """Remember a workspace's newest ids, newest first, instead of those before."""
        newest = tuple(islice((each for each in ids if _ID.fullmatch(each)), MOST))
        if self._folder is None or not newest or self._noted.get(workspace) == newest:
            return
        self._noted[workspace] = newest
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            content = "\n".join((*newest, "")).encode()
            replace_file(self._path(self._folder, workspace), content, is_lasting=False)

    def of(self, workspace: str) -> tuple[str, ...]:
        """Return what is remembered of a workspace, newest first."""
        if self._folder is None:
            return ()
        try:
            with self._path(self._folder, workspace).open(encoding="ascii", errors="replace") as file:
                return tuple(line for line in file.read(_LARGEST).split("\n") if _ID.fullmatch(line))
        except OSError:
            return ()

    @property
    def workspaces(self) -> tuple[str, ...]:
        """The workspaces of which something is remembered."""
        try:
            return tuple(sorted(path.stem for path in self._folder.glob("*.ids"))) if self._folder else ()
        except OSError:
            return ()

    @staticmethod
    def _path(folder: Path, workspace: str) -> Path:
        return folder / f"{workspace}.ids"
