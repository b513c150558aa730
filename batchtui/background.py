"""Blocking calls beside an event loop, in threads that never hold up the exit.

`asyncio.to_thread` uses a pool whose threads are joined when the process ends, so one call that hangs (a keyring behind
a prompt, a server that stopped answering) would keep the program alive for ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_background(call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `call` in a daemon thread of its own and return, or raise, what it does.

    Cancelling the awaiting task abandons the thread: its outcome is dropped. A call that should stop earlier needs
    a signal of its own.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(error: BaseException | None, value: T | None) -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(value)  # type: ignore[arg-type]  # None only where T allows it

    def run() -> None:
        error: BaseException | None = None
        value: T | None = None
        try:
            value = call(*args, **kwargs)
        except BaseException as caught:  # noqa: BLE001  # handed to the awaiting task, whatever it is
            error = caught
        try:
            loop.call_soon_threadsafe(settle, error, value)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    threading.Thread(target=run, daemon=True, name=f"batchtui-{getattr(call, '__name__', 'call')}").start()
    return await outcome
