"""Where each result is and what a table shows of it, in flat arrays: some 60 bytes a row, the `custom_id` included.

One thread adds rows; any thread reads them without a lock. A row's columns are complete before it is counted, and
nothing is ever changed or taken away, so that a reader who looks no further than `len` sees whole rows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from batchtui.models import RESULT_TYPES
from batchtui.results.parse import UNREADABLE, Facts

MOST_NAMES = 1000
OTHER = "(other)"

_LONGEST_NAME = 256
_LONGEST_LENGTH = 2**32 - 1
_SEPARATOR = b"\n"
_NO_ROWS: Sequence[int] = ()


class _Names:
    """Strings that repeat in many rows, each kept once; a code stands for it.

    When there are more than `MOST_NAMES` they do not repeat: all further ones are `OTHER`.
    """

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self._codes = {name: code for code, name in enumerate(names)}

    def codes(self, names: Collection[str]) -> list[int]:
        """Return the codes of names, new names get the next one; names are cut after 256 characters."""
        try:
            return list(map(self._codes.__getitem__, names))
        except KeyError:
            return [self._code(name) for name in names]

    def find(self, name: str) -> int | None:
        """Return the code of a name that is known."""
        return self._codes.get(name)

    def _code(self, name: str) -> int:
        code = self._codes.get(name)
        return self._add(name[:_LONGEST_NAME]) if code is None else code

    def _add(self, name: str) -> int:
        if len(self.names) >= MOST_NAMES:
            name = OTHER
        if (code := self._codes.get(name)) is None:
            code = len(self.names)
            self.names.append(name)
            self._codes[name] = code
        return code


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
        self._types = _Names(*RESULT_TYPES, UNREADABLE)
        self._causes = _Names("")
        self._models = _Names("")
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
        self._ids = bytearray(_SEPARATOR)
        self._id_ends = array("Q", [0])

    def __len__(self) -> int:
        return self._length

    def extend(self, offsets: Sequence[int], lengths: Sequence[int], facts: Sequence[Facts]) -> None:
        """Append rows, one of each a row; only the writing thread calls this."""
        if not facts:
            return
        custom_ids, types, causes, models, *counts = zip(*facts, strict=True)
        self.offsets.extend(offsets)
        self.lengths.extend([min(length, _LONGEST_LENGTH) for length in lengths])
        for column, numbers in zip(self._counts, counts, strict=True):
            column.extend(numbers)
        self._cause_codes.extend(self._causes.codes(causes))
        self._model_codes.extend(self._models.codes(models))
        self._extend_ids(custom_ids)
        codes = self._types.codes(types)
        self._type_codes.extend(codes)
        self._rows_by_type += [array("I") for _ in range(len(self._types.names) - len(self._rows_by_type))]
        before, self._length = self._length, self._length + len(facts)
        for row, code in enumerate(codes, before):
            self._rows_by_type[code].append(row)

    def _extend_ids(self, custom_ids: Iterable[str]) -> None:
        names = [custom_id.encode("utf-8", "surrogatepass") for custom_id in custom_ids]
        end = len(self._ids) - 1
        self._ids += _SEPARATOR.join([*names, b""])
        self._id_ends.extend([end := end + len(name) + 1 for name in names])

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

    def rows_of(self, custom_ids: Collection[str]) -> dict[str, int]:
        """Return the first row of each of these, where there is one: one pass for many ids."""
        wanted = set(custom_ids)
        found: dict[str, int] = {}
        for row in range(self._length):
            if len(found) == len(wanted):
                break
            if (name := self.custom_id(row)) in wanted:
                found.setdefault(name, row)
        return found
