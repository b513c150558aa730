from __future__ import annotations

import pytest
from hypothesis import given, settings

from batchtui.indexing import lines
from batchtui.indexing.lines import Line, LineSplitter
from tests.support.hostile_files import BOM, chunked_files


def split(*chunks: bytes) -> list[Line]:
    splitter = LineSplitter()
    found = [line for chunk in chunks for line in splitter.feed(chunk)]
    last = splitter.finish()
    return found if last is None else [*found, last]


def split_plainly(data: bytes, limit: int | None = None) -> list[Line]:
    """The same with the whole file in hand."""
    found: list[Line] = []
    offset = 0
    for number, ended in enumerate(data.split(b"\n"), 1):
        begin, line = offset, ended.removesuffix(b"\r")
        offset += len(ended) + 1
        if limit is not None and len(ended) > limit:
            found.append(Line(number, begin, len(line), None))
            continue
        if begin == 0 and line.startswith(BOM):
            begin, line = len(BOM), line.removeprefix(BOM)
        if line.strip(b" \t\r"):
            found.append(Line(number, begin, len(line), line))
    return found


@settings(max_examples=300, deadline=None)
@given(chunked_files())
def test_every_chunking_gives_the_same_lines(file: tuple[bytes, list[bytes]]) -> None:
    data, chunks = file
    assert split(*chunks) == split(data) == split_plainly(data)


@settings(max_examples=300, deadline=None)
@given(chunked_files())
def test_a_line_is_at_its_offset(file: tuple[bytes, list[bytes]]) -> None:
    data, chunks = file
    for line in split(*chunks):
        assert data[line.offset : line.offset + line.length] == line.data


@settings(max_examples=300, deadline=None)
@given(chunked_files())
def test_a_line_beyond_the_limit_is_measured_and_not_kept(file: tuple[bytes, list[bytes]]) -> None:
    data, chunks = file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LINE_LIMIT", 8)
        assert split(*chunks) == split_plainly(data, limit=8)


def test_the_bytes_of_an_endless_line_are_not_hoarded() -> None:
    splitter = LineSplitter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LINE_LIMIT", 1000)
        for _ in range(100):
            splitter.feed(b"x" * 100)
            assert sum(map(len, splitter._pending)) <= 1000
    assert splitter.pending_bytes == 10_000


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_the_newline_ends_a_line(separator: str) -> None:
    data = f'{{"a": "{separator}"}}'.encode()
    assert [line.data for line in split(data + b"\n" + data)] == [data, data]


def test_a_line_ending_of_windows_may_straddle_two_chunks() -> None:
    assert [line.data for line in split(b"{}\r", b"\n{1}", b"\r\n")] == [b"{}", b"{1}"]


def test_lines_are_numbered_as_an_editor_does() -> None:
    assert [line.number for line in split(b"\n\n{}\n\r\n{}\n")] == [3, 5]
