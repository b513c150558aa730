"""Prices, where a person may keep their own."""

from __future__ import annotations

from pathlib import Path

from batchtui.paths import config_path
from batchtui.results import Prices
from batchtui.results import load_prices as load_prices_from


def own_prices_path() -> Path:
    """Return where a person's own prices are looked for: `prices.toml` beside the configuration file."""
    return config_path().with_name("prices.toml")


def load_prices() -> Prices:
    """Return all prices, a person's own first; raise `ConfigurationError` where those cannot be understood."""
    return load_prices_from(own_prices_path())
