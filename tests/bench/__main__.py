"""`python -m tests.bench`: how quick and how small batchtui is, beside other ways to get at the same results."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import peers
from tests.bench.corpus import LINE_BYTES, Corpus, make_corpus
from tests.bench.dashboards import Bench
from tests.bench.machine import describe_load, describe_machine
from tests.bench.rows import IDLE, START, opened_rows
from tests.bench.server import PACED, serving
from tests.bench.table import Measured, Row, draw_markdown, draw_plain, fill
from tests.support.certificates import make_certificate

LARGE = 1_000_000
_ROUNDS_SECONDS = 90.0
_KEYS_SECONDS = 60.0
_LINK_ROUNDS = 3
_PACED_ROUNDS = 5
_COPIES = 2.2
_SPARE_BYTES = 500_000_000


def main() -> None:
    """Measure and print."""
    options = _parse_arguments()
    began = time.perf_counter()
    load = describe_load()
    with tempfile.TemporaryDirectory(prefix="batchtui-bench-", ignore_cleanup_errors=True) as name:
        tables = [_measure(Path(name), rows, options) for rows in options.rows]
    draw = draw_markdown if options.markdown else draw_plain
    _print("\n\n".join(draw(table) for table in tables))
    _print(f"\n{describe_machine()}\nload average {load} before, {describe_load()} after; ", end="")
    _print(f"{time.perf_counter() - began:.0f} s; medians, in brackets the least and the most of some rounds")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="results of the batch, at least 1,000")
    parser.add_argument("--large", action="store_true", help=f"a second table with {LARGE:,} results, about 2 GB")
    parser.add_argument("--repeat", type=int, default=7, help="rounds, of which the median is shown")
    parser.add_argument("--markdown", action="store_true", help="print the table for a README")
    options = parser.parse_args()
    options.rows = [max(options.rows, 1_000), *([LARGE] if options.large else [])]
    needed = int(max(options.rows) * LINE_BYTES * _COPIES) + _SPARE_BYTES
    if shutil.disk_usage(tempfile.gettempdir()).free < needed:
        parser.error(f"{tempfile.gettempdir()} has less than {needed / 1e9:.1f} GB left; TMPDIR names another folder")
    return options


def _measure(folder: Path, rows: int, options: argparse.Namespace) -> list[tuple[str, ...]]:
    _tell(f"{rows:,} results: writing them")
    corpus = make_corpus(folder, rows)
    is_first = rows == options.rows[0]
    with serving(corpus) as url:
        measured = _run(url, corpus, folder, options.repeat, is_whole=is_first)
    corpus.path.unlink()
    heading = (f"**{rows:,} results, {corpus.size / 1e6:.0f} MB**", "", "", "", "")
    shown: tuple[Row, ...] = (*(START if is_first else ()), *(IDLE if is_first else ()))
    return [heading, *fill(opened_rows(rows), measured), *fill(shown, measured)]


def _run(url: str, corpus: Corpus, folder: Path, repeat: int, *, is_whole: bool) -> Measured:
    """Measure everything in rounds, so that what disturbs the machine disturbs all alike."""
    measured = Measured(notes=peers.missing_programs())
    bench = Bench(url, corpus, folder)
    scale = max(corpus.rows / 100_000, 1)
    deadline = time.perf_counter() + _ROUNDS_SECONDS * scale
    for number in range(1, repeat + 1):
        if number > 1 and time.perf_counter() > deadline:
            _tell("that takes too long: no further round")
            break
        _tell(f"{corpus.rows:,} results: round {number} of {repeat}")
        if is_whole:
            measured.add(peers.start_python())
            measured.add(bench.start())
        measured.add(peers.download(url, folder))
        measured.add(bench.open_results())
        measured.add(peers.download(url, folder))  # again: some machines change their speed within seconds
        measured.add(peers.download_and_parse(url))
        measured.add(peers.search(corpus))
    _tell("at the pace of another server")
    for _ in range(_PACED_ROUNDS):
        measured.add(peers.download_paced(url, folder))
        measured.add(bench.open_results_once("paced_rows", PACED))
    _tell("keys while results stream in")
    measured.add(bench.press_keys(time.perf_counter() + _KEYS_SECONDS * scale))
    if is_whole:
        _tell("over a link of 1 Gbit/s")
        _measure_link(measured, corpus, folder)
        _tell("nothing pressed for half a minute")
        measured.add(bench.rest())
    _tell("the official SDK")
    measured.add(peers.read_with_sdk(url, corpus.rows))
    return measured


def _measure_link(measured: Measured, corpus: Corpus, folder: Path) -> None:
    certificate = make_certificate(folder)
    if certificate is not None:
        with serving(corpus, certificate) as url:
            bench = Bench(url, corpus, folder, certificate)
            for _ in range(_LINK_ROUNDS):
                measured.add(peers.download_over_link(url, folder, certificate))
                measured.add(bench.open_results_once("link_rows"))


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _print(words: str, end: str = "\n") -> None:
    sys.stdout.write(words + end)


if __name__ == "__main__":
    main()
