r"""Bytes of any chunking → JSON Lines, split at the newline and at nothing else.

`str.splitlines` and its relatives also split at U+2028, U+0085 and others that may stand raw inside a JSON string; the
only separator of JSON Lines is the byte `\n`. Offsets are those of the stream, so that each line can be read back byte
for byte.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import NamedTuple

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of a line that are held in memory; a longer one is measured, not read."""

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r"
_OPENING = b"{"
_CLOSING = b"}"
_RETURN = ord("\r")


class Line(NamedTuple):
    r"""One line that is not blank; `number` counts from 1 and counts blank lines too.

    `data` is without line ending and byte-order mark. It is None where the line, with a `\r` before its end, is longer
    than `LINE_LIMIT`; `length` is true even then.
    """

    number: int
    offset: int
    length: int
    data: bytes | None


class Lines:
    """The lines that end in one chunk: the `first`, which may have begun in an earlier one, and whole ones after it.

    Iterating gives them one by one, blank ones left out. `offsets` and `lengths` are for those after the first, blank
    ones included; `data` is what stands there.
    """

    def __init__(self, first: Line | None, number: int, offset: int, chunk: bytes, ends: list[int]) -> None:
        self.first = first
        self._number = number
        self._base = offset - (ends[0] + 1 if ends else 0)
        self._chunk = chunk
        self._starts = [end + 1 for end in ends[:-1]]
        self._ends = ends[1:]
        self._last = bytes([chunk[end - 1] for end in self._ends])
        self.lengths = list(map(operator.sub, self._ends, self._starts))
        if _RETURN in self._last:
            returns = [last == _RETURN and length > 0 for last, length in zip(self._last, self.lengths, strict=True)]
            self.lengths = list(map(operator.sub, self.lengths, returns))

    def __iter__(self) -> Iterator[Line]:
        if self.first is not None:
            yield self.first
        yield from self.others()

    def __len__(self) -> int:
        """Return how many there are after the first."""
        return len(self._ends)

    @property
    def data(self) -> memoryview:
        """The lines after the first with their endings."""
        return memoryview(self._chunk)[self._starts[0] : self._ends[-1]] if self._ends else memoryview(b"")

    @property
    def offsets(self) -> list[int]:
        """Where each of them begins."""
        base = self._base
        return [base + start for start in self._starts]

    @property
    def are_whole_objects(self) -> bool:
        """Whether each of them begins and ends with a brace: then no JSON value goes on from one line to the next.

        Within a value, no opening brace follows a closing one.
        """
        chunk, count = self._chunk, len(self._ends)
        last = self._last
        if _RETURN in last:
            last = bytes([chunk[start + length - 1] for start, length in zip(self._starts, self.lengths, strict=True)])
        return last == _CLOSING * count and bytes([chunk[start] for start in self._starts]) == _OPENING * count

    def others(self) -> Iterator[Line]:
        """Yield the lines after the first."""
        edges = zip(self._starts, self._ends, self.lengths, strict=True)
        for number, (start, end, length) in enumerate(edges, self._number):
            line = self._chunk[start : start + length]
            if line and (line[:1] == _OPENING or line.strip(_BLANK)):
                yield Line(number, self._base + start, length, line if end - start <= LINE_LIMIT else None)


class LineSplitter:
    """Collects chunks and gives back the lines that they complete.

    It can begin after `number` lines that took `offset` bytes.
    """

    def __init__(self, number: int = 0, offset: int = 0) -> None:
        self._number = number
        self._offset = offset
        self._pending: list[bytes] = []
        self._is_pending_too_long = False
        self._pending_length = 0

    @property
    def pending_bytes(self) -> int:
        """How many bytes of a line that has not ended yet have arrived."""
        return self._pending_length

    @property
    def line_offset(self) -> int:
        """Where the line begins that has not ended yet."""
        return self._offset

    @property
    def line_number(self) -> int:
        """How many lines have ended."""
        return self._number

    def feed(self, chunk: bytes) -> Lines:
        """Return the lines that end in this chunk."""
        ends = _find_ends(chunk)
        first = None
        if ends:
            self._hold(chunk[: ends[0]])
            first = self._take_pending(ending=1)
        lines = Lines(first, self._number + 1, self._offset, chunk, ends)
        if ends:
            self._number += len(lines)
            self._offset += ends[-1] - ends[0]
        self._hold(chunk[ends[-1] + 1 :] if ends else chunk)
        return lines

    def finish(self) -> Line | None:
        """Return the last line when no newline ended it; the caller decides whether it is whole."""
        return self._take_pending(ending=0)

    def _hold(self, piece: bytes) -> None:
        if not piece:
            return
        self._pending_length += len(piece)
        if self._pending_length > LINE_LIMIT:
            self._is_pending_too_long = True
            self._pending.clear()
            piece = piece[-1:]  # may be the \r of a line ending
        self._pending.append(piece)

    def _take_pending(self, ending: int) -> Line | None:
        data, length, offset = b"".join(self._pending), self._pending_length, self._offset
        is_too_long = self._is_pending_too_long
        self._pending, self._pending_length, self._is_pending_too_long = [], 0, False
        self._number += 1
        self._offset += length + ending
        if data.endswith(b"\r"):
            data, length = data[:-1], length - 1
        if is_too_long:
            return Line(self._number, offset, length, None)
        if offset == 0 and data.startswith(_BOM):
            data, offset, length = data[3:], 3, length - 3
        return Line(self._number, offset, length, data) if data.strip(_BLANK) else None


def _find_ends(chunk: bytes) -> list[int]:
    """Return where the newlines are: three times as fast as `split`, which copies too."""
    ends: list[int] = []
    find, at = chunk.find, -1
    while (at := find(b"\n", at + 1)) >= 0:
        ends.append(at)
    return ends
