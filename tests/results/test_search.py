from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batchtui.errors import SpoolError, UsageError
from batchtui.indexing import lines
from batchtui.results import ResultsStore, blocks, expression, search
from batchtui.results.search import ResultsSearch, iter_matches, prepare_search
from batchtui.results.search_query import SearchQuery
from tests.support.result_lines import bare, encode, errored, fill_store, succeeded


def found(store: ResultsStore, text: str) -> list[int]:
    return [row for step in iter_matches(store, SearchQuery.parse(text)) for row in step.rows]


def found_in(tmp_path: Path, text: str, *result_lines: bytes) -> list[int]:
    store = fill_store(tmp_path, result_lines)
    try:
        return found(store, text)
    finally:
        store.close()


def answer(*blocks: dict[str, Any]) -> bytes:
    return succeeded("a", content=list(blocks))


def test_ids_messages_texts_thinking_and_the_values_given_to_tools_are_searched(tmp_path: Path) -> None:
    assert found_in(
        tmp_path,
        "needle",
        bare("needle-1", "expired"),
        errored("b", message="no needle here"),
        succeeded("c", "hay, needle, hay"),
        answer({"type": "thinking", "thinking": "a needle?"}),
        answer({"type": "tool_use", "name": "find", "input": {"deep": [{"in": "needle"}]}}),
        answer({"type": "web_tool_result", "content": [{"type": "text", "text": "needle"}]}),
        succeeded("d", "hay"),
    ) == [0, 1, 2, 3, 4, 5]


def test_the_words_of_json_and_of_the_api_are_not(tmp_path: Path) -> None:
    line = answer({"type": "tool_use", "name": "needle", "input": {"needle": 1}}, {"type": "text", "text": "hay"})
    for word in ("needle", "custom_id", "usage", "input_tokens", "end_turn", "assistant", "sonnet", "succeeded"):
        assert found_in(tmp_path, word, line, errored("b", message="m")) == []


def test_case_counts_from_the_first_upper_case_letter_on(tmp_path: Path) -> None:
    texts = [
        succeeded(str(n), text) for n, text in enumerate(("Straße ÉTÉ NASA", "strasse été nasa", "STRAßE Été Nasa"))
    ]
    assert found_in(tmp_path, "nasa", *texts) == [0, 1, 2]
    assert found_in(tmp_path, "NASA", *texts) == [0]
    assert found_in(tmp_path, "été", *texts) == [0, 1, 2]
    assert found_in(tmp_path, "Été", *texts) == [2]
    assert found_in(tmp_path, "straße", *texts) == [0, 2]


@pytest.mark.parametrize("query", ['say "é"\n/\\', '"', "é", "\n", "/\\", "日本", "ö", "😀"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_it_does_not_matter_how_json_writes_a_character(tmp_path: Path, query: str, ascii_only: bool) -> None:  # noqa: FBT001  # pytest's
    content = [{"type": "text", "text": 'they say "é"\n/\\ 日本 ö 😀'}]
    value = {"custom_id": "a", "result": {"type": "succeeded", "message": {"content": content}}}
    line = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert found_in(tmp_path, query, line, line.replace(b"/", rb"\/"), succeeded("b", "hay")) == [0, 1]


def test_ascii_that_is_written_as_escapes_is_found_and_letters_of_escapes_are_not(tmp_path: Path) -> None:
    hidden = succeeded("a", "n33dle").replace(b"n33dle", rb"\u006eee\u0064LE")
    letters = succeeded("b", "\none\u1234abcd").replace(b"abcd", rb"\u00e9")
    assert found_in(tmp_path, "needle", hidden, letters) == [0]
    assert found_in(tmp_path, "none", hidden, letters) == []
    assert found_in(tmp_path, "00e9", hidden, letters) == []
    assert found_in(tmp_path, "1234", hidden, letters) == []


def test_between_slashes_stands_a_regular_expression(tmp_path: Path) -> None:
    store = [succeeded("a", "Total: 42 EUR\nline two"), succeeded("b", "total: none"), errored("c", message="total 7")]
    assert found_in(tmp_path, r"/total:? \d+/", *store) == [0, 2]
    assert found_in(tmp_path, r"/Total/", *store) == [0]
    assert found_in(tmp_path, r"/\Dtwo$/", *store) == [0]
    assert found_in(tmp_path, r"/^line/", *store) == [0]
    assert found_in(tmp_path, r"total: \d", *store) == []
    assert found_in(tmp_path, "/", succeeded("d", "and/or")) == [0]


@pytest.mark.parametrize("text", ["/(/", "/a**/", "/(?P<n>a/", "/[z-a]/"])
def test_a_broken_expression_is_explained(text: str) -> None:
    with pytest.raises(UsageError, match=r"no regular expression.* at character"):
        SearchQuery.parse(text)


@pytest.mark.parametrize("text", ["/(?au)a/", "/(?V0V1)a/"])
def test_flags_that_exclude_each_other_are_explained_too(text: str) -> None:
    with pytest.raises(UsageError, match="no regular expression"):
        SearchQuery.parse(text)


SLOW = "/(a|aa)+$/"


def test_an_expression_that_would_take_for_ever_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expression, "EXPRESSION_SECONDS", 0.05)
    with pytest.raises(UsageError, match="That expression takes too long"):
        found_in(tmp_path, SLOW, succeeded("x", "a" * 60 + "b"))


def test_an_expression_that_would_take_all_memory_ends_with_the_same_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too much memory"):
        found_in(tmp_path, "/(?R)/", succeeded("x", "abc"))


def test_its_places_are_shown_as_far_as_they_are_found_at_once() -> None:
    slow = SearchQuery.parse(SLOW)
    assert slow.spans("baa") == [(1, 3)]
    assert slow.spans("a" * 60 + "b") == []
    assert slow.spans("baa") == [], "once too slow, it is not tried again while somebody waits for the screen"
    assert SearchQuery.parse("/a+b/").spans("xaab ab") == [(1, 4), (5, 7)]


def test_other_threads_run_while_an_expression_is_looked_for() -> None:
    slow = SearchQuery.parse(SLOW)
    failures: list[UsageError] = []

    def look() -> None:
        try:
            slow.matches_text("a" * 60 + "b")
        except UsageError as error:
            failures.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    turns = 0
    while thread.is_alive():
        thread.join(0.01)
        turns += 1
    assert failures
    assert turns > 5  # held up, this thread would have had a turn or two


def test_an_empty_query_is_refused() -> None:
    with pytest.raises(UsageError):
        SearchQuery.parse("")


def test_a_line_that_is_no_json_is_searched_as_it_stands(tmp_path: Path) -> None:
    assert found_in(tmp_path, 'a "needle', b'{"custom_id": "x", "result": a "needle', b'{"no": "needle"}') == [0]


def test_lines_of_any_type_and_shape_are_searched_leniently(tmp_path: Path) -> None:
    odd = [
        encode(["needle"], {"type": "errored", "error": {"type": "error", "error": {}, "message": "m"}}),
        encode("b", {"type": "succeeded", "message": {"content": "needle"}}),
        encode("c", {"type": "succeeded", "message": {"content": [{"text": {"deep": "needle"}}, 5, None]}}),
        encode("d", {"type": "errored", "error": {"error": {"message": "m"}, "message": "needle"}}),
        encode("e", {"type": "errored", "error": {"type": "error", "message": "needle"}}),
        encode("f", {"type": "novel", "text": "needle"}),
    ]
    assert found_in(tmp_path, "needle", *odd) == [0, 1, 2, 4]


def test_a_search_goes_on_where_it_stopped_while_rows_still_come(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    looked = ResultsSearch(store, SearchQuery.parse("needle"))
    looked.advance()
    store.feed(succeeded("a", "needle") + b"\n" + succeeded("b") + b"\n" + succeeded("c", "needle")[:-9])
    looked.advance()
    assert (list(looked.rows), looked.searched, looked.is_caught_up) == ([0], 2, True)
    store.feed(succeeded("c", "needle")[-9:] + b"\n" + succeeded("d", "needle") + b"\n")
    assert not looked.is_caught_up
    looked.advance()
    assert list(looked.rows) == [0, 2, 3]
    store.close()


def test_next_and_previous_go_around(tmp_path: Path) -> None:
    store = fill_store(tmp_path, [succeeded(str(n), "needle" if n in {1, 3} else "hay") for n in range(5)])
    looked = ResultsSearch(store, SearchQuery.parse("needle"))
    assert looked.next_after(0) is None
    assert looked.previous_before(0) is None
    looked.advance()
    assert [looked.next_after(row) for row in range(5)] == [1, 3, 3, 1, 1]
    assert [looked.previous_before(row) for row in range(5)] == [3, 3, 1, 1, 3]
    store.close()


def test_a_cancelled_search_stops_at_the_next_block_and_keeps_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 1000)
    store = fill_store(tmp_path, [succeeded(str(n), "needle") for n in range(100)])
    looked = ResultsSearch(store, SearchQuery.parse("needle"))
    steps: list[int] = []
    looked.advance(is_cancelled=lambda: len(steps) == 3, on_step=lambda step: steps.append(step.searched))
    assert len(steps) == 3
    assert list(looked.rows) == list(range(steps[-1]))
    assert looked.searched == steps[-1] < 100
    store.close()


def test_a_search_that_waits_for_the_disk_does_not_hold_up_the_end_of_the_program(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys, threading, time\n"
        "from batchtui.results import ResultsStore, SearchQuery, iter_matches\n"
        "store = ResultsStore(pathlib.Path(sys.argv[1]))\n"
        "store.feed(b'{}\\n' * 10)\n"
        "store.finish()\n"
        "reading = threading.Event()\n"
        "ResultsStore.block = lambda *_: reading.set() or time.sleep(600)\n"
        "search = lambda: list(iter_matches(store, SearchQuery.parse('needle')))\n"
        "threading.Thread(target=search, daemon=True).start()\n"
        "sys.exit(0 if reading.wait(60) else 1)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], timeout=120, check=False).returncode == 0


def test_what_was_found_before_the_disk_failed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 1000)
    store = fill_store(tmp_path, [succeeded(str(n), "needle" if n % 10 == 5 else "hay") for n in range(100)])
    read = ResultsStore.block

    def read_the_first_half(store: ResultsStore, first: int, end: int) -> bytes:
        if end > 50:
            raise SpoolError("broken")
        return read(store, first, end)

    monkeypatch.setattr(ResultsStore, "block", read_the_first_half)
    looked = ResultsSearch(store, SearchQuery.parse("needle"))
    with pytest.raises(SpoolError):
        looked.advance()
    assert list(looked.rows) == [row for row in (5, 15, 25, 35, 45) if row < looked.searched]
    assert looked.searched > 40
    store.close()


def test_escapes_are_looked_for_once_also_when_a_search_ran_while_rows_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 1000)
    lines = [succeeded(str(n), "needle") + b"\n" for n in range(100)]
    store = ResultsStore(tmp_path)
    store.feed(b"".join(lines[:7]))
    assert found(store, "needle") == list(range(7))
    store.feed(b"".join(lines[7:]))
    store.finish()
    prepare_search(store)
    looked_through: list[object] = []
    monkeypatch.setattr(search, "escape_finder", lambda **_: looked_through.append)
    assert found(store, "needle") == list(range(100))
    assert not looked_through
    store.close()


def test_a_line_that_was_too_long_to_be_read_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 2000)
    monkeypatch.setattr(blocks, "LINE_LIMIT", 2000)
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 1000)
    assert found_in(tmp_path, "needle", succeeded("a", "needle" * 1000), succeeded("b", "needle")) == [1]


def test_places_in_a_text_are_found_for_showing_them() -> None:
    assert SearchQuery.parse("ab").spans("ab AB aab") == [(0, 2), (3, 5), (7, 9)]
    assert SearchQuery.parse("/a*/").spans("aab") == [(0, 2)]
    assert SearchQuery.parse("é").spans("É") == [(0, 1)]


def leaves(value: Any) -> list[str]:
    """Every value inside of a JSON value, in the plainest way."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    if isinstance(value, bool) or value is None:
        return [] if value is None else [str(value).lower()]
    return [value if isinstance(value, str) else json.dumps(value)]


def searched_values(value: dict[str, Any]) -> list[str]:
    """What is searched in a line, said once more without a thought for speed."""
    result = value["result"]
    error, content = result.get("error"), result.get("message", {}).get("content", [])
    texts = leaves([value["custom_id"], error["error"].get("message") if error else None])
    for block in content:
        parts = block.get("content", [])
        texts += leaves([block.get(name) for name in ("text", "thinking", "input")])
        texts += [parts] if isinstance(parts, str) else leaves([part["text"] for part in parts])
    return texts


def is_match_by_the_plainest_way(query: str, value: dict[str, Any]) -> bool:
    def same(wanted: str, character: str) -> bool:
        is_one_script = wanted.isascii() == character.isascii()
        return character == wanted or (is_one_script and character in {wanted.upper(), wanted.lower()})

    def stands_in(text: str) -> bool:
        if query != query.lower() or any(map(str.isupper, query)):
            return query in text
        starts = range(len(text) - len(query) + 1)
        return any(all(map(same, query, text[start : start + len(query)])) for start in starts)

    return any(map(stands_in, searched_values(value)))


CHARACTERS = st.sampled_from(
    list('aAkKsSiInu0e9\\"/\n\r\t\x00\x1b\x7f éÉß\u017fKİ\u0131\u00b5日\u2028\u0085\ufffd\ud800😀')
)
TEXTS = st.text(CHARACTERS, max_size=8)
TOOL_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
BLOCKS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS}, optional={"citations": st.none()}),
    st.fixed_dictionaries({"type": st.just("thinking"), "thinking": TEXTS, "signature": TEXTS}),
    st.fixed_dictionaries({"type": st.just("tool_use"), "name": TEXTS, "input": TOOL_VALUES}),
    st.fixed_dictionaries(
        {
            "type": st.just("tool_result"),
            "content": TEXTS | st.lists(st.fixed_dictionaries({"text": TEXTS}), max_size=2),
        }
    ),
)
RESULTS = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("succeeded"),
            "message": st.fixed_dictionaries({"id": TEXTS, "model": TEXTS, "content": st.lists(BLOCKS, max_size=3)}),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("errored"),
            "error": st.fixed_dictionaries(
                {"error": st.fixed_dictionaries({"type": TEXTS, "message": TEXTS | st.none()})}
            ),
        }
    ),
    st.fixed_dictionaries({"type": st.just("expired")}),
)
VALUES = st.fixed_dictionaries({"custom_id": TEXTS, "result": RESULTS})
WRITINGS = st.sampled_from(["plain", "ascii", "escaped"])


def write(value: Any, writing: str) -> str:
    r"""Return the value as JSON: its characters as they are, or those that are not ASCII, or all, as `\u` escapes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{write(item, writing)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(item, writing) for item in value) + "]"
    if isinstance(value, str) and writing == "escaped":
        units = value.encode("utf-16-be", "surrogatepass")
        return '"' + "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)) + '"'
    return json.dumps(value, ensure_ascii=writing == "ascii" or (isinstance(value, str) and "\ud800" in value))


@settings(deadline=None, max_examples=400)
@given(rows=st.lists(st.tuples(VALUES, WRITINGS), min_size=1, max_size=5), query=TEXTS.filter(bool))
@example(rows=[({"custom_id": "K", "result": {"type": "expired"}}, "plain")], query="k")
@example(rows=[({"custom_id": "\\na", "result": {"type": "expired"}}, "plain")], query="na")
def test_a_search_finds_what_the_plainest_way_finds_however_hostile_the_lines(
    rows: list[tuple[dict[str, Any], str]], query: str
) -> None:
    if len(query) > 2 and query[0] == query[-1] == "/":
        return
    expected = [row for row, (value, _) in enumerate(rows) if is_match_by_the_plainest_way(query, value)]
    with TemporaryDirectory() as folder:
        store = fill_store(Path(folder), [write(*row).encode() for row in rows])
        assert found(store, query) == expected
        assert [row for row in range(len(rows)) if SearchQuery.parse(query).matches(store.line(row))] == expected
        store.close()


def test_a_prepared_search_finds_the_same_also_behind_escapes(tmp_path: Path) -> None:
    lines = [b'{"custom_id":"\\u0061bc","result":{"type":"expired"}}', bare("abc", "expired"), bare("xyz", "expired")]
    store = fill_store(tmp_path, lines)
    prepare_search(store)
    found = ResultsSearch(store, SearchQuery.parse("abc"))
    found.advance()
    assert list(found.rows) == [0, 1]
    store.close()
