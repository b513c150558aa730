"""What the demo shows: two busy workspaces, an empty one, and something of everything that happens to batches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from batchtui.demo.batches import SimulatedBatch
from batchtui.demo.chance import make_id, seeded
from batchtui.demo.outcomes import CAUSES, Mix
from batchtui.demo.rows import InventedRequests, Rows
from batchtui.demo.scenario import Scenario

_MODELS = {
    "support": ("claude-haiku-4-5-20251001",),
    "catalog": ("claude-sonnet-4-6",),
    "contracts": ("claude-opus-4-7",),
    "translation": ("claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"),
    "code": ("claude-opus-4-6",),
    "evals": ("claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5-20251001"),
    "research": ("claude-sonnet-4-6",),
    "mixed": ("claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101"),
    "hostile": ("claude-sonnet-4-6\x1b[7m",),
}
_PATTERNS = {
    "support": "ticket-%06d",
    "catalog": "sku_%05d-en",
    "contracts": "contract-2026-%05d",
    "translation": "string_%05d_all",
    "code": "review-%05d",
    "evals": "eval-v12-case-%05d",
    "research": "question-%04d",
    "mixed": "mixed-%04d",
    "hostile": "hostile\x1b[2J-%04d",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch of the scene: `age` and `lasts` are from its creation, and so are the two moments of a cancellation.

    `workspace` is a name; `lasts` is None for one that would not be done within its 24 hours.
    """

    name: str
    theme: str
    shares: Mapping[str, int]
    age: timedelta
    lasts: timedelta | None = None
    canceled_after: timedelta | None = None
    cancel_lasts: timedelta = timedelta(minutes=4)
    workspace: str = "production"


def _days(days: float) -> timedelta:
    return timedelta(days=days)


def _hours(hours: float) -> timedelta:
    return timedelta(hours=hours)


def _minutes(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


_NEVER = _days(2)


def _running() -> Iterator[Plan]:
    """Yield batches that run for the whole demo, the oldest close to its 24 hours, and one that is being canceled."""
    for name, theme, size, age, left in (
        ("just created", "support", 2400, _minutes(3), _hours(1.4)),
        ("young", "evals", 1836, _minutes(17), _hours(2.1)),
        ("an hour old", "catalog", 5200, _minutes(71), _hours(0.9)),
        ("big", "translation", 48_000, _hours(3.2), _hours(9)),
        ("half a day", "code", 940, _hours(11.6), _hours(4)),
        ("late", "contracts", 12_500, _hours(19.4), _hours(6)),
        ("nearly over", "research", 3100, _hours(23) + _minutes(20), _NEVER),
    ):
        shares = {"succeeded": size - size // 50, "overloaded": size // 50}
        yield Plan(name, theme, shares, age, age + left)
    shares = {"succeeded": 7400, "rate_limit": 60}
    yield Plan("canceling", "catalog", shares, _minutes(52), _hours(3), _minutes(50), _minutes(5))


def _ending() -> Iterator[Plan]:
    """Yield batches that end within the first minute: well, with failures, canceled, and one out of its 24 hours."""
    some = {"succeeded": 1730, "prompt_too_long": 44, "overloaded": 26}
    for name, theme, shares, age, left in (
        ("ends first", "support", {"succeeded": 1250}, _minutes(41), _seconds(15)),
        ("ends with failures", "catalog", some, _hours(2), _seconds(24)),
        ("ends well", "evals", {"succeeded": 380}, _minutes(9), _seconds(38)),
        ("ends last", "contracts", {"succeeded": 812, "timeout": 3}, _hours(6.5), _seconds(50)),
    ):
        yield Plan(name, theme, shares, age, age + left)
    yield Plan("runs out", "research", {"succeeded": 1500}, _hours(24) - _seconds(43), _hours(26))
    shares = {"succeeded": 900}
    yield Plan("ends canceled", "code", shares, _minutes(30), _hours(1), _minutes(28), _minutes(2) + _seconds(31))


def _failed() -> Iterator[Plan]:
    """Yield ended batches in which something went wrong, from three rows to all of them."""
    many = {"overloaded": 3902, "prompt_too_long": 1744, "rate_limit": 371}
    several = {"prompt_too_long": 61, "bad_role": 18, "no_model": 9, "timeout": 23, "overloaded": 118, "internal": 7}
    every = {cause: 3 + number * 5 % 11 for number, cause in enumerate(CAUSES)}
    yield Plan("the pager", "contracts", {"succeeded": 13_983, **many}, _hours(5.1), _hours(4.2))
    yield Plan("several causes", "support", {"succeeded": 4764, **several}, _hours(9), _hours(1.1))
    yield Plan("every cause", "mixed", {"succeeded": 313, **every}, _hours(14), _minutes(50))
    yield Plan("all failed", "evals", {"low_credit": 750}, _hours(16), _minutes(4))
    yield Plan("revoked", "code", {"revoked_key": 96, "no_permission": 24}, _days(2.3), _minutes(3))
    yield Plan("three rows", "catalog", {"succeeded": 2997, "internal": 3}, _days(3.1), _hours(1.7))


def _odd() -> Iterator[Plan]:
    """Yield canceled, expired, huge, empty and tiny ones, every kind of block, and text that means harm."""
    yield Plan(
        "huge", "support", {"succeeded": 97_440, "overloaded": 2100, "prompt_too_long": 460}, _hours(7), _hours(3)
    )
    yield Plan("canceled", "translation", {"succeeded": 6000, "timeout": 40}, _days(1.2), _hours(5), _hours(2))
    yield Plan("canceled at once", "code", {"succeeded": 420}, _days(4.4), _hours(9), _seconds(20), _seconds(8))
    yield Plan("expired in part", "contracts", {"succeeded": 8800, "overloaded": 70}, _days(1.9), _hours(31))
    yield Plan("expired", "research", {"succeeded": 500}, _days(6.2), _days(60))
    yield Plan("every block", "mixed", {"succeeded": 192}, _hours(3.4), _minutes(18))
    yield Plan("hostile", "hostile", {"succeeded": 40, "bad_role": 2}, _hours(4.3), _minutes(2))
    yield Plan("empty", "support", {}, _hours(20), _seconds(2))
    yield Plan("tiny", "evals", {"succeeded": 1}, _hours(21), _minutes(1))
    yield Plan("tiny failure", "evals", {"no_max_tokens": 1}, _hours(21.2), _minutes(1))


def _old() -> Iterator[Plan]:
    """Yield batches whose 29 days end today, in some days, and have ended."""
    for name, theme, age in (
        ("gone within the hour", "catalog", 28.98),
        ("gone tonight", "contracts", 28.6),
        ("a day left", "support", 27.5),
        ("three days left", "evals", 26.1),
        ("archived", "support", 29.4),
        ("archived too", "research", 31.2),
        ("long archived", "code", 47.0),
    ):
        yield Plan(name, theme, {"succeeded": 1180, "overloaded": 20}, _days(age), _hours(1.5))


def _nightly() -> Iterator[Plan]:
    """Yield a job of every night and one of every other, mostly without failures."""
    chance = seeded("nightly")
    for night in range(1, 26):
        size = chance.randint(900, 4200)
        failed = chance.choice((0, 0, 0, 0, 0, 0, 0, 3, 17))
        shares = {"succeeded": size - failed, "overloaded": failed}
        yield Plan(f"night {night}", "support", shares, _days(night) + _hours(1.6), _minutes(chance.randint(12, 95)))
    for night in range(2, 22, 2):
        theme = chance.choice(("catalog", "translation", "evals"))
        shares = {"succeeded": chance.randint(12, 300) * 8}
        yield Plan(f"other night {night}", theme, shares, _days(night) + _hours(4.2), _minutes(chance.randint(8, 60)))


def _staging() -> Iterator[Plan]:
    for name, theme, shares, age, lasts in (
        ("staging runs", "evals", {"succeeded": 120}, _minutes(6), _hours(1)),
        ("staging ends", "mixed", {"succeeded": 64}, _minutes(4), _minutes(4) + _seconds(35)),
        ("staging failed", "code", {"succeeded": 50, "no_max_tokens": 10}, _hours(2), _minutes(3)),
        ("staging ended", "mixed", {"succeeded": 200}, _hours(26), _minutes(14)),
        ("staging old", "evals", {"succeeded": 80}, _days(12), _minutes(5)),
    ):
        yield Plan(name, theme, shares, age, lasts, workspace="staging")


def iter_plans() -> Iterator[Plan]:
    """Yield the plan of every batch of the scene."""
    for plans in (_running, _ending, _failed, _odd, _old, _nightly, _staging):
        yield from plans()


def set_scene(scenario: Scenario) -> None:
    """Put the scene's batches on the stage, as of now."""
    now = scenario.now()
    ids = {workspace.name: workspace.id for workspace in scenario.workspaces}
    scenario.place(make_batch(plan, now, ids[plan.workspace], seed=scenario.seed) for plan in iter_plans())


def make_batch(plan: Plan, now: datetime, workspace_id: str, *, seed: int = 0) -> SimulatedBatch:
    """Return a plan's batch as it stands at `now`."""
    batch_id = make_id("msgbatch", seed, plan.workspace, plan.name)
    mix = Mix(plan.shares)
    models = tuple(_json_text(model) for model in _MODELS[plan.theme])
    requests = InventedRequests(mix.size, _json_text(_PATTERNS[plan.theme]), models)
    created = now - plan.age
    canceled = None if plan.canceled_after is None else created + plan.canceled_after
    return SimulatedBatch(
        batch_id,
        workspace_id,
        created,
        created + (plan.lasts or _NEVER),
        Rows(requests, mix, key=f"{seed}/{batch_id}", theme=plan.theme),
        cancel_initiated_at=canceled,
        cancel_done_at=None if canceled is None else canceled + plan.cancel_lasts,
    )


def _json_text(text: str) -> bytes:
    return json.dumps(text).encode()
