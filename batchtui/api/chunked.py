"""Chunked transfer coding, as RFC 9112 (7.1) has it: its pieces → the content, not copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from batchtui.errors import InterruptedStreamError

_LONGEST_LINE = 16 * 1024
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?")


class Unchunker:
    """Takes the bytes of a body in any pieces; `is_whole` once the last chunk and its trailers have come."""

    def __init__(self) -> None:
        self.is_whole = False
        self._left = 0
        self._is_after_chunk = False
        self._is_in_trailers = False
        self._line = b""

    def feed(self, piece: bytes) -> Iterator[memoryview]:
        """Yield the content that is in a piece; raise `InterruptedStreamError` where it is no chunked coding."""
        view, at = memoryview(piece), 0
        while at < len(piece) and not self.is_whole:
            if self._left:
                part = view[at : at + self._left]
                self._left -= len(part)
                self._is_after_chunk = not self._left
                at += len(part)
                yield part
            else:
                at = self._read_line(piece, at)

    def _read_line(self, piece: bytes, at: int) -> int:
        """Take in a line, or the part of it that has come, and return where it ends."""
        end = piece.find(b"\n", at) + 1
        self._line += piece[at : end or None]
        if len(self._line) > _LONGEST_LINE:
            raise _damaged()
        if not end:
            return len(piece)
        line, self._line = self._line, b""
        if not line.endswith(b"\r\n"):
            raise _damaged()
        self._take_line(line[:-2])
        return end

    def _take_line(self, line: bytes) -> None:
        if self._is_in_trailers:
            self.is_whole = not line
        elif self._is_after_chunk:
            self._is_after_chunk = False
            if line:
                raise _damaged()
        elif found := _SIZE.fullmatch(line):
            self._left = int(found[1], 16)
            self._is_in_trailers = not self._left
        else:
            raise _damaged()


def _damaged() -> InterruptedStreamError:
    return InterruptedStreamError("what arrived is damaged: its chunks do not follow each other")
