"""Calls that may block for ever, and people who should not have to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from batchtui.errors import CredentialError, KeyringTimeoutError

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T], explain: Callable[[Exception], CredentialError]) -> T:
    """Return what `call` returns, from a thread that cannot hold up the program's exit.

    What it raises becomes what `explain` makes of it, free of the frames and causes of the original, which hold keys.
    Raises `KeyringTimeoutError` when the time is up; the thread is then left to itself.
    """
    outcome: _Outcome[T] = _Outcome()

    def run() -> None:
        try:
            outcome.value = call()
        except CredentialError as error:
            outcome.error = error.with_traceback(None)
        except Exception as error:  # noqa: BLE001  # whatever a keyring and its bus may raise
            outcome.error = explain(error)
        outcome.settled.set()

    threading.Thread(target=run, daemon=True, name="batchtui-keyring").start()
    if not outcome.settled.wait(seconds):
        raise KeyringTimeoutError(f"no answer within {seconds:g} seconds")
    if outcome.error is not None:
        raise outcome.error
    return outcome.value


class _Outcome(Generic[T]):
    """What became of a call; its repr shows nothing of it."""

    value: T
    error: CredentialError | None = None

    def __init__(self) -> None:
        self.settled = threading.Event()
