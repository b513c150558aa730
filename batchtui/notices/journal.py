"""What has been told already, also before this start: a line each, dropped after thirty days."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from batchtui.paths import state_folder
from batchtui.private_file import append_lines, private_file, read_all
from batchtui.safe_text import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = timedelta(days=30)
_DROP_AFTER = timedelta(days=1)
"""How far past their time the oldest lines may be before the file is written anew."""


def journal_path(environ: Mapping[str, str] | None = None) -> Path:
    """Return where it is noted what has been told."""
    return state_folder(environ) / "notices.ndjson"


class NoticeJournal:
    """The keys of all that was told, shared by every dashboard and command of this person; thread- and process-safe.

    Without a path, or where the file cannot be used, it remembers as long as the process lives; `problem` then says
    why.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._own: dict[str, datetime] = {}
        self.problem = ""

    def claim(self, keys: Iterable[str], now: datetime) -> frozenset[str]:
        """Return those keys that nobody has told, and note them as told."""
        with self._noted(now) as noted:
            new = dict.fromkeys(keys, now)
            claimed = frozenset(new.keys() - noted.keys())
            noted.update({key: now for key in new if key in claimed})
        return claimed

    def release(self, keys: Iterable[str], now: datetime) -> None:
        """Let keys be told again."""
        with self._noted(now) as noted:
            for key in keys:
                noted.pop(key, None)

    def since(self, name: str, now: datetime) -> datetime:
        """Return when this was first asked, which is now when it never was."""
        with self._noted(now) as noted:
            return noted.setdefault(f"since {name}", now)

    @contextmanager
    def _noted(self, now: datetime) -> Iterator[dict[str, datetime]]:
        """Yield what is noted; what the block changes is noted, in the file where that can be."""
        if self._path is None:
            yield self._own
            return
        with _opened(self._path) as (handle, problem):
            self.problem = problem
            noted = self._own if handle is None else {**self._own, **_parse(read_all(handle))}
            before = dict(noted)
            yield noted
            if handle is not None:
                self.problem = _write(handle, self._path, before, noted, now)
            self._own = noted


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int | None, str]]:
    opening = private_file(path)
    try:
        handle = opening.__enter__()
    except OSError as error:
        yield None, _explain(path, error)
        return
    try:
        yield handle, ""
    finally:
        opening.__exit__(None, None, None)


def _write(
    handle: int, path: Path, before: Mapping[str, datetime], noted: Mapping[str, datetime], now: datetime
) -> str:
    try:
        has_old = any(moment < now - KEPT - _DROP_AFTER for moment in before.values())
        if has_old or before.keys() - noted.keys():
            os.ftruncate(handle, 0)
            kept = {key: moment for key, moment in noted.items() if moment > now - KEPT}
            append_lines(handle, _format(kept))
        elif added := {key: moment for key, moment in noted.items() if key not in before}:
            append_lines(handle, _format(added))
    except OSError as error:
        return _explain(path, error)
    return ""


def _explain(path: Path, error: OSError) -> str:
    why = safe_line(error.strerror or "it cannot be used").lower()
    return f"What was told is not remembered: {path}: {why}"


def _format(noted: Mapping[str, datetime]) -> bytes:
    lines = ({"time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "told": key} for key, moment in noted.items())
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _parse(content: bytes) -> dict[str, datetime]:
    noted: dict[str, datetime] = {}
    for line in content.split(b"\n"):
        with suppress(ValueError, TypeError, KeyError):  # a line that was cut off, or that somebody edited
            facts = json.loads(line)
            moment = datetime.fromisoformat(facts["time"])
            noted[str(facts["told"])] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return noted
