"""The process that indexes: `python -m batchtui.indexing DESCRIPTOR`, a spool's, which it reads as the spool grows.

It ends with its standard input, so it never outlives whoever started it.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import IO

import msgspec

from batchtui.indexing.frames import NO_MORE, READY, decode_size, read_frame, write_frame
from batchtui.indexing.indexer import Indexer, Start

_READ_SIZE = 2 * 1024 * 1024
_NICENESS = 5
"""Whoever waits for a key to be answered comes first."""


def index_spool(spool: int, told: IO[bytes], answers: IO[bytes]) -> None:
    """Index, from where it is told to begin, whatever the spool is said to hold, until there is no more."""
    encode = msgspec.msgpack.Encoder().encode
    write_frame(answers, READY)
    begun = read_frame(told)
    if begun is None:
        return
    start = msgspec.msgpack.decode(begun, type=Start)
    indexer, position = Indexer(start), start.offset
    while (frame := read_frame(told)) is not None:
        if frame == NO_MORE:
            write_frame(answers, encode(indexer.finish()))
            return
        size = decode_size(frame)
        while position < size and (data := os.pread(spool, min(_READ_SIZE, size - position), position)):
            position += len(data)
            write_frame(answers, encode(indexer.feed(data)))


if __name__ == "__main__":
    gc.disable()  # nothing here refers back to itself
    os.nice(_NICENESS)
    index_spool(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
