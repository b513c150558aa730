"""Text for the terminal's clipboard, by the sequence OSC 52, also from inside tmux and screen."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from batchtui.passthrough import is_in_tmux, pass_through

LARGEST_COPY = 74_994
"""Bytes that OSC 52 can carry: past 100,000 encoded ones, xterm and what imitates it drop the whole of it."""


def clipboard_sequences(text: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what to write to the terminal.

    tmux takes the bare sequence where `set-clipboard` is on and the wrapped one where `allow-passthrough` is: it gets
    both. GNU screen needs the wrapping, in pieces.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    bare = f"\x1b]52;c;{encoded}\x07"
    if is_in_tmux(environ):
        yield bare
    yield pass_through(bare, environ)
