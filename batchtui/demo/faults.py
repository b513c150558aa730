"""Faults that a test, or a person with curl, can switch on."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, get_type_hints

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "status": "answer with `status`, and `retry_after`, `should_retry`, `error_type`, `message` where given",
        "hang": "never answer",
        "drop": "close the connection before answering",
        "html": "answer with a proxy's page and `status`",
        "wrong_json": "answer 200 with JSON that is no answer",
        "redirect": "redirect to `url`",
        "delay": "answer after `seconds`",
        "cut": "close the connection after `after_bytes` of the body",
        "slow": "send the body at `bytes_per_second`",
        "skew": "let the Date header be wrong by `seconds`",
        "early_counts": "let counts move before a batch ends",
        "foreign_results": "let results_url lead to the origin `url`",
        "novelties": "add fields, states and result types that no documentation knows",
    }
)
"""Every kind of fault and what it does."""

ANSWERING = frozenset({"status", "hang", "drop", "html", "wrong_json", "redirect"})
"""Kinds that take the answer's place; a request meets one of them, and the others wait for the next."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, met by requests whose path begins with `path`: the first `skip` get by, the next `times` meet it.

    `times` is None for all until the faults are cleared. `retry_after` is the header's text.
    """

    kind: str
    path: str = "/"
    method: str | None = None
    times: int | None = None
    skip: int = 0
    status: int = 500
    error_type: str | None = None
    message: str = "This fault was switched on."
    retry_after: str | None = None
    should_retry: bool | None = None
    after_bytes: int = 0
    bytes_per_second: int = 1000
    seconds: float = 0.0
    url: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(KINDS)}")
        if self.times is not None and self.times < 1:
            raise ValueError("times is at least 1, or None")

    @classmethod
    def from_json(cls, data: object) -> Fault:
        """Return the fault that JSON describes; raise `ValueError` for a word or a value that means nothing."""
        if not isinstance(data, dict) or "kind" not in data:
            raise ValueError(f"a fault is an object with a kind: {', '.join(KINDS)}")
        if unknown := set(data) - {field.name for field in fields(cls)}:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        hints = get_type_hints(cls)
        for name, value in data.items():
            expected = (int, float) if hints[name] is float else hints[name]
            if not isinstance(value, expected):
                raise ValueError(f"{name} cannot be {value!r}")  # noqa: TRY004  # the caller's text, not a bug
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """Return the fault under its own names."""
        return asdict(self)

    def concerns(self, method: str, path: str) -> bool:
        """Whether a request is one that this fault waits for."""
        return path.startswith(self.path) and self.method in (None, method)


class Faults:
    """The faults that are switched on; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._met: dict[int, int] = {}
        self._faults: dict[int, Fault] = {}
        self._added = 0

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._added += 1
            self._faults[self._added] = fault
            self._met[self._added] = 0

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._faults.clear()
            self._met.clear()

    def active(self) -> Sequence[Fault]:
        """Return the faults that some request may still meet."""
        with self._lock:
            return tuple(self._faults.values())

    def meet(self, method: str, path: str) -> Sequence[Fault]:
        """Return the faults that this request meets, and count it."""
        with self._lock:
            met: list[Fault] = []
            for number, fault in list(self._faults.items()):
                is_answered = fault.kind in ANSWERING and any(other.kind in ANSWERING for other in met)
                if fault.concerns(method, path) and not is_answered and self._count(number):
                    met.append(fault)
            return met

    def _count(self, number: int) -> bool:
        """Count one more request and return whether the fault shows."""
        fault = self._faults[number]
        self._met[number] += 1
        met = self._met[number]
        if fault.times is not None and met >= fault.skip + fault.times:
            del self._faults[number], self._met[number]
        return met > fault.skip
