"""An App that is done with one key before it looks at the next, also when a slow link brings many at once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from textual import on
from textual.app import App, ReturnType
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.widget import Widget

_PATIENCE_SECONDS = 1.0
_TRIPS = 5
"""How often at most it is asked again whether a key's consequences have moved the focus."""


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
    So behind each goes a message on the same way, and the next one follows when that is back.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Key | Paste] = deque()
        self._number = 0
        self._is_busy = False

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
    def _target(self) -> Widget:
        return self.focused or self.screen

    def _watch_over(self, number: int) -> None:
        """Go on without an answer some time later: what should give it may have gone."""

        def give_up() -> None:
            if self._is_busy and self._number == number:
                self.post_message(KeyDone(number, self._target, _TRIPS))

        self.set_timer(_PATIENCE_SECONDS, give_up)
