"""An App that is done with one key before it looks at the next, also when a slow link brings many at once."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual import on
from textual.app import App, ReturnType
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.widget import Widget

_PATIENCE_SECONDS = 1.0
_LOOK_SECONDS = 0.01
_IMPATIENT = frozenset({"escape", "q", "ctrl+c", "ctrl+l", "ctrl+q", "ctrl+z"})
"""Keys for which, and for all before them, nothing is waited for: they end what takes so long."""

_TRIPS = 5
"""How often at most it is asked again whether a key's consequences have moved the focus."""


@runtime_checkable
class Awaiting(Protocol):
    """A screen to which what a key asked for is still on its way: rows to move on, a match to go to."""

    keys_wait_until: float
    """How long at most keys wait for that, by `time.monotonic`."""


@dataclass
class KeyDone(Message):
    """Everything that a key has led to, as far as `target`, is behind this."""

    number: int
    target: Widget
    trip: int = 1


class KeysInTurn(App[ReturnType]):
    """Lets keys and pasted texts wait for the ones before.

    Textual hands each to whatever has the focus when it comes, and runs bound keys only when they have gone up to the
    App: of a burst, letters would overtake a backspace, and what follows Enter would go to the screen that it leaves.
    So behind each goes a message on the same way, and the next one follows when that is back. What a key asks of
    another thread is not waited for so, but a screen may say that it awaits it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Key | Paste] = deque()
        self._number = 0
        self._is_busy = self._is_looking = False

    async def on_event(self, event: Event) -> None:
        """Take keys in turn."""
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._waiting.append(event)
        if not self._is_busy:
            await self._begin_next()
        elif len(self._waiting) == 1:
            self._watch_over(self._number)

    async def _begin_next(self) -> None:
        self._is_busy = False
        while self._waiting and not self._is_busy:
            if self._is_early:
                self._is_busy = True
                self._look_again_soon()
                return
            self._number += 1
            target = self._target
            await super().on_event(self._waiting.popleft())
            self._is_busy = target.post_message(KeyDone(self._number, target))
        if self._waiting:
            self._watch_over(self._number)

    @on(KeyDone)
    async def _begin_next_or_ask_again(self, done: KeyDone) -> None:
        """Ask twice at least: the first time what the key did may still be on its way."""
        done.stop()
        if done.number != self._number:
            return
        target = self._target
        if done.trip == 1 or (target is not done.target and done.trip < _TRIPS):
            again = KeyDone(done.number, target, done.trip + 1)
            if target.post_message(again):
                return
        await self._begin_next()

    @property
    def _is_early(self) -> bool:
        """Whether what the next key is meant for may still come."""
        screen = self.screen
        is_awaiting = isinstance(screen, Awaiting) and time.monotonic() < screen.keys_wait_until
        return is_awaiting and not any(isinstance(each, Key) and each.key in _IMPATIENT for each in self._waiting)

    def _look_again_soon(self) -> None:
        def look_again() -> None:
            self._is_looking = False
            self._go_on()

        if not self._is_looking:
            self._is_looking = True
            self.set_timer(_LOOK_SECONDS, look_again)

    def _go_on(self) -> None:
        if self.screen_stack:  # else the program is about to end
            self.post_message(KeyDone(self._number, self._target, _TRIPS))

    @property
    def _target(self) -> Widget:
        return self.focused or self.screen

    def _watch_over(self, number: int) -> None:
        """Go on without an answer some time later: what should give it may have gone."""

        def give_up() -> None:
            if self._is_busy and self._number == number:
                self._go_on()

        self.set_timer(_PATIENCE_SECONDS, give_up)
