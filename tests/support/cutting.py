"""Bytes cut anywhere, as a network cuts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from hypothesis import strategies as st

CUTS = st.lists(st.integers(0, 10_000), max_size=8)
"""Where to cut; places beyond the end count as the end."""


def cut(data: bytes, at: Sequence[int]) -> Iterator[bytes]:
    """Yield the pieces between the cuts, none of them empty."""
    for start, end in pairwise(sorted({0, len(data), *(min(place, len(data)) for place in at)})):
        yield data[start:end]
