"""`csv`: what went wrong with each request, for a spreadsheet.

As RFC 4180 has it: a header line, CRLF line ends, quotes where they are needed, UTF-8. A spreadsheet runs a cell that
begins like a formula, and error messages can quote anybody's words, so such a cell begins with an apostrophe instead
(https://owasp.org/www-community/attacks/CSV_Injection). That also meets a `custom_id` that begins with `-`: programs
should read `ids` or `jsonl`, which are exact.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TYPE_CHECKING

from batchtui.results import parse_detail, parse_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

COLUMNS = ("custom_id", "type", "error_type", "error_message", "request_id")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class _Utf8:
    """Text for a binary file; lone surrogates, which UTF-8 cannot hold, are written as escapes."""

    def __init__(self, out: SupportsWrite[bytes]) -> None:
        self._out = out

    def write(self, text: str) -> object:
        return self._out.write(text.encode("utf-8", "backslashreplace"))


def write_csv(lines: Iterable[bytes], out: SupportsWrite[bytes]) -> int:
    """Write a header and one row for each result line; return how many rows were written."""
    table = csv.writer(_Utf8(out))
    table.writerow(COLUMNS)
    count = 0
    for line in lines:
        table.writerow(map(defuse, _cells(line)))
        count += 1
    return count


def defuse(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell


def _cells(line: bytes) -> tuple[str, ...]:
    facts = parse_line(line)
    if facts.type == "succeeded":
        return facts.custom_id, facts.type, "", "", ""  # nothing else to say; its long answer need not be read
    detail = parse_detail(line)
    return detail.custom_id, detail.type, detail.error_type, detail.error_message, detail.request_id
