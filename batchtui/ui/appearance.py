"""An App made to look and to listen as the person wants."""

from __future__ import annotations

import os
from typing import Any

from textual.app import App
from textual.filter import Monochrome, NoColor

from batchtui.ui.ascii_filter import AsciiFilter
from batchtui.ui.preferences import Preferences
from batchtui.ui.themes import OWN_THEMES, explain_unknown_theme, usual_theme


def dress(app: App[Any], preferences: Preferences) -> list[str]:
    """Give an App its theme and its signs; return sentences about what cannot be done."""
    if app.no_color:  # Textual would send shades of grey, which some terminals show as any colour
        app._filters = [NoColor() if isinstance(each, Monochrome) else each for each in app._filters]  # noqa: SLF001  # no other way
    if preferences.is_ascii:
        app._filters.append(AsciiFilter())  # noqa: SLF001  # no other way
    for theme in OWN_THEMES:
        app.register_theme(theme)
    chosen, warnings = preferences.theme, []
    if chosen is not None and chosen not in app.available_themes:
        warnings.append(explain_unknown_theme(chosen, app.available_themes))
        chosen = None
    if chosen is None and preferences.suits_terminal:
        ground = os.environ.get("COLORFGBG", "")
        chosen = usual_theme(app.console.color_system, ground, is_colourless=app.no_color)
    app.theme = chosen or app.theme
    return warnings
