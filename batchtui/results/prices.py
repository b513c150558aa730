"""What a batch costs, and what its requests would have cost one by one: always an estimate.

Prices are data: `prices.toml` beside this module, over which a person's own file of the same shape is laid.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from batchtui.errors import ConfigurationError
from batchtui.results.usage import TokenSums, Usage
from batchtui.safe_text import safe_line

_MILLION = 1_000_000
_LARGEST_FILE = 256 * 1024
_FACTORS = ("direct", "cache_read", "cache_write", "cache_write_1h")
_PRICE_NAMES = ("input", "output")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_NEXT_VERSION = re.compile(r"[-.]?\d{1,2}(?!\d)")


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """The price of a model in a batch, in US dollars a million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class ModelCost:
    """A model's part of a batch; `batch` and `direct` are None where its price is not known."""

    model: str
    tokens: TokenSums
    batch: float | None
    direct: float | None


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """An estimate in US dollars: what the batch costs, and what the same would have cost without one.

    Models whose price is not known are in neither sum: `unknown_models` names them.
    """

    batch: float
    direct: float
    models: tuple[ModelCost, ...] = ()

    @property
    def saved(self) -> float:
        """What the batch saved."""
        return self.direct - self.batch

    @property
    def unknown_models(self) -> tuple[str, ...]:
        """Models that have no price."""
        return tuple(each.model for each in self.models if each.batch is None)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by the beginning of a model's name; the factors are times the price of a batch, or of its input."""

    models: Mapping[str, ModelPrice] = field(default_factory=dict)
    direct: float = 1.0
    cache_read: float = 1.0
    cache_write: float = 1.0
    cache_write_1h: float = 1.0

    def find(self, model: str) -> ModelPrice | None:
        """Return the price of a model; None where it is not known: another version of a known one is another model."""
        names = (name for name in self.models if _is_of_family(model, name))
        name = max(names, key=len, default=None)
        return None if name is None else self.models[name]

    def estimate(self, usage: Usage) -> CostEstimate:
        """Return what the numbers of a batch come to."""
        models = tuple(self._estimate_model(model, tokens) for model, tokens in usage.models.items())
        return CostEstimate(sum(each.batch or 0 for each in models), sum(each.direct or 0 for each in models), models)

    def _estimate_model(self, model: str, tokens: TokenSums) -> ModelCost:
        price = self.find(model)
        if price is None:
            return ModelCost(model, tokens, None, None)
        written_1h = min(tokens.cache_write_1h_tokens, tokens.cache_write_tokens)
        asked = (
            tokens.input_tokens
            + tokens.cache_read_tokens * self.cache_read
            + (tokens.cache_write_tokens - written_1h) * self.cache_write
            + written_1h * self.cache_write_1h
        )
        batch = (asked * price.input + tokens.output_tokens * price.output) / _MILLION
        return ModelCost(model, tokens, batch, batch * self.direct)


def load_prices(own_file: Path | None = None) -> Prices:
    """Return our prices with those of a person's own file laid over them, where there is such a file.

    Raises `ConfigurationError` where that file cannot be understood.
    """
    ours = _lay_over(Prices(), (files(__package__) / "prices.toml").read_text("utf-8"), Path("prices.toml"))
    if own_file is None:
        return ours
    text = _read(own_file)
    return ours if text is None else _lay_over(ours, text, own_file)


def _is_of_family(model: str, name: str) -> bool:
    rest = model.removeprefix(name)
    return model.startswith(name) and not rest[:1].isalnum() and not _NEXT_VERSION.match(rest)


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(path, error.strerror or "it cannot be opened") from error
    if len(content) > _LARGEST_FILE:
        raise ConfigurationError(path, "it is too large for a list of prices")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(path, "it is not UTF-8 text") from None


def _lay_over(prices: Prices, text: str, path: Path) -> Prices:
    data = _parse(text, path)
    tables = data.pop("models", {})
    factors = {name: _number(value, name, path) for name, value in data.items() if name in _FACTORS}
    if unknown := [name for name in data if name not in _FACTORS]:
        raise ConfigurationError(path, f"`{safe_line(unknown[0])}` is none of {', '.join(_FACTORS)}, models")
    if not isinstance(tables, dict):
        raise ConfigurationError(path, "`models` must be a table, such as [models]")
    models = {name: _price(table, name, path) for name, table in tables.items()}
    return replace(prices, models={**prices.models, **models}, **factors)


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (None, None)
        if place and line is None:  # at the end
            line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        problem = _PLACE.sub("", safe_line(str(error)))
    except (ValueError, RecursionError):
        line, column, problem = None, None, "it cannot be understood"
    raise ConfigurationError(path, problem, line=line, column=column)


def _price(table: object, name: str, path: Path) -> ModelPrice:
    if not isinstance(table, dict) or set(table) != set(_PRICE_NAMES):
        words = f"`models.{safe_line(name)}` must have an input and an output price, and nothing else"
        raise ConfigurationError(path, words)
    return ModelPrice(*(_number(table[each], f"models.{name}.{each}", path) for each in _PRICE_NAMES))


def _number(value: object, name: str, path: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and value >= 0):
        raise ConfigurationError(path, f"`{safe_line(name)}` must be a number from 0 up")
    return float(value)
