"""`jsonl`: the result lines byte for byte, as the API sent them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


def write_jsonl(lines: Iterable[bytes], out: SupportsWrite[bytes]) -> int:
    r"""Write each line and a `\n`; return how many were written."""
    count = 0
    for line in lines:
        out.write(line)
        out.write(b"\n")
        count += 1
    return count
