"""The facts of many lines → columns of bytes, which an index appends and a pipe carries as they are."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence

import msgspec

from batchtui.indexing.parse import Facts

MOST_NAMES = 1000
OTHER = "(other)"

_LONGEST_NAME = 256
_LONGEST_LENGTH = 2**32 - 1
_SEPARATOR = b"\n"


class Names:
    """Strings that repeat in many rows, each kept once; a code stands for it.

    When there are more than `MOST_NAMES` they do not repeat: all further ones are `OTHER`.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(names)
        self._codes = {name: code for code, name in enumerate(self.names)}

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
            code = self.add(name)
        return code

    def add(self, name: str) -> int:
        """Take a new name, whatever there is already, and return its code."""
        code = self._codes[name] = len(self.names)
        self.names.append(name)
        return code


class PackedRows(msgspec.Struct, array_like=True, gc=False):
    """Rows that follow each other, a column each as the bytes of an `array` of this machine.

    `offsets` (Q), `lengths` (I), `counts`: input, output, cache read, cache write, 1 h cache write tokens (I), `codes`:
    type, cause, model (I). `ids` are the `custom_id`s, a newline after each, `id_ends` (Q) where those newlines stand,
    counted from the first row of all. `rows_by_type` (I) are row numbers by type's code. `new_names` are the types,
    causes and models that had no code before.
    """

    length: int
    offsets: bytes
    lengths: bytes
    counts: list[bytes]
    codes: list[bytes]
    ids: bytes
    id_ends: bytes
    rows_by_type: dict[int, bytes]
    new_names: list[list[bytes]]


class RowPacker:
    """Packs rows that come after `row` others, whose ids took `ids_end` bytes and whose names are known."""

    def __init__(self, row: int, ids_end: int, names: Sequence[Sequence[str]]) -> None:
        self._row = row
        self._ids_end = ids_end
        self._tables = [Names(each) for each in names]

    def pack(self, offsets: Sequence[int], lengths: Sequence[int], facts: Sequence[Facts]) -> PackedRows:
        """Return the columns of these rows, of which there is at least one."""
        custom_ids, types, causes, models, *counts = zip(*facts, strict=True)
        known = [len(table.names) for table in self._tables]
        codes = [table.codes(each) for table, each in zip(self._tables, (types, causes, models), strict=True)]
        ids, id_ends = self._pack_ids(custom_ids)
        packed = PackedRows(
            len(facts),
            array("Q", offsets).tobytes(),
            array("I", lengths if max(lengths) <= _LONGEST_LENGTH else _capped(lengths)).tobytes(),
            [array("I", each).tobytes() for each in counts],
            [array("I", each).tobytes() for each in codes],
            ids,
            id_ends,
            self._sort_by_type(codes[0]),
            [encode_names(table.names[count:]) for table, count in zip(self._tables, known, strict=True)],
        )
        self._row += len(facts)
        return packed

    def _pack_ids(self, custom_ids: Sequence[str]) -> tuple[bytes, bytes]:
        text = "\n".join(custom_ids)
        ids = text.encode("utf-8", "surrogatepass") + _SEPARATOR
        names = custom_ids if text.isascii() else encode_names(custom_ids)
        end = self._ids_end
        ends = array("Q", [end := end + len(name) + 1 for name in names])
        self._ids_end = end
        return ids, ends.tobytes()

    def _sort_by_type(self, codes: Sequence[int]) -> dict[int, bytes]:
        rows = {code: array("I") for code in set(codes)}
        for row, code in enumerate(codes, self._row):
            rows[code].append(row)
        return {code: found.tobytes() for code, found in rows.items()}


def encode_names(names: Iterable[str]) -> list[bytes]:
    """Return names as bytes, half characters too, which JSON can hold and UTF-8 cannot."""
    return [name.encode("utf-8", "surrogatepass") for name in names]


def decode_names(names: Iterable[bytes]) -> list[str]:
    """Undo `encode_names`."""
    return [name.decode("utf-8", "surrogatepass") for name in names]


def _capped(lengths: Sequence[int]) -> list[int]:
    return [min(length, _LONGEST_LENGTH) for length in lengths]
