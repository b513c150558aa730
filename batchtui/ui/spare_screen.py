"""A screen that is composed before it is needed: opening it takes half as long, and what it shows can begin sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual.screen import Screen

_S = TypeVar("_S", bound=Screen[Any])


class SpareScreen(Generic[_S]):
    """Has one screen ready that `make` makes, for another screen, its owner; lives on the event loop."""

    def __init__(self, owner: Screen[Any], make: Callable[[], _S]) -> None:
        self._owner = owner
        self._make = make
        self._spare: _S | None = None
        self._is_closed = False

    def prepare(self) -> None:
        """Have one composed, unless there is one."""
        if self._spare is None and not self._is_closed:
            self._spare = self._make()
            self._owner.app._register(self._owner.app, self._spare)  # noqa: SLF001  # which has no public name

    def take(self) -> _S | None:
        """Return the one that is ready, if there is one."""
        if self._spare is None or not self._spare.is_mounted:
            return None
        spare, self._spare = self._spare, None
        return spare

    def close(self) -> None:
        """Give it up; nothing more is prepared."""
        self._is_closed = True
        spare, self._spare = self._spare, None
        if spare is not None:
            self._owner.app.call_later(spare.remove)  # the App removes nothing while it removes the owner
