"""How a person wants the dashboard to look and to listen, and what of that cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

from batchtui.workspace import BoundAction


@dataclass(frozen=True, slots=True)
class Preferences:
    """What settings and command line say; `theme` None leaves the colours to what the terminal can."""

    theme: str | None = None
    is_ascii: bool = False
    has_mouse: bool = True
    keys: tuple[BoundAction, ...] = ()


NO_PREFERENCES = Preferences()
