"""Results → files: which rows, in which format, and a file that appears whole or not at all."""

from __future__ import annotations

from batchtui.exports.formats import FORMATS, ExportFormat, default_path
from batchtui.exports.selection import DEFAULT_TYPES, select_rows, selection_kind
from batchtui.exports.whole_file import check_target, write_whole

__all__ = [
    "DEFAULT_TYPES",
    "FORMATS",
    "ExportFormat",
    "check_target",
    "default_path",
    "select_rows",
    "selection_kind",
    "write_whole",
]
