"""Measured numbers beside their budgets and their peers, as one table for a terminal or for a README."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

HEADINGS = ("what", "budget", "measured", "batchtui ÷ it", "")
"""The fourth column is for the peers: how many times as long batchtui took."""

Judge = Callable[[Sequence[float]], float]


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that is allowed: by itself, and as a multiple of what a peer took, whose key begins with its name."""

    most: float | None = None
    times: float | None = None
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One number of the table: `key` is for the program, `what` for people, `unit` is `s`, `B` or any word.

    `judged` picks the sample that stands for all: the median, unless one of a hundred counts. `of` is the key of the
    number that a peer is compared with.
    """

    key: str
    what: str
    unit: str = "s"
    budget: Budget | None = None
    of: str = ""
    judged: Judge = statistics.median


@dataclass(slots=True)
class Measured:
    """Samples by key, and a word about what could not be measured."""

    samples: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, str] = field(default_factory=dict)

    def add(self, numbers: Iterable[tuple[str, float]]) -> None:
        """Keep one more sample of each."""
        for key, number in numbers:
            self.samples[key].append(number)


def percentile(share: float) -> Judge:
    """Return what finds the sample that `share` of all do not exceed."""
    return lambda samples: sorted(samples)[min(int(share * len(samples)), len(samples) - 1)]


def fill(rows: Iterable[Row], measured: Measured) -> list[tuple[str, ...]]:
    """Return the table's cells; a row of which nothing is known is left out."""
    rows = tuple(rows)
    values = {row.key: row.judged(samples) for row in rows if (samples := measured.samples.get(row.key))}
    return [_cells(row, measured, values) for row in rows if row.key in values or row.key in measured.notes]


def draw_plain(rows: Iterable[Sequence[str]]) -> str:
    """Return the table for a terminal."""
    table = [HEADINGS, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def draw_markdown(rows: Iterable[Sequence[str]]) -> str:
    """Return the table for a README."""
    table = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    return "\n".join("| " + " | ".join(_to_markdown(cell) for cell in row) + " |" for row in table)


def format_value(value: float, unit: str) -> str:
    """Return a number with its unit, with as many digits as mean something."""
    if unit == "s":
        return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.0f} ms"  # ten milliseconds show
    if unit == "B":
        return f"{value / 1e6:.1f} MB" if value >= 1e6 else f"{value:,.0f} B"  # a million
    return f"{value:,.1f} {unit}" if value < 100 else f"{value:,.0f} {unit}"  # a tenth of more is noise


def _to_markdown(cell: str) -> str:
    words = cell.strip().replace("|", "\\|")
    return f"&nbsp;&nbsp;{words}" if cell.startswith(" ") else words


def _cells(row: Row, measured: Measured, values: Mapping[str, float]) -> tuple[str, ...]:
    what = f"  {row.what}" if row.of else row.what
    if row.key not in values:
        return (what, _format_budget(row), measured.notes[row.key], "", "")
    value = values[row.key]
    times = f"{values[row.of] / value:.2f} x" if row.of in values and value else ""
    return (what, _format_budget(row), _format_samples(row, value, measured), times, _verdict(row, values))


def _format_samples(row: Row, value: float, measured: Measured) -> str:
    samples = measured.samples[row.key]
    words = [format_value(value, row.unit)]
    if len(samples) > 1:
        low, high = (format_value(edge, row.unit) for edge in (min(samples), max(samples)))
        words.append(f"({low} to {high})")
    if note := measured.notes.get(row.key):
        words.append(note)
    return " ".join(words)


def _format_budget(row: Row) -> str:
    budget = row.budget or Budget()
    most = [] if budget.most is None else [format_value(budget.most, row.unit)]
    times = [] if budget.times is None else [f"{budget.times:g} x {budget.peer.partition('_')[0]}"]
    return ", ".join([*most, *times])


def _verdict(row: Row, values: Mapping[str, float]) -> str:
    budget = row.budget
    if budget is None:
        return ""
    limits = [] if budget.most is None else [budget.most]
    if budget.times is not None and budget.peer in values:
        limits.append(budget.times * values[budget.peer])
    if not limits:
        return ""
    return f"OVER by {100 * (values[row.key] / min(limits) - 1):.0f} %" if values[row.key] > min(limits) else "ok"
