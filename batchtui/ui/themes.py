"""The colours to choose from: Textual's own themes, and two that nobody confuses.

Those are after Okabe and Ito ("Color Universal Design", 2008). The tones of words are chosen so that people without
red, green or blue cones still see four different ones, and can read each on every ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

COLOURBLIND_DARK = Theme(
    name="colourblind-dark",
    primary="#56b4e9",  # sky blue
    secondary="#0072b2",  # blue
    accent="#f0e442",  # yellow
    warning="#e69f00",  # orange
    error="#d55e00",  # vermilion
    success="#009e73",  # bluish green
    foreground="#e8e8e8",
    background="#101014",
    surface="#1c1c22",
    panel="#2a2a32",
    variables={
        "text-primary": "#8aa3e3",
        "text-accent": "#f0e442",
        "text-warning": "#faea13",
        "text-error": "#d97a36",
        "text-success": "#36fdc4",
        "footer-key-foreground": "#f0e442",
    },
)
COLOURBLIND_LIGHT = Theme(
    name="colourblind-light",
    primary="#0072b2",
    secondary="#56b4e9",
    accent="#8f4f7a",  # reddish purple
    warning="#e69f00",
    error="#d55e00",
    success="#009e73",
    foreground="#1a1a1a",
    background="#ffffff",
    surface="#f0f0f0",
    panel="#dfe4e8",
    dark=False,
    variables={
        "text-primary": "#02164d",
        "text-accent": "#7a3f66",
        "text-warning": "#9a07c8",
        "text-error": "#b01c01",
        "text-success": "#0d7167",
        "footer-key-foreground": "#005a8e",
    },
)
_PLAIN = {
    "foreground-disabled": "ansi_default",
    "foreground-muted": "ansi_default",
    "text-muted": "ansi_default",
    "primary-muted": "ansi_default",
    "accent-muted": "ansi_default",
    "warning-muted": "ansi_default",
    "error-muted": "ansi_default",
}
"""Pale tones, which sixteen colours do not have."""

ANSI_DARK = replace(
    BUILTIN_THEMES["ansi-dark"],
    primary="ansi_cyan",
    secondary="ansi_blue",
    accent="ansi_magenta",
    variables=BUILTIN_THEMES["ansi-dark"].variables | _PLAIN,
)
ANSI_LIGHT = replace(
    BUILTIN_THEMES["ansi-light"],
    warning="ansi_magenta",
    accent="ansi_blue",
    variables=BUILTIN_THEMES["ansi-light"].variables | _PLAIN,
)
OWN_THEMES = (COLOURBLIND_DARK, COLOURBLIND_LIGHT, ANSI_DARK, ANSI_LIGHT)

_LIGHT_GROUNDS = {"7", "15"}

_FEW = {"standard", "windows"}


def usual_theme(colour_system: str | None, ground: str = "", *, is_colourless: bool = False) -> str:
    """Return the theme for somebody who chose none.

    `colour_system` is Rich's name for what the terminal can: one of sixteen colours keeps its own ones, whatever they
    are. `ground` is `COLORFGBG`, by which some terminals say that they are light.
    """
    has_few = is_colourless or colour_system in _FEW
    is_light = ground.rpartition(";")[2] in _LIGHT_GROUNDS
    return f"{'ansi' if has_few else 'textual'}-{'light' if is_light else 'dark'}"


def explain_unknown_theme(name: str, known: Iterable[str]) -> str:
    """Return a sentence about a theme that there is not."""
    return f"There is no theme {name!r}; there are: {', '.join(sorted(known))}."
