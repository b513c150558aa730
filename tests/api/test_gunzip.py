"""Compressed results: the same in any pieces, never much at once, and a cut is always told."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.api.gunzip import gunzip
from batchtui.errors import InterruptedStreamError
from tests.support.cutting import CUTS, cut

MOST_AT_ONCE = 1024 * 1024

members = st.lists(st.binary(max_size=60) | st.sampled_from([b"", b"a" * 5000]), max_size=5)


@given(members, CUTS)
def test_members_are_read_however_they_are_cut(parts: list[bytes], at: list[int]) -> None:
    assert b"".join(gunzip(cut(b"".join(map(gzip.compress, parts)), at))) == b"".join(parts)


@given(st.binary(max_size=60), CUTS, st.integers(1, 19))
def test_what_stops_early_is_told(content: bytes, at: list[int], missing: int) -> None:
    with pytest.raises(InterruptedStreamError, match="before their end"):
        list(gunzip(cut(gzip.compress(content)[:-missing], at)))


@pytest.mark.parametrize("size", [50_000_000, 3 * MOST_AT_ONCE, 3 * MOST_AT_ONCE + 1])
def test_a_little_that_becomes_very_much_comes_a_little_at_a_time(size: int) -> None:
    pieces = list(map(len, gunzip([gzip.compress(bytes(size), 1)])))
    assert sum(pieces) == size
    assert max(pieces) <= MOST_AT_ONCE


def test_a_large_member_that_ends_with_a_full_piece_is_followed_by_another() -> None:
    packed = gzip.compress(bytes(MOST_AT_ONCE)) + gzip.compress(b"the end")
    assert b"".join(gunzip([packed])) == bytes(MOST_AT_ONCE) + b"the end"


@pytest.mark.parametrize("damaged", [b"no gzip", gzip.compress(b"whole") + b"then nonsense"])
def test_damage_is_told(damaged: bytes) -> None:
    with pytest.raises(InterruptedStreamError, match="damaged"):
        list(gunzip([damaged]))
