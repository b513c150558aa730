"""What the command line says about a dashboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from batchtui.ui.preferences import NO_PREFERENCES, Preferences
from batchtui.workspace import WorkspaceDirectory


@dataclass(frozen=True, slots=True)
class DashboardOptions:
    """`workspace` None means the default one; `is_low_bandwidth` draws less often and less exactly, for a slow link."""

    workspace: str | None = None
    base_url: str | None = None
    refresh_seconds: float = 10.0
    is_low_bandwidth: bool = False
    preferences: Preferences = NO_PREFERENCES
    start_demo: Callable[[], WorkspaceDirectory] | None = None
