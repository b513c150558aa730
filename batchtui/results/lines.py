r"""Bytes of any chunking → JSON Lines, split at the newline and at nothing else.

`str.splitlines` and its relatives also split at U+2028, U+0085 and others that may stand raw inside a JSON string; the
only separator of JSON Lines is the byte `\n`. Offsets are those of the stream, so that each line can be read back byte
for byte.
"""

from __future__ import annotations

from typing import NamedTuple

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of a line that are held in memory; a longer one is measured, not read."""

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r"
_BRACE = ord("{")


class Line(NamedTuple):
    r"""One line that is not blank; `number` counts from 1 and counts blank lines too.

    `data` is without line ending and byte-order mark. It is None where the line, with a `\r` before its end, is longer
    than `LINE_LIMIT`; `length` is true even then.
    """

    number: int
    offset: int
    length: int
    data: bytes | None


class LineSplitter:
    """Collects chunks and gives back the lines that they complete."""

    def __init__(self) -> None:
        self._number = 0
        self._offset = 0
        self._pending: list[bytes] = []
        self._is_pending_too_long = False
        self._pending_length = 0

    @property
    def pending_bytes(self) -> int:
        """How many bytes of a line that has not ended yet have arrived."""
        return self._pending_length

    def feed(self, chunk: bytes) -> list[Line]:
        """Return the lines that end in this chunk."""
        *ended, rest = chunk.split(b"\n")
        lines = []
        if ended:
            self._hold(ended[0])
            if (line := self._take_pending(ending=1)) is not None:
                lines.append(line)
            lines += self._take(ended)
        self._hold(rest)
        return lines

    def finish(self) -> Line | None:
        """Return the last line when no newline ended it; the caller decides whether it is whole."""
        return self._take_pending(ending=0)

    def _take(self, ended: list[bytes]) -> list[Line]:
        """Return the lines after the first one of a chunk: none of them has anything pending before it."""
        lines = []
        number, offset = self._number, self._offset
        for data in ended[1:]:
            number += 1
            line = data[:-1] if data.endswith(b"\r") else data
            if line and (line[0] == _BRACE or line.strip(_BLANK)):
                lines.append(Line(number, offset, len(line), line if len(data) <= LINE_LIMIT else None))
            offset += len(data) + 1
        self._number, self._offset = number, offset
        return lines

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
