"""Keys that a program prints."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from batchtui.credentials.environment import Environment
from batchtui.credentials.key_command import key_from_command
from batchtui.errors import AdminKeyError, KeyCommandError, MalformedKeyError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are a POSIX shell's")

KEY = SecretStr("sk-ant-api03-made-up")


def key_from(script: str, *, seconds: float = 10.0, **variables: str) -> SecretStr:
    environment = Environment({"PATH": os.environ["PATH"], **variables})
    return key_from_command(("sh", "-c", script), environment, seconds=seconds)


@pytest.mark.parametrize(
    "script",
    [
        "echo sk-ant-api03-made-up",
        "printf sk-ant-api03-made-up",
        "printf ' sk-ant-api03-made-up \\r\\nuser: somebody\\n'",
        "echo a warning >&2; echo sk-ant-api03-made-up",
    ],
)
def test_the_first_line_is_the_key(script: str) -> None:
    assert key_from(script) == KEY


def test_a_program_is_started_without_a_shell() -> None:
    assert key_from_command(("printf", "%s", "sk-ant-$HOME;"), Environment(os.environ)) == SecretStr("sk-ant-$HOME;")


@pytest.fixture
def typed() -> Iterator[None]:
    """Let this process have input that a program it starts could take."""
    kept, (reader, writer) = os.dup(0), os.pipe()
    os.write(writer, b"typed")
    os.dup2(reader, 0)
    yield
    os.dup2(kept, 0)
    for handle in (kept, reader, writer):
        os.close(handle)


@pytest.mark.usefixtures("typed")
def test_it_has_no_terminal_no_input_no_gpg_tty_and_a_session_of_its_own() -> None:
    script = """
        test -z "${GPG_TTY+set}" && ! (: </dev/tty) 2>/dev/null && test -z "$(head -c 5)" &&
        test "$(cut -d' ' -f6 /proc/$$/stat)" = $$ && echo sk-ant-api03-made-up
    """
    assert key_from(script, GPG_TTY="/dev/pts/0") == KEY


def test_it_sees_the_other_variables() -> None:
    assert key_from('echo "$PREFIX-made-up"', PREFIX="sk-ant-api03") == KEY


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 3", "sh … ended with status 3$"),
        ("echo one >&2; echo 'the store is locked' >&2; exit 1", "ended with status 1: the store is locked$"),
        ("kill -9 $$", "was ended by signal 9"),
        ("true", "printed nothing on its first line"),
        ("echo; echo sk-ant-api03-made-up", "printed nothing on its first line"),
        ("echo not logged in >&2", "printed nothing on its first line: not logged in"),
        ("exec cat /dev/zero", "printed more than 65,536 bytes"),
    ],
)
def test_a_failure_is_told_in_a_sentence(script: str, why: str) -> None:
    with pytest.raises(KeyCommandError, match=why):
        key_from(script)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyCommandError, match="no-such-program … was not found") as caught:
        key_from_command(("/nowhere/no-such-program", "private"), Environment({}))
    assert "key_command" in caught.value.hint


def test_a_program_that_may_not_be_executed_is_named(tmp_path: Path) -> None:
    (tmp_path / "program").write_text("echo sk-ant-api03-made-up")
    with pytest.raises(KeyCommandError, match="program may not be executed"):
        key_from_command((str(tmp_path / "program"),), Environment({}))


def test_a_file_that_is_no_program_could_not_be_started(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x00\x01\x02\x03")
    (tmp_path / "program").chmod(0o700)
    with pytest.raises(KeyCommandError, match="program could not be started"):
        key_from_command((str(tmp_path / "program"),), Environment({}))


def test_no_program_at_all_is_an_error_of_the_same_kind() -> None:
    with pytest.raises(KeyCommandError):
        key_from_command((), Environment({}))


def test_what_it_complains_of_is_safe_short_and_without_the_key() -> None:
    with pytest.raises(KeyCommandError) as caught:
        key_from("""
            echo gateway-secret
            printf '\\033[31mcannot send gateway-secret or sk-ant-api03-abc: %01000d' 7 >&2; exit 1
        """)
    assert caught.value.detail.startswith("sh … ended with status 1: ␛[31mcannot send … or sk-ant-…: 000")
    assert len(caught.value.detail) < 300


def test_at_the_time_limit_it_ends_with_everything_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(KeyCommandError, match=r"printed no key within 2 seconds: asking") as caught:
        key_from(f"sleep 600 & echo $! $$ >{pids}; echo asking for a passphrase >&2; wait", seconds=2)
    assert "unlock it first" in caught.value.hint
    for pid in pids.read_text().split():
        _wait_for_end(pid)


def test_a_key_printed_before_the_time_limit_by_a_program_that_stays_is_not_taken() -> None:
    with pytest.raises(KeyCommandError, match="no key within") as caught:
        key_from("echo sk-ant-api03-made-up; exec sleep 600", seconds=0.3)
    assert "made-up" not in str(caught.value)


def test_a_helper_left_behind_does_not_hold_up_the_key(tmp_path: Path) -> None:
    began = time.monotonic()
    assert key_from(f"sleep 600 & echo $! >{tmp_path / 'pid'}; echo sk-ant-api03-made-up", seconds=300) == KEY
    assert time.monotonic() - began < 60
    _wait_for_end((tmp_path / "pid").read_text().strip())


def test_what_it_prints_is_checked_like_any_key() -> None:
    with pytest.raises(MalformedKeyError, match=r"the first line that sh … printed: there is a space"):
        key_from("echo two words")
    with pytest.raises(AdminKeyError):
        key_from("echo sk-ant-admin01-made-up")


def _wait_for_end(pid: str) -> None:
    deadline = time.monotonic() + 60
    while _runs(pid):
        assert time.monotonic() < deadline, f"{pid} still runs"
        time.sleep(0.01)


def _runs(pid: str) -> bool:
    """Return whether a process runs; one that ended and was not collected yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
