from __future__ import annotations

import errno
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from batchtui.errors import OutputExistsError, OutputIsFolderError, OutputNotWritableError
from batchtui.exports import check_target, write_whole


def writing(data: bytes) -> Callable[[BinaryIO], int]:
    return lambda out: out.write(data)


def test_a_file_appears_with_all_its_bytes_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "out"
    umask = os.umask(0)
    try:
        assert write_whole(path, writing(b"whole")) == 5
    finally:
        os.umask(umask)
    assert path.read_bytes() == b"whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_has_the_name_while_the_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out"

    def look(out: BinaryIO) -> int:
        out.write(b"half")
        out.flush()
        (hidden,) = tmp_path.iterdir()
        assert hidden != path
        assert stat.S_IMODE(hidden.stat().st_mode) == 0o600
        return 0

    write_whole(path, look)
    assert path.read_bytes() == b"half"


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(OutputExistsError, match="out"):
        write_whole(path, lambda _: pytest.fail("it was not to be written"))
    assert path.read_text() == "mine"


def test_force_replaces_a_file_at_its_end_and_makes_it_private(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    path.chmod(0o644)
    write_whole(path, lambda out: out.write(path.read_bytes() + b" and yours"), force=True)
    assert path.read_text() == "mine and yours"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_another_program_makes_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(OutputExistsError):
        write_whole(path, lambda _: path.write_text("theirs"))
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_disk_without_hard_links_keeps_the_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_taken: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "out"
    if is_taken:
        with pytest.raises(OutputExistsError):
            write_whole(path, lambda _: path.write_text("theirs"))
    else:
        write_whole(path, writing(b"ours"))
    assert path.read_text() == ("theirs" if is_taken else "ours")
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_without_hard_links_that_fails_at_the_end_keeps_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputNotWritableError, match="not here"):
        write_whole(tmp_path / "out", writing(b"ours"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_the_writer_raises_nothing_is_left_and_nothing_is_lost(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "out"
    path.write_text("mine")

    def fail(out: BinaryIO) -> int:
        out.write(b"half")
        raise error

    with pytest.raises(error):
        write_whole(path, fail, force=True)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_refused_even_with_force(tmp_path: Path) -> None:
    for force in (False, True):
        with pytest.raises(OutputIsFolderError):
            write_whole(tmp_path, writing(b""), force=force)


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritableError, match=r"there is no folder .*missing") as caught:
        write_whole(tmp_path / "missing" / "out", writing(b""))
    assert caught.value.hint == "Make the folder first."
    assert not (tmp_path / "missing").exists()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputNotWritableError, match="file is not a folder"):
        write_whole(tmp_path / "file" / "out", writing(b""))


@pytest.mark.parametrize("name", ["x" * 300, "nul\x00byte"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputNotWritableError):
        write_whole(tmp_path / name, writing(b""))
    assert not list(tmp_path.iterdir())


def test_a_longest_name_is_possible(tmp_path: Path) -> None:
    write_whole(tmp_path / ("x" * 255), writing(b"long"))
    assert (tmp_path / ("x" * 255)).read_bytes() == b"long"


def test_a_folder_that_takes_no_files_is_told() -> None:
    with pytest.raises(OutputNotWritableError, match="/proc/self/out"):
        write_whole(Path("/proc/self/out"), writing(b""))


@pytest.mark.parametrize("make", ["pipe", "socket", "device"])
def test_only_a_file_is_overwritten(tmp_path: Path, make: str) -> None:
    path = tmp_path / "out"
    if make == "pipe":
        os.mkfifo(path)
    elif make == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    else:
        path.symlink_to("/dev/null")
    with pytest.raises(OutputNotWritableError, match="device or a pipe"):
        write_whole(path, writing(b""), force=True)
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    with pytest.raises(OutputExistsError):
        write_whole(link, writing(b"new"))
    write_whole(link, writing(b"new"), force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputExistsError):
        write_whole(link, writing(b""))
    with pytest.raises(OutputNotWritableError, match="leads nowhere"):
        write_whole(link, writing(b""), force=True)
    assert not (tmp_path / "nowhere").exists()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    def fill(out: BinaryIO) -> int:
        out.write(b"half")
        return Path("/dev/full").write_bytes(b"x")

    with pytest.raises(OutputNotWritableError, match="is full") as caught:
        write_whole(tmp_path / "out", fill)
    assert "Free some space" in caught.value.hint
    assert not list(tmp_path.iterdir())


LIMITED = """
import pathlib, sys
from batchtui.errors import OutputNotWritableError
from batchtui.exports import write_whole
try:
    write_whole(pathlib.Path(sys.argv[1]), lambda out: out.write(b"x" * 1_000_000), force=True)
except OutputNotWritableError as error:
    print(error)
"""


def test_a_file_that_grows_too_large_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    told = subprocess.run(
        [sys.executable, "-c", LIMITED, path], preexec_fn=limit, capture_output=True, text=True, check=True
    )
    assert "That path cannot be written" in told.stdout
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_can_be_checked_before_the_work(tmp_path: Path) -> None:
    check_target(tmp_path / "new")
    (tmp_path / "old").touch()
    with pytest.raises(OutputExistsError):
        check_target(tmp_path / "old")
    check_target(tmp_path / "old", force=True)
    with pytest.raises(OutputNotWritableError):
        check_target(tmp_path / "missing" / "new")
