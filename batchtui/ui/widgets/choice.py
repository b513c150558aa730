"""One of a few words, chosen on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style

from batchtui.ui import glyphs
from batchtui.ui.widgets.pressable_words import PressableWords

_NO_BREAK = "\u00a0"


class Choice(PressableWords, can_focus=True):
    """Options beside each other, the chosen one with a filled circle, so that it is told apart without colour.

    `options` are pairs of a value and its words.
    """

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("right,down,space,l", "turn(1)", "Next option", show=False),
        Binding("left,up,h", "turn(-1)", "Previous option", show=False),
    ]

    position = reactive(0, layout=True)

    @dataclass
    class Changed(Message):
        """Another option was chosen."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The widget, for selectors of `@on`."""
            return self.choice

    def __init__(self, options: Sequence[tuple[str, str]], *, value: str, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._options = tuple(options)
        self.set_reactive(Choice.position, [name for name, _ in self._options].index(value))

    @property
    def value(self) -> str:
        """The chosen option's value."""
        return self._options[self.position][0]

    def watch_position(self) -> None:
        """Say what is chosen now."""
        self.post_message(self.Changed(self, self.value))

    def action_turn(self, steps: int) -> None:
        """Choose the option that many places further, round and round."""
        self.position = (self.position + steps) % len(self._options)

    def action_choose(self, position: int) -> None:
        """Choose by the mouse."""
        self.focus()
        self.position = position

    def render(self) -> Content:
        """Draw every option; a line breaks only between two of them."""
        return Content("  ").join(self._draw_option(position) for position in range(len(self._options)))

    def _draw_option(self, position: int) -> Content:
        is_chosen = position == self.position
        sign = glyphs.CHOSEN if is_chosen else glyphs.NOT_CHOSEN
        words = f"{sign} {self._options[position][1]}".replace(" ", _NO_BREAK)
        look = "bold" if is_chosen else "$foreground-muted"
        if is_chosen and self.has_focus:
            look = "bold reverse"
        return Content.styled(words, look).stylize(Style.from_meta({"@click": f"choose({position})"}))
