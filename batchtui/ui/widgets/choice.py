"""One of a few words, chosen on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style

from batchtui.ui import glyphs
from batchtui.ui.widgets.pressable_words import PressableWords

_GAP = "  "
_NO_LOOKS: Mapping[str, str] = {}


class Choice(PressableWords, can_focus=True):
    """Options beside each other, the chosen one with a filled circle, so that it is told apart without colour.

    `options` are pairs of a value and its words; `looks` are the styles of some values' words.
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

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        value: str,
        id: str,  # noqa: A002  # Textual's name
        looks: Mapping[str, str] = _NO_LOOKS,
    ) -> None:
        super().__init__(id=id)
        self._options = tuple(options)
        self._looks = looks
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

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's
        """Return the number of lines at this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw every option."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        """Return the options in lines that break only between two of them; Textual would also break after a sign."""
        lines: list[Content] = []
        for option in map(self._draw_option, range(len(self._options))):
            if lines and lines[-1].cell_length + len(_GAP) + option.cell_length <= width:
                lines[-1] = Content.assemble(lines[-1], _GAP, option)
            else:
                lines += option.wrap(max(width, 1))
        return lines

    def _draw_option(self, position: int) -> Content:
        is_chosen = position == self.position
        sign = glyphs.CHOSEN if is_chosen else glyphs.NOT_CHOSEN
        value, words = self._options[position]
        words = f"{sign} {words}"
        look = self._looks.get(value, "" if is_chosen else "$foreground-muted")
        if is_chosen:
            look = f"bold {'reverse' if self.has_focus else ''} {look}".strip()
        return Content.styled(words, look).stylize(Style.from_meta({"@click": f"choose({position})"}))
