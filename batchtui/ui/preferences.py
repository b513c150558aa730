"""How a person wants the dashboard to look and to listen, and what of that cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

from batchtui.workspace import BoundAction


@dataclass(frozen=True, slots=True)
class Preferences:
    """What settings and command line say.

    `theme` None is the usual one, or with `suits_terminal` one for what this terminal can.
    """

    theme: str | None = None
    suits_terminal: bool = False
    is_ascii: bool = False
    has_mouse: bool = True
    keys: tuple[BoundAction, ...] = ()


NO_PREFERENCES = Preferences()
