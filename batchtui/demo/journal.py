"""What clients have asked for, without a trace of their keys."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from batchtui.demo.chance import make_id

KEPT = 10_000


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
    """The latest requests, oldest first; safe to read from any thread."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._requests: deque[LoggedRequest] = deque(maxlen=KEPT)
        self._noted = 0

    def note(
        self, *, method: str, path: str, query: str, header_names: frozenset[str], workspace: str | None
    ) -> LoggedRequest:
        """Keep a request and return it with the id that its answer will carry."""
        with self._lock:
            request_id = make_id("req", self._seed, self._noted)
            self._noted += 1
            noted = LoggedRequest(request_id, method, path, query, header_names, workspace)
            self._requests.append(noted)
            return noted

    def requests(self) -> Sequence[LoggedRequest]:
        """Return the latest requests."""
        with self._lock:
            return tuple(self._requests)
