"""The formats of an export: a module each, registered here.

A format sees result lines and a file, nothing else. One that needs more, such as the request file that results are
joined with, is made by a function that takes it and returns an `ExportFormat`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from batchtui.exports.csv_table import write_csv
from batchtui.exports.ids import write_ids
from batchtui.exports.jsonl import write_jsonl

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_LONGEST_ID = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A way to write results down.

    `suffix` ends a file's name, `description` is for people, `noun` is what `write` counts. `write` takes result lines
    without their line ends, writes whole lines or whole parts of them, and returns how many results it wrote.
    """

    name: str
    suffix: str
    description: str
    noun: str
    write: Callable[[Iterable[bytes], SupportsWrite[bytes]], int]


FORMATS: Mapping[str, ExportFormat] = MappingProxyType(
    {
        each.name: each
        for each in (
            ExportFormat("ids", "-ids.txt", "one custom_id a line", "custom_ids", write_ids),
            ExportFormat("csv", ".csv", "a table of errors for a spreadsheet", "rows", write_csv),
            ExportFormat("jsonl", ".jsonl", "the result lines, byte for byte", "result lines", write_jsonl),
        )
    }
)


def default_path(batch_id: str, export_format: ExportFormat, kind: str = "failed") -> str:
    """Return a file in the current folder, such as `./msgbatch_01-failed-ids.txt`.

    `kind` says which results it holds. An id is the server's own text: what is not an ASCII letter, a digit, `_` or `-`
    becomes `_`, so that it can name no other folder and no device.
    """
    return f"./{_safe_name(batch_id) or 'batch'}-{_safe_name(kind) or 'selected'}{export_format.suffix}"


def _safe_name(text: str) -> str:
    return _UNSAFE.sub("_", text)[:_LONGEST_ID]
