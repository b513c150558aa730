r"""Where some bytes stand in a block of the spool, found while other threads run.

The package `regex` lets go of the interpreter while it looks through bytes, so that two threads search nearly twice as
fast and the screen is painted meanwhile. Where case does not count it is several times as fast as Python's `re`,
whatever the letters are, but for very few of them.
"""

from __future__ import annotations

from collections.abc import Callable

FindFrom = Callable[[int], int]
"""Returns the first place from one on, or -1."""

BytesFinder = Callable[[bytes], FindFrom]
"""Looks for something in the bytes of a block."""

_FEW = 4
"""Up to so many letters `regex` looks at every byte for itself."""


def bytes_finder(needle: bytes, *, ignores_case: bool) -> BytesFinder:
    """Return what finds a needle, in either case of its ASCII letters where `ignores_case` says so."""
    import regex  # noqa: PLC0415  # takes 20 ms, and not everybody searches

    if ignores_case and len(needle) <= _FEW:
        return _lower_case_finder(needle)
    return _finder(regex.escape(needle, literal_spaces=True), regex.IGNORECASE if ignores_case else 0)


def escape_finder(*, of_ascii: bool) -> BytesFinder:
    r"""Return what finds characters that are written as `\u` escapes: those of ASCII from the space on, or any."""
    return _finder(rb"\\u00[2-7]" if of_ascii else rb"\\u", 0)


def _finder(pattern: bytes, flags: int) -> BytesFinder:
    import regex  # noqa: PLC0415  # as above

    search = regex.compile(pattern, flags).search

    def look_in(searched: bytes) -> FindFrom:
        def find_from(place: int) -> int:
            found = search(searched, place, concurrent=True)
            return -1 if found is None else found.start()

        return find_from

    return look_in


def _lower_case_finder(needle: bytes) -> BytesFinder:
    needle = needle.lower()

    def look_in(searched: bytes) -> FindFrom:
        lowered = searched.lower()
        return lambda place: lowered.find(needle, place)

    return look_in
