"""gzip, as RFC 1952 has it: members that follow each other, cut anywhere → what they hold, a little at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from batchtui.errors import InterruptedStreamError

_GZIP = 16 + zlib.MAX_WBITS
_TAKEN = 64 * 1024
"""How much is looked at in one go: what follows a member's end is copied each time, and members can be small."""

_GIVEN = 1024 * 1024
"""How much is given at most: a little can become a thousand times as much."""


class Gunzip:
    """Takes pieces; `is_whole` unless a member has begun that has not ended."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_GZIP)
        self.is_whole = True

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield what a piece holds; raise `InterruptedStreamError` where it is no gzip."""
        for at in range(0, len(piece), _TAKEN):
            rest = piece[at : at + _TAKEN]
            while rest:
                if self._inflater.eof:
                    self._inflater = zlib.decompressobj(_GZIP)
                yield from self._inflate(rest)
                self.is_whole = self._inflater.eof
                rest = self._inflater.unused_data

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        is_full = True
        while is_full and not self._inflater.eof:  # a full one may have left something
            try:
                given = self._inflater.decompress(data, _GIVEN)
            except zlib.error:
                given = None
            if given is None:
                raise InterruptedStreamError("what arrived is damaged: it cannot be decompressed")
            is_full, data = len(given) == _GIVEN, self._inflater.unconsumed_tail
            yield given


def gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what gzip members hold; unlike httpx, raise `InterruptedStreamError` where the last one is not whole."""
    inside = Gunzip()
    for piece in pieces:
        yield from inside.feed(piece)
    if not inside.is_whole:
        raise InterruptedStreamError("the compressed results stop before their end")
