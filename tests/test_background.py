from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from batchtui.background import in_background


async def test_what_a_call_returns_and_raises_comes_back() -> None:
    def fail() -> None:
        raise LookupError("gone")

    assert await in_background(divmod, 7, 2) == (3, 1)
    with pytest.raises(LookupError, match="gone"):
        await in_background(fail)


async def test_a_call_that_is_no_longer_awaited_is_dropped() -> None:
    release = threading.Event()
    waiting = asyncio.ensure_future(in_background(release.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    release.set()


def test_a_call_that_hangs_does_not_hold_up_the_exit() -> None:
    program = (
        "import asyncio, threading\n"
        "from batchtui.background import in_background\n"
        "async def main():\n"
        "    asyncio.ensure_future(in_background(threading.Event().wait))\n"
        "    await asyncio.sleep(0)\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
