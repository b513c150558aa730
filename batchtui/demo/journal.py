"""What clients have asked for, without a trace of their keys."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from batchtui.demo.chance import make_id


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request: header names are in lower case; `workspace` is a name, or None when the key was refused."""

    id: str
    method: str
    path: str
    query: str
    header_names: frozenset[str]
    workspace: str | None


class Journal:
    """All requests so far, oldest first; safe to read from any thread."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._requests: list[LoggedRequest] = []

    def note(
        self, *, method: str, path: str, query: str, header_names: frozenset[str], workspace: str | None
    ) -> LoggedRequest:
        """Keep a request and return it with the id that its answer will carry."""
        with self._lock:
            request_id = make_id("req", self._seed, len(self._requests))
            noted = LoggedRequest(request_id, method, path, query, header_names, workspace)
            self._requests.append(noted)
            return noted

    def requests(self) -> Sequence[LoggedRequest]:
        """Return the requests so far."""
        with self._lock:
            return tuple(self._requests)
