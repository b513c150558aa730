"""What the terminal can write, as far as locale and `TERM` say."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper

_WITHOUT_UNICODE = ("linux", "vt", "ansi", "cons25", "sun", "dumb")
_COERCED = {"c.utf-8", "c.utf8", "utf-8"}
"""What Python sets `LC_CTYPE` to where the locale is C (PEP 538): nobody said that the terminal knows it."""

_NAME = "batchtui-ascii"
"""Of the way to ASCII: as an encoding, for click takes plain ASCII for a mistake, and for what others cannot hold."""


def knows_only_ascii(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known for want of Unicode, or the locale names another encoding.

    Without any locale nothing is known, and most terminals are up to date.
    """
    if environ.get("TERM", "").startswith(_WITHOUT_UNICODE):
        return True
    names = [name for name in map(environ.get, ("LC_ALL", "LC_CTYPE", "LANG")) if name]
    if len(names) > 1 and names[0] == environ.get("LC_CTYPE") and names[0].lower() in _COERCED:
        names = names[1:]
    return bool(names) and "utf" not in names[0].lower()


def adapt_output() -> None:
    """Let no sign end the program that the terminal, or the file, cannot hold; data for other programs stays as it is.

    A terminal without Unicode gets ASCII.
    """
    codecs.register(_find_codec)
    codecs.register_error(_NAME, _substitute)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            is_plain = stream.isatty() and knows_only_ascii(os.environ)
            stream.reconfigure(encoding=_NAME if is_plain else None, errors="strict" if is_plain else _NAME)


class _Encoder(codecs.IncrementalEncoder):
    def encode(self, text: str, final: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002  # as the base has it
        return _to_ascii(text)


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != _NAME:
        return None
    return codecs.CodecInfo(
        name=_NAME,
        encode=lambda text, _="strict": (_to_ascii(text), len(text)),
        decode=codecs.ascii_decode,
        incrementalencoder=_Encoder,
        incrementaldecoder=codecs.getincrementaldecoder("ascii"),
    )


def _substitute(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _to_ascii(error.object[error.start : error.end]), error.end


def _to_ascii(text: str) -> bytes:
    from batchtui.ui.glyphs import to_ascii  # noqa: PLC0415  # only where it is needed

    return to_ascii(text).encode("ascii", "replace")
