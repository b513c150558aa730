"""The audit log: who asked for what, a line of JSON each, on this computer only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from batchtui.errors import BatchtuiError
from batchtui.paths import state_folder
from batchtui.private_file import append_lines, private_file
from batchtui.safe_text import safe_line

Origin = Literal["dashboard", "command"]
"""How a person asked for a change."""


def audit_path(environ: Mapping[str, str] | None = None) -> Path:
    """Return where cancellations and deletions are noted."""
    return state_folder(environ) / "audit.ndjson"


class AuditLog:
    """Appends a line for every change that was asked for; without a path, as in the demo, it notes nothing.

    A log that cannot be written stops nothing: `problem` says why, until a line was written again.
    """

    def __init__(self, path: Path | None, *, origin: Origin = "command") -> None:
        self._path = path
        self._origin = origin
        self.problem = ""

    def record(self, facts: Mapping[str, str | None], outcome: str, error: BaseException | None = None) -> None:
        """Append a line: the moment, the origin, `facts` that are known, the outcome, and the error where one came."""
        if self._path is None:
            return
        line = {"time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "how": self._origin, **facts}
        line |= {"outcome": outcome, "error": _describe(error)}
        known = {name: value for name, value in line.items() if value}
        try:
            with private_file(self._path) as handle:
                append_lines(handle, json.dumps(known, ensure_ascii=True).encode() + b"\n")
        except OSError as problem:
            why = safe_line(problem.strerror or "it cannot be written").lower()
            self.problem = f"The audit log was not written: {self._path}: {why}"
        else:
            self.problem = ""


def _describe(error: BaseException | None) -> str | None:
    if error is None:
        return None
    return str(error) if isinstance(error, BatchtuiError) else type(error).__name__
