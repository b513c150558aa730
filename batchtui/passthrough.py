"""Sequences for the person's own terminal, also from inside tmux and GNU screen, which keep them to themselves."""

from __future__ import annotations

from collections.abc import Mapping

_SCREEN_CHUNK = 76
"""GNU screen drops longer device control strings."""


def is_in_tmux(environ: Mapping[str, str]) -> bool:
    """Whether tmux is in between, here or on the host from which this one was reached."""
    return bool(environ.get("TMUX")) or environ.get("TERM", "").startswith("tmux")


def pass_through(sequence: str, environ: Mapping[str, str]) -> str:
    """Return a sequence in the wrapping that tmux (with `allow-passthrough` on) and GNU screen hand on unread."""
    if is_in_tmux(environ):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY"):
        pieces = (sequence[start : start + _SCREEN_CHUNK] for start in range(0, len(sequence), _SCREEN_CHUNK))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence
