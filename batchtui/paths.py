"""Where files live: configuration, cache and state, each where its system keeps such things.

Asking creates nothing. The XDG variables count on every system; as their specification says, a relative one is ignored.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

_NAME = "batchtui"


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """Return the configuration file: `BATCHTUI_CONFIG`, or `config.toml` in the person's configuration folder."""
    named = _environment(environ).get("BATCHTUI_CONFIG")
    if named:
        return Path(named).expanduser()
    folder = _xdg_folder("XDG_CONFIG_HOME", environ) or platformdirs.user_config_path(_NAME, appauthor=False)
    return folder / "config.toml"


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder for what can be fetched again, such as results that are being read."""
    return _xdg_folder("XDG_CACHE_HOME", environ) or platformdirs.user_cache_path(_NAME, appauthor=False)


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder for what happened here: logs and journals."""
    return _xdg_folder("XDG_STATE_HOME", environ) or platformdirs.user_state_path(_NAME, appauthor=False)


def _xdg_folder(variable: str, environ: Mapping[str, str] | None) -> Path | None:
    base = _environment(environ).get(variable, "")
    return Path(base) / _NAME if Path(base).is_absolute() else None


def _environment(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environ is None else environ
