"""The installed program in a pseudo-terminal: how long a person waits, and what the screen costs."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.corpus import Corpus
from tests.bench.probe import Probe
from tests.bench.server import BATCH_ID
from tests.support.terminal import PROGRAM

Numbers = Iterator[tuple[str, float]]

_FIRST_SCREEN = rb"with failures"
_LISTED = BATCH_ID[-10:].encode()
_LOADED = rb"rows \xc2\xb7 [\d.,]+ [kMGT]?B \xc2\xb7 in "
_SORTED = rb"\xe2\x96[\xb2\xbc]"
_COLUMNS = 6
_SWITCHES = 5
_PRESS_EVERY = 1 / 30
_FEWEST_ROWS = 10
_ENOUGH_KEYS = 200
_MOST_LOADS = 12
_SETTLED_SECONDS = 4.0
_IDLE_SECONDS = 21.0


class Bench:
    """Opens dashboards on the stages of one server; `folder` is their home."""

    def __init__(self, url: str, corpus: Corpus, folder: Path) -> None:
        self._url = url
        self._corpus = corpus
        self._environment = {"ANTHROPIC_API_KEY": "sk-ant-api03-bench", "HOME": str(folder)}

    # Start

    def start(self) -> Numbers:
        """Start the program twice: to tell its version, and to show batches."""
        began = time.perf_counter()
        subprocess.run([PROGRAM, "--version"], stdout=subprocess.DEVNULL, check=True)
        yield "version", time.perf_counter() - began
        with self._dashboard("/ended") as probe:
            yield "first_paint", probe.seen(_FIRST_SCREEN, 0) - probe.started
            yield "first_list", probe.seen(_LISTED, 0) - probe.started

    @contextmanager
    def _dashboard(self, stage: str, *, columns: int = 120, rows: int = 36) -> Iterator[Probe]:
        environment = {**self._environment, "ANTHROPIC_BASE_URL": self._url + stage}
        with Probe(environment=environment, columns=columns, rows=rows) as probe:
            yield probe
            probe.leave()

    # Results

    def open_results(self) -> Numbers:
        """Open the results once, and do with them what a person does."""
        with self._dashboard("/empty") as probe:
            probe.seen(_FIRST_SCREEN, 0)
            probe.settle(1)
            empty = probe.peak_bytes
        with self._dashboard("/ended") as probe:
            probe.seen(_LISTED, 0)
            probe.settle()
            place, pressed = probe.press("enter")
            yield "first_row", probe.seen(self._corpus.ids[0].encode(), place) - pressed
            yield "all_rows", probe.seen(_LOADED, place) - pressed
            probe.settle()
            yield "memory", probe.peak_bytes - empty
            yield from self._filter(probe, "filter", self._corpus.first)
            yield from self._sort(probe)
            yield from self._filter(probe, "filter_sorted", self._corpus.least)
            yield from self._page(probe)

    def _filter(self, probe: Probe, name: str, ids: Mapping[str, Sequence[str]]) -> Numbers:
        """Switch to the failures and back to the successes; an id that is then in view must be painted."""
        for _ in range(_SWITCHES):
            for key, kind in (("3", "errored"), ("2", "succeeded")):
                place, pressed = probe.press(key)
                shown = "|".join(map(re.escape, ids[kind][1:_FEWEST_ROWS]))
                yield name, probe.seen(shown.encode(), place) - pressed
                probe.settle()

    def _sort(self, probe: Probe) -> Numbers:
        """Go through the orders of all columns, and round to the first again; the heading's arrow tells."""
        probe.send("1")
        probe.settle()
        for _ in range(_COLUMNS):
            place, pressed = probe.press("o")
            yield "sort", probe.seen(_SORTED, place) - pressed
            probe.settle()
        for key in ("o", "o", "g"):
            probe.send(key)
            probe.settle()

    def _page(self, probe: Probe) -> Numbers:
        for name, columns, rows in (("page_bytes", 120, 36), ("page_bytes_small", 80, 24)):
            probe.resize(columns, rows)
            probe.settle()
            probe.send("pagedown")
            yield name, probe.settle()

    # Keys while results stream in

    def press_keys(self, deadline: float) -> Numbers:
        """Press `down` thirty times a second while results stream in, over and over until there are enough presses.

        The cursor stands on the last line in view, so each press brings one more row onto the screen.
        """
        with self._dashboard("/ended") as probe:
            probe.seen(_LISTED, 0)
            in_view = self._count_rows(probe)
            keys = loads = 0
            while keys < _ENOUGH_KEYS and loads < _MOST_LOADS and time.perf_counter() < deadline:
                for seconds in self._press_while_loading(probe, in_view):
                    yield "key", seconds
                    yield "key_median", seconds
                    keys += 1
                loads += 1
                self._go_back(probe)

    def _count_rows(self, probe: Probe) -> int:
        place, _ = probe.press("enter")
        probe.seen(_LOADED, place)
        probe.settle()
        page = probe.text.split("\n")
        heading = next(number for number, line in enumerate(page) if "custom_id" in line)
        shown = [line.split() for line in page[heading + 1 :]]
        in_view = sum(1 for number, words in enumerate(shown) if self._corpus.ids[number] in words[:2])
        assert in_view >= _FEWEST_ROWS
        self._go_back(probe)
        return in_view

    def _go_back(self, probe: Probe) -> None:
        place, _ = probe.press("q")
        probe.seen(_FIRST_SCREEN, place)
        probe.settle()

    def _press_while_loading(self, probe: Probe, in_view: int) -> Iterator[float]:
        opened, _ = probe.press("enter")
        probe.seen(self._corpus.ids[in_view - 1].encode(), opened)
        probe.send("pagedown")
        presses: list[tuple[float, int]] = []
        answered = 0
        due = time.perf_counter() + 2 * _PRESS_EVERY
        loaded = re.compile(_LOADED)
        is_loading = True
        while is_loading or answered < len(presses):
            probe.read_some(due if is_loading else due + 5)
            now = time.perf_counter()
            while answered < len(presses):
                pressed, place = presses[answered]
                if probe.written.find(self._id(in_view + answered), place) < 0:
                    break
                yield now - pressed
                answered += 1
            is_loading = is_loading and not loaded.search(probe.written, opened)
            if is_loading and now >= due:
                place, pressed = probe.press("down")
                presses.append((pressed, place))
                due += _PRESS_EVERY

    def _id(self, row: int) -> bytes:
        return self._corpus.ids[row].encode()

    # Rest

    def rest(self) -> Numbers:
        """Look at twenty running batches and press nothing, at two sizes side by side."""
        with (
            self._dashboard("/running", columns=80, rows=24) as small,
            self._dashboard("/running") as wide,
        ):
            probes = {"_small": small, "": wide}
            for probe in probes.values():
                probe.seen(_FIRST_SCREEN, 0)
            _watch(tuple(probes.values()), _SETTLED_SECONDS)
            before = {name: (probe.received, probe.cpu_seconds) for name, probe in probes.items()}
            _watch(tuple(probes.values()), _IDLE_SECONDS)
            for name, probe in probes.items():
                received, cpu_seconds = before[name]
                yield f"idle_bytes{name}", (probe.received - received) / _IDLE_SECONDS
                yield f"idle_core{name}", (probe.cpu_seconds - cpu_seconds) / _IDLE_SECONDS * 100


def _watch(probes: Sequence[Probe], seconds: float) -> None:
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        for probe in probes:
            probe.read_until(time.perf_counter() + 0.05)
