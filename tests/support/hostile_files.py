"""Results files that nobody should send, cut into chunks anywhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from tests.support.result_lines import bare, encode, errored, succeeded

BOM = b"\xef\xbb\xbf"

PIECES = (
    b"\n",
    b"\r\n",
    b"\r",
    b" \t",
    BOM,
    b"\x0b",
    b"\xff",
    b"\x00",
    b"null",
    b"{}",
    b"[",
    b'{"custom_id": "cut off',
    b'{"custom_id":null,"result":null}',
    b'{"custom_id":"twice","custom_id":"twice","result":{"type":"errored","type":"expired"}}',
    b'{"result":{"error":{"error":{"type":"api_error"}},"type":"errored"},"custom_id":"turned"}',
    b'{"custom_id":"\\ud800","result":{"type":"expired"}}',
    b'{"custom_id":"bad\xff","result":{"type":"expired"}}',
    encode("\u2028\u0085\x1e", {"type": "expired", "raw": "\u2028"}),
    '{"custom_id":"raw\u2028\u0085","result":{"type":"canceled"}}'.encode(),
    encode("line\nbreak", {"type": "expired"}),
    encode("new", {"type": "paused"}),
    encode(7, {"type": "errored", "error": {"type": "one_level", "message": None}}),
    succeeded("good", "Hello\nthere"),
    errored("bad"),
    bare("gone", "expired"),
)

file_bytes = st.lists(st.one_of(st.sampled_from(PIECES), st.just(b"\n"), st.binary(max_size=4)), max_size=30).map(
    b"".join
)


@st.composite
def chunked_files(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A file, and the same bytes in chunks, empty ones too."""
    data = draw(file_bytes)
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=10)))
    edges = [0, *cuts, len(data)]
    return data, [data[start:end] for start, end in pairwise(edges)]
