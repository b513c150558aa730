"""What a person searches for: some text, or a regular expression between slashes.

Case counts as soon as the query has an upper-case letter, and not before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from batchtui.errors import UsageError
from batchtui.results.expression import Expression
from batchtui.results.searched_text import iter_texts

SPAN_LIMIT = 1000
"""How many places of one text are found where only its beginning is shown."""

_SHORTEST_EXPRESSION = 3
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_REWRITTEN = re.compile("[^ !#-.0-\\[\\]-~\u00a0-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]+")
_REWRITTEN_OR_FOREIGN = re.compile(r"[^ !#-.0-\[\]-~]+")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    r"""A query; make it with `SearchQuery.parse`.

    `needle` is a part of it that every matching line holds byte for byte, in either case where `ignores_case` says so,
    unless the line writes characters as `\u` escapes. It is None where there is no such part.
    `is_needle_all` says that a text that holds the needle is a match. `find_spans` finds the query in a text.
    """

    text: str
    is_expression: bool
    ignores_case: bool
    needle: bytes | None
    is_needle_all: bool
    find_spans: Callable[[str], Iterator[tuple[int, int]]] = field(repr=False, compare=False)
    matches_text: Callable[[str], bool] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> SearchQuery:
        """Return the query that a person typed; raise `UsageError` where it is empty or no regular expression."""
        if not text:
            raise UsageError("the query is empty", hint="Type some text, or a regular expression between slashes.")
        if len(text) >= _SHORTEST_EXPRESSION and text[0] == text[-1] == "/":
            return _parse_expression(text)
        ignores_case = not any(map(str.isupper, text))
        needle = _find_needle(text, ignores_case=ignores_case)
        pattern = re.compile("".join(map(_either_case, text)) if ignores_case else re.escape(text))
        matches_text = _either_case_finder(text, pattern) if ignores_case else lambda searched: text in searched
        is_all = needle is not None and needle == text.encode("utf-8", "replace")
        find_spans = partial(_iter_spans, pattern)
        return cls(text, False, ignores_case, needle, is_all, find_spans, matches_text)  # noqa: FBT003  # text

    def matches(self, line: bytes) -> bool:
        """Return whether a result line matches: see `batchtui.results.searched_text` for what is looked at."""
        if self.needle is not None and b"\\u" not in line:
            searched = line.lower() if self.ignores_case else line
            if self.needle not in searched:
                return False
        return self.matches_decoded(line)

    def matches_decoded(self, line: bytes) -> bool:
        """Do the same without a look at the bytes first."""
        return any(map(self.matches_text, iter_texts(line)))

    def spans(self, text: str, most: int = SPAN_LIMIT) -> list[tuple[int, int]]:
        """Return where the query stands in a text, at most so many times, to show it there."""
        found = ((start, end) for start, end in self.find_spans(text) if end > start)
        return list(islice(found, most))


def _iter_spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text))


def _parse_expression(text: str) -> SearchQuery:
    source = text[1:-1]
    ignores_case = not any(map(str.isupper, _ESCAPED.sub("", source)))
    expression = Expression(source, ignores_case=ignores_case)
    return SearchQuery(text, True, ignores_case, None, False, expression.iter_spans, expression.is_in)  # noqa: FBT003  # an expression, no needle


def _find_needle(text: str, *, ignores_case: bool) -> bytes | None:
    r"""Return the longest part of a text that JSON has only one short way to write: no `"`, `\`, `/` and controls.

    Where case does not count it is ASCII, because only that is compared quickly.
    """
    parts = (_REWRITTEN_OR_FOREIGN if ignores_case else _REWRITTEN).split(text)
    return max((part.encode() for part in parts), key=len) or None


def _either_case(character: str) -> str:
    """Return a pattern for a character in both of its cases; no ASCII letter stands for one that is none."""
    cases = {character, character.upper(), character.lower()}
    same = sorted(case for case in cases if len(case) == 1 and case.isascii() == character.isascii())
    return re.escape(character) if len(same) == 1 else f"[{''.join(same)}]"


def _either_case_finder(text: str, pattern: re.Pattern[str]) -> Callable[[str], bool]:
    if not text.isascii():
        return lambda searched: pattern.search(searched) is not None
    needle = text.encode()  # bytes in lower case are many times quicker than text that is not ASCII
    return lambda searched: needle in searched.encode("utf-8", "surrogatepass").lower()
