"""Text for the terminal's clipboard, by the sequence OSC 52, also from inside tmux and screen."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

_SCREEN_CHUNK = 76
"""GNU screen drops longer device control strings."""


def clipboard_sequences(text: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what to write to the terminal.

    tmux takes the bare sequence where `set-clipboard` is on and the wrapped one where `allow-passthrough` is: it gets
    both. GNU screen needs the wrapping, in pieces.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    bare = f"\x1b]52;c;{encoded}\x07"
    if environ.get("TMUX"):
        yield bare
        doubled = bare.replace("\x1b", "\x1b\x1b")
        yield f"\x1bPtmux;{doubled}\x1b\\"
    elif environ.get("STY"):
        pieces = (bare[start : start + _SCREEN_CHUNK] for start in range(0, len(bare), _SCREEN_CHUNK))
        yield "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    else:
        yield bare
