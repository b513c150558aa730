"""The installed program in a pseudo-terminal: how long a person waits, and what the screen costs."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.corpus import NEEDLE, Corpus
from tests.bench.probe import NeverShownError, Probe, Shows
from tests.bench.server import BATCH_ID
from tests.support.certificates import Certificate
from tests.support.terminal import PROGRAM

Numbers = Iterator[tuple[str, float]]

_FIRST_SCREEN = "with failures"
_LISTED = BATCH_ID[-10:]
_LOADED = re.compile(r"rows · [\d.,]+ [kMGT]?B · in ")
_ARROWS = "▲▼"
_COLUMNS = 6
_SWITCHES = 3
_FEWEST_ROWS = 10
_PRESS_EVERY = 1 / 30
_ENOUGH_KEYS = 200
_STILL_KEYS = 60
_MOST_LOADS = 50
_SHARE_PRESSED = 0.7
_LONGEST_PRESSED_SECONDS = 3.0
_STALLED_SECONDS = 0.6
_SETTLED_SECONDS = 3.0
_IDLE_SECONDS = 21.0


class Bench:
    """Opens dashboards on the stages of one server, which may have a certificate; `folder` is their home."""

    def __init__(self, url: str, corpus: Corpus, folder: Path, certificate: Certificate | None = None) -> None:
        self._url = url
        self._corpus = corpus
        self._environment = {"ANTHROPIC_API_KEY": "sk-ant-api03-bench", "HOME": str(folder)}
        if certificate is not None:
            self._environment["SSL_CERT_FILE"] = str(certificate.trusted)

    # Start

    def start(self) -> Numbers:
        """Start the program twice: to tell its version, and to show batches."""
        began = time.perf_counter()
        subprocess.run([PROGRAM, "--version"], stdout=subprocess.DEVNULL, check=True)
        yield "version", time.perf_counter() - began
        with self._dashboard("/ended") as probe:
            yield "first_paint", probe.when(_shows(_FIRST_SCREEN)) - probe.started
            yield "first_list", probe.when(_shows(_LISTED)) - probe.started

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
            probe.when(_shows(_FIRST_SCREEN))
            probe.settle(1)
            empty = probe.peak_bytes
        with self._dashboard("/ended") as probe:
            probe.when(_shows(_LISTED))
            probe.settle()
            cpu_seconds = probe.cpu_seconds
            with probe.watching_helpers() as helpers:
                pressed = probe.press("enter")
                yield "first_row", probe.when(_shows(self._corpus.ids[0])) - pressed
                yield "all_rows", probe.when(_is_loaded) - pressed
                probe.settle()
            yield "all_rows_cpu", probe.cpu_seconds - cpu_seconds
            yield "memory", probe.peak_bytes - empty + helpers.bytes
            yield from self._filter(probe, "filter", self._corpus.first)
            yield from self._sort(probe)
            yield from self._filter(probe, "filter_sorted", self._corpus.least)
            yield from self._search(probe)
            yield from self._page(probe)

    def open_results_once(self, key: str, stage: str = "/ended") -> Numbers:
        """Open the results once, and leave."""
        with self._dashboard(stage) as probe:
            probe.when(_shows(_LISTED))
            probe.settle()
            pressed = probe.press("enter")
            yield key, probe.when(_is_loaded) - pressed

    def _filter(self, probe: Probe, name: str, ids: Mapping[str, Sequence[str]]) -> Numbers:
        """Switch to the failures and back to the successes; the second row of them must be on the screen."""
        for _ in range(_SWITCHES):
            for key, kind in (("3", "errored"), ("2", "succeeded")):
                pressed = probe.press(key)
                yield name, probe.when(_shows(ids[kind][1])) - pressed
                probe.settle()

    def _sort(self, probe: Probe) -> Numbers:
        """Go through the orders of all columns, and round to the first again; the heading's arrow tells."""
        probe.press("1")
        probe.settle()
        for _ in range(_COLUMNS):
            is_sorted_anew = _shows_other_order(probe.text)
            pressed = probe.press("o")
            yield "sort", probe.when(is_sorted_anew) - pressed
            probe.settle()
        probe.press("o")
        probe.when(lambda text: not any(arrow in _heading(text) for arrow in _ARROWS))
        is_sorted_anew = _shows_other_order(probe.text)
        probe.press("o")
        probe.when(is_sorted_anew)
        probe.press("g")
        probe.settle()

    def _search(self, probe: Probe) -> Numbers:
        """Search every result, until the number of all matches is on the screen."""
        probe.press("1")
        probe.settle()
        probe.press("/")
        probe.settle()
        probe.press(NEEDLE)
        probe.settle()
        pressed = probe.press("enter")
        known = f"of {self._corpus.matches:,} "
        yield "search", probe.when(lambda text: known in text and "% searched" not in text) - pressed
        for key in ("esc", "g"):
            probe.press(key)
            probe.settle()

    def _page(self, probe: Probe) -> Numbers:
        for name, columns, rows in (("page_bytes", 120, 36), ("page_bytes_small", 80, 24)):
            probe.resize(columns, rows)
            probe.settle()
            probe.press("pagedown")
            yield name, probe.settle()

    # Keys while results stream in

    def press_keys(self, deadline: float) -> Numbers:
        """Press `down` thirty times a second while results stream in, over and over until there are enough presses.

        The cursor stands on the last line in view, so each press brings one more row onto the screen.
        """
        with self._dashboard("/ended") as probe:
            probe.when(_shows(_LISTED))
            in_view, seconds = self._load_once(probe)
            keys = loads = 0
            while keys < _ENOUGH_KEYS and loads < _MOST_LOADS and time.perf_counter() < deadline:
                _go_back(probe)
                for sample in self._press_while_loading(probe, in_view, seconds):
                    yield "key", sample
                    yield "key_median", sample
                    keys += 1
                loads += 1
            below = self._last_in_view(probe) + 1
            yield from (("key_still", sample) for sample in self._press(probe, below, _STILL_KEYS * _PRESS_EVERY))

    def _last_in_view(self, probe: Probe) -> int:
        text = probe.text
        return max(row for row, custom_id in enumerate(self._corpus.ids) if custom_id in text)

    def _load_once(self, probe: Probe) -> tuple[int, float]:
        """Return how many rows are in view, and how long the results take."""
        pressed = probe.press("enter")
        seconds = probe.when(_is_loaded) - pressed
        probe.settle()
        page = probe.text.split("\n")
        below = page[page.index(_heading(probe.text)) + 1 :]
        in_view = sum(1 for line, custom_id in zip(below, self._corpus.ids, strict=False) if custom_id in line)
        assert in_view >= _FEWEST_ROWS
        return in_view, seconds

    def _press_while_loading(self, probe: Probe, in_view: int, seconds: float) -> Iterator[float]:
        opened = probe.press("enter")
        probe.when(_shows(self._corpus.ids[in_view - 1]), quiet=0.02)
        probe.press("pagedown")
        probe.read_until(time.perf_counter() + 2 * _PRESS_EVERY)
        left = opened + _SHARE_PRESSED * seconds - time.perf_counter()
        yield from self._press(probe, in_view, min(left, _LONGEST_PRESSED_SECONDS))

    def _press(self, probe: Probe, row: int, seconds: float) -> Iterator[float]:
        """Press `down` for so long; `row` is the one that the first press brings onto the screen."""
        presses: list[float] = []
        due = time.perf_counter()
        end = due + seconds
        while due < end:
            presses.append(time.perf_counter())
            probe.send("down")
            due += _PRESS_EVERY
            probe.read_until(due)
        probe.settle(_STALLED_SECONDS)
        answered = 0
        for moment in probe.replay():
            text = probe.shown
            while answered < len(presses) and self._corpus.ids[row + answered] in text:
                yield moment - presses[answered]
                answered += 1
        if answered < len(presses):
            raise NeverShownError(f"{self._corpus.ids[row + answered]} is not there after `down`:\n{probe.text}")

    # Rest

    def rest(self) -> Numbers:
        """Look at twenty running batches and press nothing, at two sizes side by side."""
        with (
            self._dashboard("/running", columns=80, rows=24) as small,
            self._dashboard("/running") as wide,
        ):
            probes = {"_small": small, "": wide}
            for probe in probes.values():
                probe.when(_shows(_FIRST_SCREEN))
            _watch(tuple(probes.values()), _SETTLED_SECONDS)
            before = {name: (probe.received, probe.cpu_seconds) for name, probe in probes.items()}
            _watch(tuple(probes.values()), _IDLE_SECONDS)
            for name, probe in probes.items():
                received, cpu_seconds = before[name]
                yield f"idle_bytes{name}", (probe.received - received) / _IDLE_SECONDS
                yield f"idle_core{name}", (probe.cpu_seconds - cpu_seconds) / _IDLE_SECONDS * 100


def _is_loaded(text: str) -> bool:
    return _LOADED.search(text) is not None


def _heading(text: str) -> str:
    return next((line for line in text.split("\n") if "custom_id" in line and "cause" in line), "")


def _shows(words: str) -> Shows:
    return lambda text: words in text


def _shows_other_order(before: str) -> Shows:
    """Return what finds the arrow of an order at another place of the heading."""
    return lambda text: _heading(text) != _heading(before) and any(arrow in _heading(text) for arrow in _ARROWS)


def _go_back(probe: Probe) -> None:
    probe.press("q")
    probe.when(_shows(_FIRST_SCREEN))
    probe.settle()


def _watch(probes: Sequence[Probe], seconds: float) -> None:
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        for probe in probes:
            probe.read_until(time.perf_counter() + 0.05)
