"""The line at the bottom: the keys that work now, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from textual.content import Content
from textual.events import Click, MouseMove
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

_LAST = ("help", "leave")
"""Actions whose keys stand at the end, and for which there is room before all others."""

_WHILE_TYPING = {"enter": "Apply", "escape": "Close"}
"""What is left of a screen's keys while a field takes the letters, whether or not they are shown otherwise."""


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

    hovered: reactive[KeyHint | None] = reactive(None)
    """The key under the mouse, if it can be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[KeyHint] = []

    def on_mount(self) -> None:
        """Follow the bindings, which change with the focus and with what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._take)

    def on_click(self, event: Click) -> None:
        """Press the key under the mouse."""
        hint = self._hint_at(event.x)
        if hint is None:
            return
        if hint.is_enabled:
            self.app.simulate_key(hint.key)
        else:
            self.app.bell()

    def on_mouse_move(self, event: MouseMove) -> None:
        """Show which key a click would press."""
        hint = self._hint_at(event.x)
        self.hovered = hint if hint is not None and hint.is_enabled else None

    def on_leave(self) -> None:
        """Show that a click would press none."""
        self.hovered = None

    def render(self) -> Content:
        """Draw the keys for which there is room; all of them stand in the help."""
        return Content("").join(_draw(hint, is_hovered=hint == self.hovered) for hint in self._fitting())

    def _fitting(self) -> Iterator[KeyHint]:
        """Yield the keys from left to right: the first ones, and those at the end."""
        room = self.size.width - sum(hint.width for hint in self._hints if hint.is_last)
        for hint in self._hints:
            room -= 0 if hint.is_last else hint.width
            if hint.is_last or room >= 0:
                yield hint

    def _hint_at(self, column: int) -> KeyHint | None:
        end = 0
        for hint in self._fitting():
            end += hint.width
            if column < end:
                return hint
        return None

    def _take(self, screen: Screen[object]) -> None:
        if screen is not self.screen or (self._hints and not self.app.app_focus):
            return  # a terminal that is looked away from takes the focus from the table, and its keys would go
        hints = sorted(self._find_hints(screen), key=_order_of(screen))
        if hints != self._hints:
            self._hints = hints
            self.hovered = None
            self.refresh()

    def _find_hints(self, screen: Screen[object]) -> Iterator[KeyHint]:
        is_typing = screen.focused is not None and screen.focused.check_consume_key("x", "x")
        actions = set()
        for _, binding, is_enabled, _ in screen.active_bindings.values():
            label = _WHILE_TYPING.get(binding.key, "") if is_typing else binding.description * binding.show
            if label and binding.action not in actions:
                actions.add(binding.action)
                shown = self.app.get_key_display(binding)
                yield KeyHint(binding.key, shown, label, binding.action, is_enabled)


def _order_of(screen: Screen[object]) -> Callable[[KeyHint], tuple[bool, int]]:
    """Return what sorts keys as the screen declares its commands; those of its widgets come first."""
    declared = [command.action for command in getattr(screen, "commands", ())]
    return lambda hint: (hint.is_last, declared.index(hint.action) if hint.action in declared else -1)


def _draw(hint: KeyHint, *, is_hovered: bool) -> Content:
    dim = "" if hint.is_enabled else " dim"
    look = " underline" if is_hovered else ""  # some terminals have no paler ground
    words = Content.assemble(
        (f" {hint.shown} ", f"bold $footer-key-foreground{dim}"),
        (hint.label, f"$footer-description-foreground{dim}{look}"),
        " ",
    )
    return words.stylize("on $block-hover-background") if is_hovered else words
