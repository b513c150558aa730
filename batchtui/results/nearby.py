"""Lines that stand close to each other, read at once: each read lets other threads go first, and a table draws many."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from batchtui.results.index import ResultsIndex

_MOST_ROWS = 40
_MOST_BYTES = 256 * 1024


class _Held(NamedTuple):
    """The bytes from the beginning of row `first` to the end of the row before `end`."""

    first: int
    end: int
    data: bytes


class NearbyLines:
    """Gives lines of a file that only grows; `read` returns so many bytes of it from an offset.

    Any thread may ask: what is held is replaced as a whole.
    """

    def __init__(self, index: ResultsIndex, read: Callable[[int, int], bytes]) -> None:
        self._index = index
        self._read = read
        self._held = _Held(0, 0, b"")

    def line(self, row: int) -> bytes:
        """Return a row's line byte for byte, without its line ending; raise what `read` raises."""
        held = self._held
        if not held.first <= row < held.end:
            held = self._read_from(row)
            if len(held.data) <= _MOST_BYTES:
                self._held = held
        offsets = self._index.offsets
        start = offsets[row] - offsets[held.first]
        return held.data[start : start + self._index.lengths[row]]

    def _read_from(self, first: int) -> _Held:
        """Read a row and those that follow it, as many as are few bytes."""
        offsets, lengths = self._index.offsets, self._index.lengths
        end = min(first + _MOST_ROWS, len(self._index))
        while end > first + 1 and offsets[end - 1] + lengths[end - 1] > offsets[first] + _MOST_BYTES:
            end -= 1
        return _Held(first, end, self._read(offsets[first], offsets[end - 1] + lengths[end - 1] - offsets[first]))
