from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from batchtui.cli.main import run
from batchtui.cli.result_table import cell_width, cut
from batchtui.formatting import format_bytes
from tests.support.batch_server import BATCH_ID, BATCH_PATH, BatchServer, running_batch_server
from tests.support.result_lines import bare, errored, succeeded
from tests.support.scripted_server import Answer, Request, ScriptedServer
from tests.support.terminal import Terminal

LINES = [
    succeeded("good-1", "It costs 5 €."),
    errored("late-2"),
    errored("wrong-3", "invalid_request_error", "\x1b]0;owned\x07 too long"),
    bare("gone-4", "expired"),
    bare("novel-5", "postponed"),
    b"{no json",
    succeeded("good-6", "So I", stop_reason="max_tokens"),
]
ONE_UNREADABLE = "Lines that are no results: 1.\n"


@dataclass(frozen=True)
class Printed:
    code: int
    raw: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        return self.raw.decode().splitlines()


Results = Callable[..., Printed]
Answers = Callable[[Callable[[Request, int], Answer]], None]


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with running_batch_server() as server:
        server.results = b"".join(line + b"\n" for line in LINES)
        server.promised = {"succeeded": 2, "errored": 2, "expired": 2}
        yield server


@pytest.fixture
def results(
    server: BatchServer, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Results:
    for name, value in environment(server.url, tmp_path).items():
        monkeypatch.setenv(name, value)

    def run_results(*arguments: str | Path) -> Printed:
        code = run(["results", BATCH_ID, *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return Printed(code, out, err.decode())

    return run_results


def environment(url: str, home: Path) -> dict[str, str]:
    return {
        "ANTHROPIC_API_KEY": "sk-ant-made-up",
        "ANTHROPIC_BASE_URL": url,
        "BATCHTUI_CONFIG": str(home / "config.toml"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": "/usr/bin:/bin",
    }


def test_json_is_every_line_byte_for_byte_whatever_it_is(results: Results, server: BatchServer) -> None:
    assert results("--json") == Printed(3, server.results, ONE_UNREADABLE)


def test_results_that_are_all_right_leave_nothing_to_say(results: Results, server: BatchServer) -> None:
    server.serve_lines([succeeded("a"), bare("b", "expired")])
    assert results("--json") == Printed(0, server.results, "")


def test_no_terminal_is_believed_to_be_wider_than_any_is(
    results: Results, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.serve_lines([succeeded("x" * 100_000, "Yes. " * 1000), succeeded("short", "Yes. " * 1000)])
    monkeypatch.setenv("COLUMNS", "100000")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert {len(line) <= 500 for line in results().lines} == {True}


def test_types_and_a_search_choose_lines(results: Results, server: BatchServer) -> None:
    assert server.results

    def ids(*arguments: str) -> list[str]:
        return [json.loads(line)["custom_id"] for line in results("--json", *arguments).lines]

    assert ids("--type", "errored,expired") == ["late-2", "wrong-3", "gone-4"]
    assert ids("--search", "5 €") == ["good-1"]
    assert ids("--search", "-5") == ["novel-5"]
    assert ids("--search", "too long", "--type", "errored") == ["wrong-3"]
    assert ids("--search", r"/^\w+-[23]$/") == ["late-2", "wrong-3"]
    assert ids("--search", "overloaded") == ["late-2"]
    assert ids("--search", "overloadeD") == []


def test_people_get_a_table_that_is_safe_for_their_terminal(results: Results, server: BatchServer) -> None:
    assert server.results
    outcome = results()
    assert (outcome.code, outcome.err) == (3, ONE_UNREADABLE)
    heading, *rows = outcome.lines
    assert heading.split() == ["CUSTOM_ID", "TYPE", "CAUSE", "IN", "OUT", "FIRST", "WORDS"]
    assert rows[0].split() == ["good-1", "succeeded", "end_turn", "12", "34", "It", "costs", "5", "€."]
    assert rows[2].split() == ["wrong-3", "errored", "invalid_request_error", "␛]0;owned␇", "too", "long"]
    assert rows[3].split() == ["gone-4", "expired"]
    assert len(rows) == len(LINES)
    starts = {
        row.index(word) for row, word in ((heading, "FIRST"), (rows[0], "It"), (rows[6], "So"), (rows[1], "Over"))
    }
    assert len(starts) == 1


def test_in_a_terminal_a_row_is_never_wider_than_it(server: BatchServer, tmp_path: Path) -> None:
    long = [succeeded("very-long-" * 6 + str(n), "北海道 " * 60) for n in range(5)]
    server.serve_lines([*long, errored("e", "invalid_request_error", "words " * 50)])
    for columns in (120, 80, 40, 20):
        with Terminal("results", BATCH_ID, environment=environment(server.url, tmp_path), columns=columns) as terminal:
            assert terminal.wait_exit() == 0
            rows = terminal.raw.decode().splitlines()
        assert len(rows) == 7
        assert all(cell_width(row) <= columns for row in rows)
        assert rows[1].endswith("…")


def test_in_a_terminal_result_lines_command_nothing(server: BatchServer, tmp_path: Path) -> None:
    server.results = b'{"custom_id":"\x1b[31mraw\x9b","result":{"type":"expired"}}\n'
    server.promised = {"expired": 1}
    with Terminal("results", BATCH_ID, "--json", environment=environment(server.url, tmp_path)) as terminal:
        terminal.wait_exit()
        assert b"\x1b" not in terminal.raw


def test_a_download_that_breaks_off_prints_what_came_and_says_how_much_that_is(
    server: BatchServer, results: Results
) -> None:
    lines = [succeeded(f"row-{n}", "x" * 1000) for n in range(400)]
    server.serve_lines(lines)
    server.cut = 100 * len(lines[0])
    outcome = results("--json")
    rows = outcome.raw.splitlines()
    assert outcome.code == 1
    assert 250 < len(rows) < 310
    assert rows == lines[: len(rows)]
    assert f"partial: {len(rows)} of 400 results" in outcome.err


def test_a_last_line_that_is_not_whole_is_a_broken_download_too(server: BatchServer, results: Results) -> None:
    server.serve_lines([bare("a", "expired"), bare("b", "expired")])
    server.results = server.results[:-5]
    outcome = results("--json")
    assert (outcome.code, outcome.raw) == (1, bare("a", "expired") + b"\n")
    assert "partial: 1 of 2 results: the last line is not whole" in outcome.err


def test_a_last_line_without_a_line_end_is_a_line(server: BatchServer, results: Results) -> None:
    whole = server.results
    server.results = whole[:-1]
    assert results("--json") == Printed(3, whole, ONE_UNREADABLE)


FIFTY = b"".join(bare(f"row-{n}", "expired") + b"\n" for n in range(50))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """Have requests for results answered by a function, which is told how many came before."""
    with ExitStack() as stack:

        def serve(answer: Callable[[Request, int], Answer]) -> None:
            asked = count()

            def play(request: Request) -> Answer:
                if request.path.endswith("/results"):
                    return answer(request, next(asked))
                description = BatchServer.batch(ended)
                return Answer(body={**description, "results_url": f"{scripted.url}{BATCH_PATH}/results"})

            ended = stack.enter_context(running_batch_server())
            ended.promised = {"expired": 50}
            scripted = stack.enter_context(ScriptedServer(script=play))
            monkeypatch.setenv("ANTHROPIC_BASE_URL", scripted.url)

        yield serve


def test_a_server_that_can_is_asked_for_the_rest_and_nothing_comes_twice(answers: Answers, results: Results) -> None:
    asked: list[str] = []

    def answer(request: Request, before: int) -> Answer:
        asked.append(request.headers.get("range", ""))
        begin = int(asked[-1].removeprefix("bytes=").removesuffix("-") or 0)
        headers = {"etag": '"one"'}
        if begin:
            headers["content-range"] = f"bytes {begin}-{len(FIFTY) - 1}/{len(FIFTY)}"
        return Answer(206 if begin else 200, FIFTY[begin:], headers, cut_at=None if before == 2 else 700)

    answers(answer)
    assert results("--json") == Printed(0, FIFTY, "")
    assert asked == ["", "bytes=700-", "bytes=1400-"]


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_server_that_cannot_sends_all_again_and_nothing_comes_twice(
    answers: Answers,
    results: Results,
    is_chunked: bool,  # noqa: FBT001  # a case
) -> None:
    ends = [700, 300, 1400, None]
    answers(lambda _, before: Answer(200, FIFTY, is_chunked=is_chunked, cut_at=ends[before]))
    assert results("--json") == Printed(0, FIFTY, "")


def test_a_rest_is_asked_for_only_of_what_was_seen_to_be_the_same(answers: Answers, results: Results) -> None:
    other, asked = FIFTY.replace(b"row-3", b"row-X"), []

    def answer(request: Request, before: int) -> Answer:
        asked.append(request.headers.get("if-range"))
        if before == 0:
            return Answer(200, FIFTY, {"etag": '"one"'}, cut_at=700)
        if before == 1:
            return Answer(200, other, {"etag": '"two"'}, cut_at=300)
        rest = {"etag": '"two"', "content-range": f"bytes 700-{len(other) - 1}/{len(other)}"}
        return Answer(206, other[700:], rest) if asked[-1] == '"two"' else Answer(200, other)

    answers(answer)
    outcome = results("--json")
    assert outcome.code == 1
    assert FIFTY.startswith(outcome.raw)
    assert '"two"' not in asked


@pytest.mark.parametrize("again", [FIFTY.replace(b"row-3", b"row-X"), FIFTY[:300], b""])
def test_other_results_after_a_break_are_never_mixed_with_those_before(
    answers: Answers, results: Results, again: bytes
) -> None:
    answers(lambda _, before: Answer(200, again) if before else Answer(200, FIFTY, cut_at=700))
    outcome = results("--json")
    assert outcome.code == 1
    assert outcome.raw
    assert FIFTY.startswith(outcome.raw)
    assert "what the server then sent was not the same" in outcome.err


def test_a_file_is_written_whole(results: Results, server: BatchServer, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    outcome = results("--json", "-o", path)
    assert (outcome.code, outcome.raw) == (3, b"")
    assert path.read_bytes() == server.results
    assert path.stat().st_mode & 0o777 == 0o600
    assert outcome.err == f"Wrote 7 results to {path} ({format_bytes(len(server.results))}).\n{ONE_UNREADABLE}"


def test_or_not_at_all(results: Results, server: BatchServer, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "results.jsonl"
    path.parent.mkdir()
    server.cut = 10
    outcome = results("-o", path)
    assert outcome.code == 1
    assert "Nothing was written" in outcome.err
    assert not list(path.parent.iterdir())


def test_a_file_in_the_way_is_refused_before_anything_is_asked_unless_forced(
    results: Results, server: BatchServer, tmp_path: Path
) -> None:
    path = tmp_path / "results.txt"
    path.write_text("mine")
    assert results("-o", path).code == 1
    assert path.read_text() == "mine"
    assert not server.asked
    assert results("-o", path, "--force").code == 3
    assert path.read_text().startswith("CUSTOM_ID")


def test_a_reader_that_has_seen_enough_ends_it_quietly(server: BatchServer, tmp_path: Path) -> None:
    server.serve_lines([succeeded(f"row-{n}", "x" * 1000) for n in range(3000)])
    done = subprocess.run(  # noqa: S602  # a pipe
        f"{sys.executable} -m batchtui results {BATCH_ID} | head -n 2; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        check=False,
        capture_output=True,
        text=True,
        env=environment(server.url, tmp_path),
    )
    heading, row, code = done.stdout.splitlines()
    assert (heading.split()[0], row.split()[0], code, done.stderr) == ("CUSTOM_ID", "row-0", "0", "")


def test_promised_results_that_did_not_come_are_counted(results: Results, server: BatchServer) -> None:
    server.promised = {"succeeded": 9}
    outcome = results()
    assert outcome.code == 3
    assert "lacks: 3." in outcome.err


def test_lines_that_are_no_results_are_told_apart_from_results_that_did_not_come(
    results: Results, server: BatchServer
) -> None:
    server.results = b"garbage\n" * 4
    server.promised = {"succeeded": 5}
    outcome = results("--json")
    assert outcome.code == 3
    assert "Lines that are no results: 4." in outcome.err


def test_results_that_nobody_promised_are_counted(results: Results, server: BatchServer) -> None:
    server.promised = {"succeeded": 2}
    outcome = results("--json")
    assert outcome.code == 3
    assert outcome.raw == server.results
    assert "the batch does not count: 4." in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--type", "failed"), "'failed' is none of succeeded, errored, canceled, expired"),
        (("--search", "/(/"), "no regular expression"),
        (("--search", ""), "the query is empty"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(
    results: Results, server: BatchServer, arguments: tuple[str, ...], words: str
) -> None:
    outcome = results(*arguments)
    assert (outcome.code, outcome.raw) == (2, b"")
    assert words in outcome.err
    assert not server.asked


def test_nothing_found_is_said_and_no_failure(results: Results, server: BatchServer) -> None:
    server.serve_lines([succeeded("a"), bare("b", "expired")])
    assert results("--search", "zebra").err == "No result matches.\n"
    outcome = results("--type", "canceled", "--json")
    assert (outcome.code, outcome.raw, outcome.err) == (0, b"", "No result of this batch is of the kind asked for.\n")


def test_a_running_batch_has_no_results_yet(results: Results, server: BatchServer) -> None:
    server.status = "in_progress"
    outcome = results()
    assert (outcome.code, outcome.raw) == (1, b"")
    assert "Results are not ready" in outcome.err


def test_wide_characters_are_cut_at_cells_not_at_letters() -> None:
    assert cut("北海道乳業", 5) == "北海…"
    assert cut("北海道", 6) == "北海道"
    assert cut("e\u0301e\u0301e\u0301", 2) == "e\u0301…"
    assert cut("abc", 1) == "…"
