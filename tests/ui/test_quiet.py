"""When garbage is collected."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from batchtui.ui.quiet import QuietCollector


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


def leave_garbage(count: int = 20_000) -> weakref.ref[Node]:
    nodes = [Node() for _ in range(count)]
    return weakref.ref(nodes[0])


def test_garbage_waits_until_nobody_has_pressed_a_key_for_a_second() -> None:
    now = [100.0]
    collector = QuietCollector(lambda: now[0])
    left = leave_garbage()
    now[0] += 0.9
    collector.collect_if_quiet()
    assert left() is not None
    collector.note_input()
    now[0] += 0.9
    collector.collect_if_quiet()
    assert left() is not None
    now[0] += 0.2
    collector.collect_if_quiet()
    assert left() is None


def test_a_little_garbage_is_not_worth_it() -> None:
    now = [100.0]
    collector = QuietCollector(lambda: now[0])
    left = leave_garbage(100)
    now[0] += 60
    collector.collect_if_quiet()
    assert left() is not None
