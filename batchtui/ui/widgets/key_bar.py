"""The line at the bottom: the keys that work now, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

_LAST = ("help", "leave")
"""Actions whose keys stand at the end, and for which there is room before all others."""


class KeyHint(NamedTuple):
    """One key: `key` is Textual's name, `shown` what people call it."""

    key: str
    shown: str
    label: str
    action: str
    is_enabled: bool

    @property
    def is_last(self) -> bool:
        """Whether it has its place, and its room, at the end."""
        return self.action in _LAST

    @property
    def width(self) -> int:
        """The cells that it takes."""
        return Content(f" {self.shown} {self.label} ").cell_length


class KeyBar(Widget):
    """Shows the bindings meant for it; a click presses the key.

    Textual's own footer is a widget a key, each with styles of its own: making them took a third of the time that it
    takes to open a screen.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[KeyHint] = []

    def on_mount(self) -> None:
        """Follow the bindings, which change with the focus and with what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._take)

    def action_press(self, position: int) -> None:
        """Press a key by the mouse."""
        hint = self._hints[position]
        if hint.is_enabled:
            self.app.simulate_key(hint.key)
        else:
            self.app.bell()

    def render(self) -> Content:
        """Draw the keys for which there is room; all of them stand in the help."""
        room = self.size.width - sum(hint.width for hint in self._hints if hint.is_last)
        parts: list[Content] = []
        for position, hint in enumerate(self._hints):
            room -= 0 if hint.is_last else hint.width
            if hint.is_last or room >= 0:
                parts.append(_draw(hint, position))
        return Content("").join(parts)

    def _take(self, screen: Screen[object]) -> None:
        if screen is not self.screen or not self.app.app_focus:
            return
        hints = sorted(self._find_hints(screen), key=_order_of(screen))
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def _find_hints(self, screen: Screen[object]) -> Iterator[KeyHint]:
        actions = set()
        for _, binding, is_enabled, _ in screen.active_bindings.values():
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                shown = self.app.get_key_display(binding)
                yield KeyHint(binding.key, shown, binding.description, binding.action, is_enabled)


def _order_of(screen: Screen[object]) -> Callable[[KeyHint], tuple[bool, int]]:
    """Return what sorts keys as the screen declares its commands; those of its widgets come first."""
    declared = [command.action for command in getattr(screen, "commands", ())]
    return lambda hint: (hint.is_last, declared.index(hint.action) if hint.action in declared else -1)


def _draw(hint: KeyHint, position: int) -> Content:
    dim = "" if hint.is_enabled else " dim"
    words = Content.assemble(
        (f" {hint.shown} ", f"bold $footer-key-foreground{dim}"),
        (f"{hint.label} ", f"$footer-description-foreground{dim}"),
    )
    return words.stylize(Style.from_meta({"@click": f"press({position})"}))
