from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from batchtui.cli.main import run
from tests.support.batch_server import BATCH_ID, BATCH_PATH, BatchServer
from tests.support.result_lines import bare, encode, succeeded

PROGRAM = "import sys; from batchtui.cli.main import main; sys.argv[0] = 'batchtui'; main()"
Export = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def environ(server: BatchServer, tmp_path: Path) -> dict[str, str]:
    return {
        "ANTHROPIC_API_KEY": "sk-ant-made-up",
        "ANTHROPIC_BASE_URL": server.url,
        "BATCHTUI_CONFIG": str(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


@pytest.fixture
def export(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Export:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def export_batch(*arguments: str | Path) -> tuple[int, bytes, str]:
        code = run(["export", BATCH_ID, *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return code, out, err.decode()

    return export_batch


def test_ids_of_all_without_an_answer_go_to_stdout_and_nothing_else(export: Export) -> None:
    assert export() == (0, b"late-2\nwrong-3\ngone-4\nstopped-5\n", "")


def test_types_are_chosen(export: Export) -> None:
    assert export("--type", "expired,succeeded")[1] == b"good-1\ngone-4\ngood-6\n"


def test_retryable_leaves_out_what_must_be_fixed(export: Export) -> None:
    assert export("--retryable")[1] == b"late-2\ngone-4\nstopped-5\n"


def test_an_unknown_type_is_wrong_usage(export: Export) -> None:
    code, out, err = export("--type", "failed")
    assert (code, out) == (2, b"")
    assert "'failed' is none of succeeded, errored, canceled, expired" in err


def test_result_lines_are_the_servers_own_bytes(export: Export, server: BatchServer) -> None:
    code, out, _ = export("--format", "jsonl", "--type", "succeeded,errored,canceled,expired", "-o", "-")
    assert (code, out) == (0, server.results)


def test_a_file_is_written_and_reported(export: Export, tmp_path: Path) -> None:
    path = tmp_path / "failed.txt"
    assert export("-o", path) == (0, b"", f"Wrote 4 custom_ids to {path} (32 B).\n")
    assert path.read_text() == "late-2\nwrong-3\ngone-4\nstopped-5\n"


def test_an_existing_file_is_refused_before_anything_is_asked(
    export: Export, server: BatchServer, tmp_path: Path
) -> None:
    path = tmp_path / "failed.txt"
    path.write_text("mine")
    code, _, err = export("-o", path)
    assert code == 1
    assert "--force" in err
    assert path.read_text() == "mine"
    assert not server.asked
    assert export("--force", "-o", path)[0] == 0


def test_a_folder_is_no_file(export: Export, tmp_path: Path) -> None:
    assert "That is a folder" in export("-o", f"{tmp_path}/new/")[2]
    assert "That is a folder" in export("-o", tmp_path)[2]


def test_the_home_folder_has_its_sign(export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert export("-o", "~/failed.txt")[0] == 0
    assert (tmp_path / "failed.txt").exists()


def test_a_download_that_breaks_off_writes_nothing(export: Export, server: BatchServer, tmp_path: Path) -> None:
    server.cut = 20
    for arguments in ([], ["-o", tmp_path / "failed.txt"]):
        code, out, err = export(*arguments)
        assert (code, out) == (1, b"")
        assert "cut off" in err
        assert "Nothing was written" in err
    assert not (tmp_path / "failed.txt").exists()


def test_a_last_line_that_is_not_whole_writes_nothing(export: Export, server: BatchServer) -> None:
    server.results = server.results[:-20]
    code, out, err = export()
    assert (code, out) == (1, b"")
    assert "cut off" in err


def test_results_that_are_missing_are_told(export: Export, server: BatchServer) -> None:
    server.promised["errored"] = 1002
    code, out, err = export()
    assert (code, out) == (3, b"late-2\nwrong-3\ngone-4\nstopped-5\n")
    assert err == "Results that the batch counts and its results file lacks: 1,000.\n"


def test_results_that_nobody_promised_are_told(export: Export, server: BatchServer) -> None:
    server.promised = {"errored": 1}
    code, out, err = export()
    assert (code, out) == (3, b"late-2\nwrong-3\ngone-4\nstopped-5\n")
    assert err.startswith("Results that its file has and the batch does not count: ")


def test_a_batch_that_runs_has_no_results(export: Export, server: BatchServer) -> None:
    server.status = "in_progress"
    code, out, err = export()
    assert (code, out) == (1, b"")
    assert "Results are not ready" in err
    assert server.asked[f"{BATCH_PATH}/results"] == 0


def test_nothing_to_export_is_said_and_is_no_failure(export: Export, server: BatchServer, tmp_path: Path) -> None:
    server.serve_lines([succeeded("a")])
    assert export() == (0, b"", "No result of this batch is of the kind asked for.\n")
    code, _, err = export("-o", tmp_path / "none")
    assert code == 0
    assert err.endswith(" (0 B). No result of this batch is of the kind asked for.\n")
    assert (tmp_path / "none").read_bytes() == b""


def test_lines_that_are_no_results_and_new_types_are_told(export: Export, server: BatchServer) -> None:
    server.results = b"\n".join(
        [b"broken", bare("a", "paused\x1b"), bare("b", "paused\x1b"), bare("c", "expired"), b""]
    )
    server.promised = {"errored": 2, "expired": 1, "succeeded": 1}
    code, out, err = export()
    assert (code, out) == (3, b"c\n")
    assert err == ("Results that the batch counts and its results file lacks: 1. Left out: 1 unreadable, 2 paused␛.\n")


def test_a_result_without_an_id_is_counted(export: Export, server: BatchServer) -> None:
    server.serve_lines([bare("a", "expired"), encode(None, {"type": "expired"})])
    assert export() == (0, b"a\n", "Results without a custom_id: 1.\n")


def test_a_full_stdout_is_told(environ: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        told = subprocess.run(
            [sys.executable, "-c", PROGRAM, "export", BATCH_ID],
            env=os.environ | environ,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (told.returncode, told.stderr.splitlines()[0]) == (
        1,
        b"batchtui: That path cannot be written: stdout: No space left on device",
    )


def test_a_reader_that_has_seen_enough_hears_nothing(environ: dict[str, str], server: BatchServer) -> None:
    server.serve_lines([bare(f"request-{number}", "expired") for number in range(20_000)])
    command = f'"{sys.executable}" -c "$0" export {BATCH_ID} | head -n 1'
    told = subprocess.run(
        ["/bin/sh", "-c", command, PROGRAM], env=os.environ | environ, capture_output=True, check=True
    )
    assert (told.stdout, told.stderr) == (b"request-0\n", b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_leaves_nothing(
    environ: dict[str, str], server: BatchServer, tmp_path: Path, number: signal.Signals
) -> None:
    server.goes_on.clear()
    (tmp_path / "out").mkdir()
    arguments = [sys.executable, "-c", PROGRAM, "export", BATCH_ID, "-o", str(tmp_path / "out" / "failed.txt")]
    with subprocess.Popen(arguments, env=os.environ | environ, stderr=subprocess.PIPE) as program:
        try:
            assert server.is_halfway.wait(30)
            program.send_signal(number)
            told = program.communicate(timeout=30)[1]
        finally:
            server.goes_on.set()
    assert program.returncode in {130, 143, -signal.SIGTERM}
    assert b"Traceback" not in told
    assert not list((tmp_path / "out").iterdir())


def test_a_terminal_gets_no_commands_from_an_error_message(environ: dict[str, str]) -> None:
    master, terminal = pty.openpty()
    arguments = [sys.executable, "-c", PROGRAM, "export", BATCH_ID, "--format", "csv"]
    subprocess.run(arguments, env=os.environ | environ, stdout=terminal, check=True, timeout=30)
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal whose other side is closed
        while piece := os.read(master, 65536):
            shown += piece
    os.close(master)
    assert b"\x1b" not in shown
    assert "␛]0;owned␇ =1+1".encode() in shown
