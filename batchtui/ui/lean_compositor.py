"""Sends to the terminal what a region holds, and says each colour once.

Textual crops an update at its right end only (`ChopsUpdate` says so itself) and repeats every colour, so that one
changed cell costs a line: countdowns in twenty rows are 270 bytes a second on a slow link, and 10 with this.
"""

from __future__ import annotations

from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor
from textual.strip import Strip

_RESET = "\x1b[0m"


class Pen:
    """Writes styled text with as few sequences as it takes."""

    def __init__(self, colours: ColorSystem) -> None:
        self._colours = colours
        self._written: list[str] = []
        self._codes = ""
        self._style = Style.null()

    def move_to(self, x: int, y: int) -> None:
        """Go to a cell; the colour stays."""
        self._written.append(Control.move_to(x, y).segment.text)

    def write(self, strip: Strip) -> None:
        """Write segments one after the other."""
        for text, style, _ in strip:
            self._write(text, style or Style.null())

    def finish(self) -> str:
        """Return everything that was written, with a reset where one is needed."""
        return "".join((*self._written, _RESET if self._codes else ""))

    def _write(self, text: str, style: Style) -> None:
        if style.link:
            self._set("", Style.null())
            self._written.append(Strip.render_style(style, text, self._colours))
            return
        if not (text.isspace() and _is_same_ground(style, self._style)):
            self._set(Strip.render_ansi(style, self._colours), style)
        self._written.append(text)

    def _set(self, codes: str, style: Style) -> None:
        if codes != self._codes:
            self._written.append(f"\x1b[0;{codes}m" if codes else _RESET)
        self._codes, self._style = codes, style


def _is_same_ground(one: Style, other: Style) -> bool:
    """Whether a space looks the same in both styles."""
    return one.bgcolor == other.bgcolor and not any(
        style.reverse or style.underline or style.underline2 or style.strike or style.overline for style in (one, other)
    )


class LeanUpdate(ChopsUpdate):
    """An update cropped at both ends."""

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        pen = Pen(console._color_system or ColorSystem.TRUECOLOR)  # noqa: SLF001  # as Textual's own updates do
        for y, start, stop in self.spans:
            at = -1
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, start), min(end, stop)
                if strip is None or left >= right:
                    continue
                if left != at:
                    pen.move_to(left, y)
                pen.write(strip.crop(left - x, right - x))
                at = right
        return pen.finish()


class LeanCompositor(Compositor):
    """A compositor whose partial updates are lean."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what changed, if anything did."""
        update = super().render_partial_update()
        return None if update is None else LeanUpdate(update.chops, update.spans, update.chop_ends)
