"""When garbage is collected."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from collections.abc import Iterator

import pytest

from batchtui.ui import quiet
from batchtui.ui.quiet import SWITCH_SECONDS, QuietCollector


class Node:
    """Something that keeps itself alive."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def only_by_hand() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def leave_garbage(collected: asyncio.Event, count: int = 30_000) -> weakref.ref[Node]:
    nodes = [Node() for _ in range(count)]
    return weakref.ref(nodes[0], lambda _: collected.set())


async def test_garbage_goes_a_moment_after_the_last_key() -> None:
    collector, collected, loop = QuietCollector(lambda: 1), asyncio.Event(), asyncio.get_running_loop()
    left = leave_garbage(collected)
    last_input = 0.0
    for _ in range(4):
        collector.note_input()
        last_input = loop.time()
        await asyncio.sleep(quiet.QUIET_SECONDS / 4)
    await asyncio.wait_for(collected.wait(), 30)
    assert left() is None
    assert loop.time() - last_input >= quiet.QUIET_SECONDS


async def test_what_is_old_goes_after_a_screen_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet, "QUIET_SECONDS", 0.01)
    screens = [3]
    looked, collected = asyncio.Event(), asyncio.Event()

    def count_screens() -> int:
        looked.set()
        return screens[0]

    collector = QuietCollector(count_screens)
    nodes = [Node()]
    left = weakref.ref(nodes[0], lambda _: collected.set())
    gc.collect()  # now it is old
    nodes.clear()
    collector.note_input()
    await asyncio.wait_for(looked.wait(), 30)
    assert left() is not None
    screens[0] = 2
    collector.note_input()
    await asyncio.wait_for(collected.wait(), 30)


async def test_a_key_ends_the_quick_turns_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds: list[float] = []
    monkeypatch.setattr(sys, "setswitchinterval", seconds.append)
    quiet.hand_over_often()
    QuietCollector(lambda: 1).note_input()
    assert seconds[0] < SWITCH_SECONDS / 10
    assert seconds[1:] == [SWITCH_SECONDS]


async def test_a_little_garbage_is_not_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Event()

    def count() -> tuple[int, int, int]:
        looked.set()
        return 100, 0, 0

    monkeypatch.setattr(gc, "get_count", count)
    collector, left = QuietCollector(lambda: 1), leave_garbage(asyncio.Event(), 100)
    collector.note_input()
    await asyncio.wait_for(looked.wait(), 30)
    assert left() is not None
