"""A running simulator for any test, and a clock that stands still until it is told to move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.clock import SimulatedClock
from batchtui.demo.downloads import Delivery
from batchtui.demo.scene import Plan, make_batch
from batchtui.demo.simulator import Simulator

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
"""The time on a frozen clock."""


def frozen_clock(at: datetime = NOON) -> SimulatedClock:
    """Return a clock that only `advance` moves."""
    return SimulatedClock(at.timestamp)


@contextmanager
def running_simulator(
    *, seed: int = 0, scene: bool = False, clock: SimulatedClock | None = None, delivery: Delivery | None = None
) -> Iterator[Simulator]:
    """Run a simulator on a frozen clock and a free port; its stage is empty without `scene`."""
    with Simulator(seed=seed, scene=scene, clock=clock or frozen_clock(), delivery=delivery) as simulator:
        yield simulator


def place_batch(
    simulator: Simulator,
    name: str = "batch",
    shares: Mapping[str, int] | None = None,
    *,
    theme: str = "mixed",
    age: timedelta = timedelta(hours=2),
    lasts: timedelta | None = timedelta(hours=1),
    canceled_after: timedelta | None = None,
    cancel_lasts: timedelta = timedelta(minutes=4),
    workspace: str = "production",
) -> SimulatedBatch:
    """Put one batch on the stage; `shares` says how many requests meet which outcome (see `demo/outcomes.py`).

    By default it has ended well; with `lasts=None` it will not be done within its 24 hours.
    """
    shares = {"succeeded": 20} if shares is None else shares
    plan = Plan(name, theme, shares, age, lasts, canceled_after, cancel_lasts, workspace)
    scenario = simulator.scenario
    batch = make_batch(plan, scenario.now(), simulator.workspace_ids[workspace], seed=scenario.seed)
    scenario.place([batch])
    return batch
