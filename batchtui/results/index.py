"""Where each result is and what a table shows of it, in flat arrays: some 60 bytes a row, the `custom_id` included.

One thread adds rows; any thread reads them without a lock. A row's columns are complete before it is counted, and
nothing is ever changed or taken away, so that a reader who looks no further than `len` sees whole rows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import NamedTuple

from batchtui.indexing.indexer import Start
from batchtui.indexing.packing import Names, PackedRows, decode_names, encode_names
from batchtui.indexing.parse import UNREADABLE
from batchtui.models import RESULT_TYPES

_SEPARATOR = b"\n"
_NO_ROWS: Sequence[int] = ()


class CodedColumn(NamedTuple):
    """A word for each row: `names[codes[row]]`; both grow while rows arrive and must not be changed."""

    names: Sequence[str]
    codes: Sequence[int]


class ResultsIndex:
    """The rows of a results file, numbered from 0 in the order in which they came.

    Columns are arrays that grow while rows arrive: take `len` first. All strings are the server's own, not made safe.
    """

    def __init__(self) -> None:
        self._length = 0
        self._types = Names([*RESULT_TYPES, UNREADABLE])
        self._causes = Names([""])
        self._models = Names([""])
        self._names = (self._types, self._causes, self._models)
        self._rows_by_type = [array("I") for _ in self._types.names]
        self.offsets = array("Q")
        self.lengths = array("I")
        self.input_tokens = array("I")
        self.output_tokens = array("I")
        self.cache_read_tokens = array("I")
        self.cache_write_tokens = array("I")
        self.cache_write_1h_tokens = array("I")
        self._counts = (
            self.input_tokens,
            self.output_tokens,
            self.cache_read_tokens,
            self.cache_write_tokens,
            self.cache_write_1h_tokens,
        )
        self._type_codes = array("I")
        self._cause_codes = array("I")
        self._model_codes = array("I")
        self._codes = (self._type_codes, self._cause_codes, self._model_codes)
        self._ids = bytearray(_SEPARATOR)
        self._id_ends = array("Q", [0])

    def __len__(self) -> int:
        return self._length

    def start_after(self, offset: int, number: int) -> Start:
        """Return where indexing goes on after the rows that are here, which took so many bytes and lines."""
        names = [encode_names(table.names) for table in self._names]
        return Start(offset, number, self._length, self._id_ends[-1], names)

    def append(self, rows: PackedRows) -> None:
        """Take the next rows; only one thread at a time calls this."""
        for table, names in zip(self._names, rows.new_names, strict=True):
            for name in decode_names(names):
                table.add(name)
        self._rows_by_type += [array("I") for _ in range(len(self._types.names) - len(self._rows_by_type))]
        self.offsets.frombytes(rows.offsets)
        self.lengths.frombytes(rows.lengths)
        for column, numbers in zip((*self._counts, *self._codes), (*rows.counts, *rows.codes), strict=True):
            column.frombytes(numbers)
        self._ids += rows.ids
        self._id_ends.frombytes(rows.id_ends)
        self._length += rows.length
        for code, found in rows.rows_by_type.items():
            self._rows_by_type[code].frombytes(found)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by type: the four of the API always, others where there are any."""
        named = zip(self._types.names, self._rows_by_type, strict=False)
        return {name: len(rows) for name, rows in named if rows or name in RESULT_TYPES}

    def rows(self, result_type: str | None = None) -> Sequence[int]:
        """Return the rows of one type, or all of them for None, without making a list.

        The rows of a type are the live array, which grows while rows arrive and must not be changed.
        """
        if result_type is None:
            return range(self._length)
        code = self._types.find(result_type)
        return _NO_ROWS if code is None or code >= len(self._rows_by_type) else self._rows_by_type[code]

    @property
    def types(self) -> CodedColumn:
        """The result types of all rows, for sums over many of them."""
        return CodedColumn(self._types.names, self._type_codes)

    @property
    def causes(self) -> CodedColumn:
        """The error types and stop reasons of all rows."""
        return CodedColumn(self._causes.names, self._cause_codes)

    @property
    def models(self) -> CodedColumn:
        """The models of all rows."""
        return CodedColumn(self._models.names, self._model_codes)

    def type_of(self, row: int) -> str:
        """Return the row's result type, or `unreadable`."""
        return self._types.names[self._type_codes[row]]

    def cause_of(self, row: int) -> str:
        """Return the row's error type, or its stop reason, or nothing."""
        return self._causes.names[self._cause_codes[row]]

    def model_of(self, row: int) -> str:
        """Return the model that answered, or nothing."""
        return self._models.names[self._model_codes[row]]

    def custom_id(self, row: int) -> str:
        """Return the row's `custom_id`; empty where the line had none."""
        return self._ids[self._id_ends[row] + 1 : self._id_ends[row + 1]].decode("utf-8", "surrogatepass")

    def row_of(self, custom_id: str) -> int | None:
        """Return the first row with this `custom_id`."""
        name = custom_id.encode("utf-8", "surrogatepass")
        position = -1
        while (position := self._ids.find(_SEPARATOR + name + _SEPARATOR, position + 1)) >= 0:
            row = bisect_right(self._id_ends, position) - 1
            if row >= self._length:
                return None
            if self._id_ends[row] == position and self._id_ends[row + 1] == position + len(name) + 1:
                return row
        return None

    def rows_of(self, custom_ids: Collection[str], first: int = 0) -> dict[str, int]:
        """Return the first row of each of these from row `first` on, where there is one: one pass for many ids."""
        wanted = set(custom_ids)
        found: dict[str, int] = {}
        for row in range(first, self._length):
            if len(found) == len(wanted):
                break
            if (name := self.custom_id(row)) in wanted:
                found.setdefault(name, row)
        return found
