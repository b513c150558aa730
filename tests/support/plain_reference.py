"""What a results file holds, told plainly from the whole of it; a store must say the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from batchtui.results import UNREADABLE, ResultsStore, parse_line
from tests.support.hostile_files import BOM


def rows_of(data: bytes) -> tuple[list[bytes], bool]:
    """The lines that become rows, and whether the last one is whole; plainly, from the whole file."""
    *ended, rest = data.removeprefix(BOM).split(b"\n")
    lines = [line.removesuffix(b"\r") for line in ended]
    rest = rest.removesuffix(b"\r")
    if is_whole := not rest.strip(b" \t\r") or is_object(rest):
        lines.append(rest)
    return [line for line in lines if line.strip(b" \t\r")], is_whole


def is_object(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data.decode("utf-8", "replace")), dict)
    except ValueError:
        return False


def check_against_reference(folder: Path, data: bytes, chunks: Sequence[bytes]) -> None:
    """Fail unless a store that is fed these chunks agrees with the reference on the whole file."""
    store = ResultsStore(folder)
    for chunk in chunks:
        store.feed(chunk)
    lines, is_whole = rows_of(data)
    index = store.index
    assert store.finish() == is_whole
    assert [store.line(row) for row in range(len(index))] == lines
    assert b"".join(store.iter_chunks()) == data
    for row, line in enumerate(lines):
        facts = parse_line(line)
        assert (index.custom_id(row), index.type_of(row), index.cause_of(row)) == facts[:3]
        assert store.detail(row).custom_id == facts.custom_id
        assert store.summary(row).type == facts.type
        first = next(other for other in range(len(lines)) if index.custom_id(other) == facts.custom_id)
        assert index.row_of(facts.custom_id) == first
        assert index.rows_of([facts.custom_id, "nobody"]) == {facts.custom_id: first}
    unreadable = [row for row in range(len(index)) if index.type_of(row) == UNREADABLE]
    assert list(index.rows(UNREADABLE)) == unreadable
    assert store.problem_count == len(store.problems) == len(unreadable) + (not is_whole)
    store.close()
