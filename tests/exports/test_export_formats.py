from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.exports import FORMATS, default_path
from batchtui.exports.csv_table import COLUMNS
from tests.support.result_lines import bare, encode, errored, succeeded

EVERY_CHARACTER = st.text(st.characters(codec=None, categories=None))


def export(name: str, *lines: bytes) -> tuple[int, bytes]:
    out = io.BytesIO()
    count = FORMATS[name].write(lines, out)
    assert not out.closed
    return count, out.getvalue()


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_ids_are_one_a_line() -> None:
    lines = succeeded("a-1"), errored("b_2"), bare("-3", "expired")
    assert export("ids", *lines) == (3, b"a-1\nb_2\n-3\n")


@pytest.mark.parametrize("custom_id", ["a\nb", '"a', "a\r", " a", "a\u2028b", "\x1b[2J", "\ud800", "a\x00"])
def test_an_id_that_no_line_can_hold_is_written_as_json(custom_id: str) -> None:
    count, data = export("ids", encode(custom_id, {"type": "expired"}))
    assert count == 1
    assert data.isascii()
    assert json.loads(data) == custom_id


@settings(max_examples=100, deadline=None)
@given(st.lists(EVERY_CHARACTER.filter(bool)))
def test_every_id_comes_back_from_an_ids_file(custom_ids: list[str]) -> None:
    count, data = export("ids", *(encode(each, {"type": "expired"}) for each in custom_ids))
    read = [json.loads(line) if line.startswith('"') else line for line in data.decode().splitlines()]
    assert (count, read) == (len(custom_ids), custom_ids)


def test_a_result_without_an_id_has_no_line_and_is_not_counted() -> None:
    assert export("ids", b'{"result":{"type":"errored"}}', b"no json", bare("a", "expired")) == (1, b"a\n")


def test_csv_has_a_header_and_the_cause_of_each_failure() -> None:
    lines = errored("a", "api_error", 'It said "no", twice,\nand left.'), succeeded("b"), bare("c", "canceled")
    count, data = export("csv", *lines)
    assert count == 3
    assert data.startswith(b"custom_id,type,error_type,error_message,request_id\r\n")
    assert read_csv(data) == [
        list(COLUMNS),
        ["a", "errored", "api_error", 'It said "no", twice,\nand left.', "req_1"],
        ["b", "succeeded", "", "", ""],
        ["c", "canceled", "", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_is_a_formula(start: str) -> None:
    formula = f'{start}HYPERLINK("http://evil")'
    _, data = export("csv", errored(formula, formula, formula, formula))
    (row,) = read_csv(data)[1:]
    assert row == ["'" + formula, "errored", "'" + formula, "'" + formula, "'" + formula]


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_every_text_comes_back_from_a_csv_file(custom_id: str, message: str) -> None:
    _, data = export("csv", errored(custom_id, "api_error", message))
    (row,) = read_csv(data)[1:]
    assert row[0] in {custom_id, "'" + custom_id}
    assert row[3] in {message, "'" + message}


def test_a_lone_surrogate_does_not_stop_a_csv_file() -> None:
    _, data = export("csv", errored("a", message="\ud800!"))
    assert read_csv(data)[1][3] == r"\ud800!"


def test_jsonl_is_byte_for_byte() -> None:
    lines = succeeded("a"), b'{"custom_id" : "b","result":{"type":"new","x":1e999}}\xff', "{\u2028}".encode()
    assert export("jsonl", *lines) == (3, b"".join(line + b"\n" for line in lines))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_selected_is_a_file_without_rows(name: str) -> None:
    header = b",".join(column.encode() for column in COLUMNS) + b"\r\n"
    assert export(name) == (0, header if name == "csv" else b"")


@pytest.mark.parametrize(
    ("name", "kind", "path"),
    [
        ("ids", "failed", "./msgbatch_01Ab-failed-ids.txt"),
        ("csv", "failed", "./msgbatch_01Ab-failed.csv"),
        ("jsonl", "failed", "./msgbatch_01Ab-failed.jsonl"),
        ("ids", "succeeded", "./msgbatch_01Ab-succeeded-ids.txt"),
    ],
)
def test_the_path_says_which_results_of_which_batch(name: str, kind: str, path: str) -> None:
    assert default_path("msgbatch_01Ab", FORMATS[name], kind) == path


@settings(max_examples=100, deadline=None)
@given(EVERY_CHARACTER, EVERY_CHARACTER)
def test_no_batch_id_leads_out_of_the_folder(batch_id: str, kind: str) -> None:
    path = default_path(batch_id, FORMATS["ids"], kind)
    assert re.fullmatch(r"\./[A-Za-z0-9_-]+-ids\.txt", path)
    assert len(Path(path).name) <= 255


@pytest.mark.parametrize("batch_id", ["../../etc/passwd", "", "~root", "a\x00b", "x" * 5000, "CON", "-rf"])
def test_a_hostile_batch_id_is_a_plain_file_name(batch_id: str) -> None:
    path = default_path(batch_id, FORMATS["csv"])
    assert re.fullmatch(r"\./[A-Za-z0-9_-]{1,110}-failed\.csv", path)
