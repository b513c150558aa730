"""What two processes say to each other over a pipe: frames, which are a length and as many bytes.

The one that indexes says `READY`, hears a `Start` and then, again and again, how long the spool is by now, and at last
`NO_MORE`; it answers each with pieces.
"""

from __future__ import annotations

import struct
from typing import IO

READY = b""
NO_MORE = b""

_LENGTH = struct.Struct("<I")
_SIZE = struct.Struct("<Q")


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    """Send one frame; raises OSError where nobody listens any more."""
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """Return the next frame, or None at the end."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None


def encode_size(size: int) -> bytes:
    """Return a number of bytes as a frame."""
    return _SIZE.pack(size)


def decode_size(frame: bytes) -> int:
    """Undo `encode_size`."""
    (size,) = _SIZE.unpack(frame)
    return int(size)
