"""Feed hostile results files to the store for a bounded time: `.venv/bin/python -m tests.fuzz --seconds 60`.

Every file is compared with a plain reference; a failure prints the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from batchtui.safe_text import safe_line
from tests.support.hostile_files import PIECES
from tests.support.plain_reference import check_against_reference

_MOST_PIECES = 12
_MOST_CHANGES = 6
_MOST_CUTS = 8


def make_file(rng: random.Random) -> bytes:
    """Return result lines, good and bad, with some of their bytes changed."""
    data = bytearray()
    for _ in range(rng.randint(0, _MOST_PIECES)):
        data += rng.choice(PIECES) + rng.choice((b"\n", b"\n", b"\n", b"\r\n", b""))
    for _ in range(rng.randint(0, _MOST_CHANGES) if data else 0):
        rng.choice(_CHANGES)(data, rng)
    return bytes(data)


def _flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] = rng.randrange(256)


def _drop(data: bytearray, rng: random.Random) -> None:
    if len(data) > 1:
        del data[rng.randrange(len(data))]


def _insert(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data)) : 0] = rng.choice((b"\n", b"\r", b'"', b"\\", b"{", b"}", b"\xe2\x80\xa8", b"\x1b"))


def _repeat(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    data += data[start : start + rng.randint(1, 200)]


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _drop, _insert, _repeat)


def cut_file(data: bytes, rng: random.Random) -> list[bytes]:
    """Return the file in chunks, empty ones too."""
    cuts = sorted(rng.randint(0, len(data)) for _ in range(rng.randint(0, _MOST_CUTS)))
    return [data[start:end] for start, end in pairwise([0, *cuts, len(data)])]


def try_seed(seed: int, folder: Path) -> bool:
    """Check one file; on a failure, say how to make it again and return False."""
    rng = random.Random(seed)  # noqa: S311  # chance that repeats itself
    data = make_file(rng)
    try:
        check_against_reference(folder, data, cut_file(data, rng))
        safe_line(data.decode("utf-8", "surrogateescape"))
    except Exception:  # noqa: BLE001  # whatever it is, it is the find
        traceback.print_exc()
        print(f"seed {seed}: {data!r}", file=sys.stderr)  # noqa: T201  # a command's answer
        return False
    return True


def main() -> int:
    """Run until the time is over, or one file fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, help="only this file")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    deadline = time.monotonic() + options.seconds
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        while True:
            if not try_seed(seed + tried, Path(folder)):
                return 1
            tried += 1
            if options.seed is not None or time.monotonic() > deadline:
                break
    print(f"{tried} files, from seed {seed}: no difference")  # noqa: T201  # a command's answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
