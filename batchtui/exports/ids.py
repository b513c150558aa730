"""`ids`: one `custom_id` a line, for `grep -f`, `wc -l` and loops of a shell.

An id of the documented alphabet stands as it is. Any other that a line could not hold faithfully (line breaks, control
characters, lone surrogates, blanks around it, a leading quote) is written as its JSON string, so that a line is an id
exactly when it does not begin with `"`, and nothing is lost. A result without an id has no line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from batchtui.results import parse_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


def write_ids(lines: Iterable[bytes], out: SupportsWrite[bytes]) -> int:
    """Write the `custom_id` of each result line; return how many were written."""
    count = 0
    for line in lines:
        if custom_id := parse_line(line).custom_id:
            out.write(format_id(custom_id).encode() + b"\n")
            count += 1
    return count


def format_id(custom_id: str) -> str:
    """Return the id as it is, or as its JSON string where it would not survive a line of text."""
    is_plain = custom_id.isprintable() and not custom_id.startswith('"') and custom_id == custom_id.strip()
    return custom_id if is_plain else json.dumps(custom_id)
