"""What a person reads on the screen of an App under test."""

from __future__ import annotations

from typing import Any

from textual.app import App


def screen_lines(app: App[Any]) -> list[str]:
    """Return the lines of the top screen as the compositor draws them, without trailing spaces."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip)[:width].rstrip() for strip in strips][:height]


def screen_text(app: App[Any]) -> str:
    """Return the whole top screen as text."""
    return "\n".join(screen_lines(app))
