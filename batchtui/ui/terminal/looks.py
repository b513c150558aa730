"""How a cell looks, and the fewest bytes from one look to the next (ECMA-48, select graphic rendition)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

_ENDS = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 21: 24, 53: 55}
"""The code that ends each attribute."""

_SEEN_ON_BLANKS = frozenset({4, 7, 9, 21, 53})
_ANSI_COLOURS = ((30, 37), (90, 97), (40, 47), (100, 107))
_EXTENDED_SIZES = {"5": 3, "2": 5}


@dataclass(frozen=True)
class Look:
    """Attributes and colours as their codes; an empty colour is the terminal's own."""

    attributes: frozenset[int] = frozenset()
    foreground: str = ""
    background: str = ""

    @cached_property
    def is_seen_on_blanks(self) -> bool:
        """Whether a space shows more of it than the background."""
        return bool(self.attributes & _SEEN_ON_BLANKS)

    @cached_property
    def blank(self) -> Look:
        """What of it a space shows."""
        return self if self.is_seen_on_blanks else look_of(f"{self.background}")


PLAIN = Look()


@lru_cache(maxsize=4096)
def look_of(codes: str) -> Look:
    """Return the look that `codes`, such as `1;38;5;7`, give to a plain cell."""
    attributes: set[int] = set()
    foreground = background = ""
    for code in _iter_codes(codes.split(";") if codes else []):
        number = int(code.partition(";")[0])
        if number in _ENDS:
            attributes.add(number)
        elif number == 38 or _is_between(number, _ANSI_COLOURS[:2]):  # noqa: PLR2004  # extended foreground
            foreground = code
        elif number == 48 or _is_between(number, _ANSI_COLOURS[2:]):  # noqa: PLR2004  # extended background
            background = code
        elif number == 0:
            attributes, foreground, background = set(), "", ""
    return Look(frozenset(attributes), foreground, background)


def _is_between(number: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def _iter_codes(words: list[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        size = 1
        if words[place] in {"38", "48"} and place + 1 < len(words):
            size = _EXTENDED_SIZES.get(words[place + 1], 1)
        yield ";".join(words[place : place + size]) or "0"
        place += size


@lru_cache(maxsize=4096)
def change(before: Look | None, after: Look, *, is_blank: bool = False) -> tuple[str, Look]:
    """Return what turns a terminal from one look to another, and the look it has then.

    `before` is None where nothing is known. For a space (`is_blank`) only that is changed which a space shows.
    """
    if is_blank and before is not None and not before.is_seen_on_blanks and not after.is_seen_on_blanks:
        after = Look(before.attributes, before.foreground, after.background)
    if before == after:
        return "", after
    anew = ";".join(["0", *_codes_of(after)]) if after != PLAIN else ""
    if before is None:
        return f"\x1b[{anew}m", after
    step = ";".join(_iter_step(before, after))
    return f"\x1b[{min(step, anew, key=len)}m", after


def _codes_of(look: Look) -> list[str]:
    return [*map(str, sorted(look.attributes)), *filter(None, (look.foreground, look.background))]


def _iter_step(before: Look, after: Look) -> Iterator[str]:
    ended = {_ENDS[each] for each in before.attributes - after.attributes}
    yield from map(str, sorted(ended))
    for each in sorted(after.attributes):
        if each not in before.attributes or _ENDS[each] in ended:
            yield str(each)
    if after.foreground != before.foreground:
        yield after.foreground or "39"
    if after.background != before.background:
        yield after.background or "49"
