"""The demo's stage: the simulator in this process, and its workspaces."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from batchtui.errors import ConfigurationError

if TYPE_CHECKING:
    from batchtui.settings import Settings
    from batchtui.settings.schema import Colour
    from batchtui.workspace import WorkspaceDirectory

_COLOURS: Mapping[str, Colour] = {"production": "red", "staging": "blue", "sandbox": "green"}


_LOOKS = ("theme", "ascii", "mouse", "low_bandwidth", "keys")


def read_looks() -> Settings:
    """Return how the person's own dashboard looks and listens, and nothing else of their configuration.

    Where that cannot be read, the demo is no place to mend it: a warning says why the defaults hold.
    """
    from batchtui.settings import Settings, load_settings  # noqa: PLC0415  # slow to import

    try:
        own = load_settings()
    except ConfigurationError as error:
        return Settings(warnings=(str(error),))
    return Settings(**{name: getattr(own, name) for name in _LOOKS})


def start_demo(seed: int = 0, *, is_read_only: bool = False, looks: Settings | None = None) -> WorkspaceDirectory:
    """Start a simulator in this process and return its workspaces, whose closing stops it.

    `looks` are settings that belong to no workspace. Raises `DemoUnavailableError` without the extra.
    """
    from pydantic import SecretStr  # noqa: PLC0415  # slow to import, like the next

    from batchtui.cli.simulate_command import make_simulator  # noqa: PLC0415  # needed only here
    from batchtui.workspace import (  # noqa: PLC0415  # as above
        KeySource,
        WorkspaceDirectory,
        WorkspaceSettings,
        asks_for_reading_only,
    )

    simulator = make_simulator(seed=seed).start()
    session = KeySource(kind="session")
    workspaces = [
        (
            WorkspaceSettings(name=name, base_url=simulator.url, key=session, colour=_COLOURS.get(name)),
            SecretStr(key),
        )
        for name, key in simulator.keys.items()
    ]
    return WorkspaceDirectory.in_memory(
        workspaces,
        is_read_only=is_read_only or asks_for_reading_only(os.environ),
        others=looks,
        on_close=simulator.stop,
    )
