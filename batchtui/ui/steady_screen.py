"""What screens and dialogs share, so that closing one or resizing its terminal never ends the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from textual import events, on
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen, ScreenResultType
from textual.timer import Timer
from textual.widget import Widget

_PAINT_SECONDS = 1 / 240
"""How soon pictures may follow each other: with Textual's 1/60 a key just after one waits longer than it takes."""


class SteadyScreen(Screen[ScreenResultType]):
    """A screen whose own work ends before its widgets go, and that heeds the terminal's latest size only.

    A dialog names `ModalScreen` before it: Textual's styles know the first of several base classes only.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    focused: reactive[Widget | None] = reactive(None, repaint=False)
    """The widget to which keys go; it draws that itself, and nothing else needs to be drawn anew."""

    _styled_for: tuple[str, frozenset[str]] | None = None
    """The theme and the App's classes in which a screen was composed that has not been shown yet."""

    _dressed_for: Size | None = None
    """The terminal's size of which this screen has the classes; it can be laid out for another one without them."""

    @cached_property
    def _update_timer(self) -> Timer:
        # private to Textual, whose pace cannot be chosen otherwise
        return self.set_interval(_PAINT_SECONDS, self._on_timer_update, name="screen_update", pause=True)

    def on_compose(self) -> None:
        """Take on the classes of the terminal's size now, so that the first size that is told styles nothing anew."""
        self._styled_for = self.app.theme, self.app.classes
        self._dressed_for = self.app.size
        width, height = self.app.size
        for dimension, breakpoints in ((width, self.HORIZONTAL_BREAKPOINTS), (height, self.VERTICAL_BREAKPOINTS)):
            fitting = [name for least, name in sorted(breakpoints or ()) if dimension >= least]
            self.add_class(*fitting[-1:])

    @on(events.ScreenResume)
    def _style_once(self, event: events.ScreenResume) -> None:
        """Style nothing of a new screen a second time, which would be a tenth of the time that it takes to open."""
        if self._styled_for == (self.app.theme, self.app.classes):
            event.refresh_styles = False
        self._styled_for = None

    def on_resize(self, event: events.Resize) -> None:
        """Ignore a size that is not the terminal's any more, and the one that a new screen was laid out for just now.

        While sizes change quickly, Textual can tell earlier ones late, and two such answer each other for ever.
        """
        is_laid_out = event.size == self._size == self._dressed_for and not self.is_modal  # which tells those below
        if event.size != self.app.size or is_laid_out:
            event.prevent_default()
        else:
            self._dressed_for = event.size
            self.call_after_refresh(self._show_focused)

    def _show_focused(self) -> None:
        """Scroll to what has the focus, which a smaller terminal may have put out of sight."""
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Schedule a callback that is left out where this screen has gone by then.

        Textual lets the screen in front call it, which can be the one below, when this one's widgets are gone already.
        """
        return super().call_after_refresh(lambda: callback(*args, **kwargs) if self.is_running else None)

    async def _message_loop_exit(self) -> None:
        """Cancel this screen's workers first.

        Textual does so after the widgets are gone: a worker that goes on in between would look for one and not find
        it, and an error in a worker ends the App. No public hook comes early enough.
        """
        self.workers.cancel_node(self)
        await super()._message_loop_exit()
