"""The state behind the API: workspaces and their batches on one clock. It knows no HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.chance import make_id, seeded
from batchtui.demo.clock import SimulatedClock
from batchtui.demo.failures import invalid, missing
from batchtui.demo.outcomes import Mix
from batchtui.demo.rows import PostedRequests, Rows

ORGANIZATION_ID = "0d8f6a52-4c1e-4b7a-9d35-6f2b81c7e940"
SECONDS_TO_CANCEL = 12


@dataclass(frozen=True, slots=True)
class SimulatedWorkspace:
    """A workspace and the one key that belongs to it."""

    name: str
    id: str
    key: str


class Scenario:
    """All batches of all workspaces; every method may be called from any thread.

    The same seed and the same calls at the same simulated times give the same ids, times and lines.
    """

    def __init__(
        self, clock: SimulatedClock, *, seed: int = 0, workspaces: Sequence[str] = ("production", "staging", "sandbox")
    ) -> None:
        self.seed = seed
        self.workspaces = tuple(_make_workspace(name, seed) for name in workspaces)
        self.spanning_key = _make_key("all-workspaces", seed)
        self._clock = clock
        self._lock = threading.Lock()
        self._batches: dict[str, list[SimulatedBatch]] = {workspace.id: [] for workspace in self.workspaces}
        self._created = 0

    def now(self) -> datetime:
        """Return the simulated time."""
        return self._clock.now()

    def advance(self, by: timedelta) -> None:
        """Let `by` pass at once."""
        with self._lock:
            self._clock.advance(by)

    def place(self, batches: Iterable[SimulatedBatch]) -> None:
        """Put ready-made batches on the stage."""
        with self._lock:
            for batch in batches:
                self._batches[batch.workspace_id].append(batch)
            for placed in self._batches.values():
                placed.sort(key=lambda batch: batch.created_at, reverse=True)

    def list_batches(
        self, workspace_id: str, *, limit: int = 20, after_id: str | None = None, before_id: str | None = None
    ) -> tuple[list[SimulatedBatch], bool]:
        """Return a page, newest first, and whether there is more in the direction that was asked for."""
        if after_id is not None and before_id is not None:
            raise invalid("after_id and before_id cannot be used together")
        with self._lock:
            batches = list(self._batches[workspace_id])
        if before_id is not None:
            end = _place_of(batches, before_id)
            start = max(end - limit, 0)
            return batches[start:end], start > 0
        start = 0 if after_id is None else _place_of(batches, after_id) + 1
        return batches[start : start + limit], start + limit < len(batches)

    def get(self, workspace_id: str, batch_id: str) -> SimulatedBatch:
        """Return one batch of this workspace; another workspace's does not exist."""
        with self._lock:
            return self._get(workspace_id, batch_id)

    def create(self, workspace_id: str, requests: PostedRequests) -> SimulatedBatch:
        """Start processing; some requests fail by chance, and those with a refusal always do."""
        with self._lock:
            self._created += 1
            batch_id = make_id("msgbatch", self.seed, "posted", self._created)
            now = self.now()
            chance = seeded(batch_id)
            size = len(requests)
            errored = int(size * 0.02 * chance.random())
            mix = Mix({"succeeded": size - errored, "overloaded": errored})
            length = timedelta(seconds=20 + chance.random() * 20 + size * 0.01)
            batch = SimulatedBatch(
                batch_id,
                workspace_id,
                now,
                now + length,
                Rows(requests, mix, key=batch_id, theme="mixed"),
            )
            self._batches[workspace_id].insert(0, batch)
            return batch

    def cancel(self, workspace_id: str, batch_id: str) -> SimulatedBatch:
        """Begin a cancellation; to ask again changes nothing."""
        with self._lock:
            batch = self._get(workspace_id, batch_id)
            now = self.now()
            if batch.has_ended(now):
                raise invalid(f"Message Batch {batch_id} has already ended and cannot be canceled.")
            if batch.cancel_initiated_at is not None:
                return batch
            done = now + timedelta(seconds=SECONDS_TO_CANCEL)
            canceling = replace(batch, cancel_initiated_at=now, cancel_done_at=done)
            batches = self._batches[workspace_id]
            batches[batches.index(batch)] = canceling
            return canceling

    def delete(self, workspace_id: str, batch_id: str) -> None:
        """Delete an ended batch."""
        with self._lock:
            batch = self._get(workspace_id, batch_id)
            if not batch.has_ended(self.now()):
                raise invalid(f"Message Batch {batch_id} is still processing. Cancel it before you delete it.")
            self._batches[workspace_id].remove(batch)

    def results(self, workspace_id: str, batch_id: str) -> SimulatedBatch:
        """Return a batch whose results can be read now."""
        batch = self.get(workspace_id, batch_id)
        now = self.now()
        if not batch.has_ended(now):
            raise invalid(f"Message Batch {batch_id} is still processing; its results are not available yet.")
        if batch.is_archived(now):
            raise missing(f"The results of Message Batch {batch_id} were archived 29 days after it was created.")
        return batch

    def _get(self, workspace_id: str, batch_id: str) -> SimulatedBatch:
        for batch in self._batches[workspace_id]:
            if batch.id == batch_id:
                return batch
        raise missing(f"Message Batch {batch_id} was not found.")


def _place_of(batches: Sequence[SimulatedBatch], batch_id: str) -> int:
    for place, batch in enumerate(batches):
        if batch.id == batch_id:
            return place
    raise missing(f"Message Batch {batch_id} was not found.")


def _make_key(name: str, seed: int) -> str:
    return f"sk-ant-api03-demo-{make_id(name, seed, 'key').replace('_', '-')}"


def _make_workspace(name: str, seed: int) -> SimulatedWorkspace:
    return SimulatedWorkspace(name, make_id("wrkspc", seed, name), _make_key(name, seed))
