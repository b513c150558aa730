"""The results that the benchmark opens: always the same lines, made from the demo's rows, in one file."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from batchtui.demo.outcomes import Mix
from batchtui.demo.rows import InventedRequests, Rows

NEEDLE = "Pico hand grinder"
"""Words that stand in one or two of a hundred lines, for a search."""

LINE_BYTES = 2_190
"""How long a line is on average, so that 100,000 have 219 MB."""

_TURN = (0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1)
"""Long answers and short ones in turn."""
_THEMES = (("contracts", b'"contract-%07d"'), ("catalog", b'"sku-%07d"'))
_MODEL = b'"claude-sonnet-4-6"'
_KEPT = 4000
_WRITE_SIZE = 1 << 22
_ID, _TYPE = 3, 9


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file of result lines and what a screen will show of it.

    `ids` are the first thousands of `custom_id`s in the order of the file, `first` the first ten of each type, and
    `least` those ten of each type that come first when they are sorted.
    """

    path: Path
    rows: int
    size: int
    counts: Mapping[str, int]
    ids: tuple[str, ...]
    first: Mapping[str, tuple[str, ...]]
    least: Mapping[str, tuple[str, ...]]
    matches: int


def make_corpus(folder: Path, rows: int) -> Corpus:
    """Write `rows` lines into a new file and return what is known of them."""
    path = folder / f"results-{rows}.jsonl"
    ids: list[str] = []
    by_type: defaultdict[str, list[str]] = defaultdict(list)
    size = matches = 0
    with path.open("wb", buffering=_WRITE_SIZE) as out:
        for line in _iter_lines(rows):
            out.write(line)
            size += len(line)
            matches += NEEDLE.encode() in line
            words = line.split(b'"', _TYPE + 1)
            by_type[words[_TYPE].decode()].append(words[_ID].decode())
            if len(ids) < _KEPT:
                ids.append(words[_ID].decode())
    return Corpus(
        path,
        rows,
        size,
        {kind: len(found) for kind, found in by_type.items()},
        tuple(ids),
        {kind: tuple(found[:10]) for kind, found in by_type.items()},
        {kind: tuple(heapq.nsmallest(10, found)) for kind, found in by_type.items()},
        matches,
    )


def _iter_lines(rows: int) -> Iterator[bytes]:
    turns = list(islice(cycle(_TURN), rows))
    sources = [
        Rows(InventedRequests(size, pattern, (_MODEL,)), _mix(size), key="bench", theme=theme).iter_lines()
        for number, (theme, pattern) in enumerate(_THEMES)
        for size in [turns.count(number)]
    ]
    return (next(sources[turn]) for turn in turns)


def _mix(size: int) -> Mix:
    """Return the outcomes: some three in a hundred went wrong, in four ways."""
    failed = {"overloaded": size // 50, "prompt_too_long": size // 200, "expired": size // 250, "canceled": size // 250}
    return Mix({"succeeded": size - sum(failed.values()), **failed})
