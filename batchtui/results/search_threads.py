"""Threads that search blocks, and that never hold up the end of the program.

Those of `concurrent.futures` are joined when the process ends: one that waits for a slow disk would keep it alive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class SearchThreads(Generic[T]):
    """Up to so many daemon threads, from the first call on until the `with` block ends.

    Calls that no thread has begun by then are dropped, and nobody waits for the others.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._started = 0
        self._calls: SimpleQueue[tuple[Callable[[], T], Future[T]] | None] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Empty):
            while True:
                self._calls.get_nowait()
        for _ in range(self._started):
            self._calls.put(None)

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Have a thread do this; the future holds what it returns or raises."""
        outcome: Future[T] = Future()
        self._calls.put((call, outcome))
        if self._started < self._count:
            try:
                threading.Thread(target=self._work, daemon=True, name="batchtui-search").start()
                self._started += 1
            except RuntimeError:  # no more threads: those that run are enough
                if not self._started:
                    raise
        return outcome

    def _work(self) -> None:
        while (next_call := self._calls.get()) is not None:
            call, outcome = next_call
            try:
                outcome.set_result(call())
            except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
                outcome.set_exception(error)
