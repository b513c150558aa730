from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from batchtui.errors import SpoolError
from batchtui.results.spool import Spool, open_nameless


def test_what_is_written_is_read_back_by_offset(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"first")
    spool.write(b"second")
    assert (spool.size, spool.read(5, 6), spool.read(0, 0)) == (11, b"second", b"")
    assert b"".join(spool.iter_chunks()) == b"firstsecond"
    spool.close()


@pytest.mark.parametrize("has_tmpfile", [True, False])
def test_the_file_has_no_name_and_is_its_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_tmpfile: bool
) -> None:
    if not has_tmpfile:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    fd = open_nameless(tmp_path / "new" / "folder")
    try:
        assert list((tmp_path / "new" / "folder").iterdir()) == []
        assert stat.S_IMODE(os.fstat(fd).st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "new" / "folder").stat().st_mode) == 0o700
    finally:
        os.close(fd)


def test_nothing_is_made_before_something_is_written(tmp_path: Path) -> None:
    Spool(tmp_path / "later").close()
    assert not (tmp_path / "later").exists()


def test_bytes_that_are_not_there_are_no_empty_answer(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(SpoolError, match="nothing was written"):
        spool.read(0, 1)
    spool.write(b"abc")
    with pytest.raises(SpoolError, match="shorter"):
        spool.read(0, 4)
    spool.close()


def test_after_closing_nothing_can_be_read_or_written(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"abc")
    spool.close()
    spool.close()
    with pytest.raises(SpoolError, match="closed"):
        spool.read(0, 3)
    with pytest.raises(SpoolError, match="closed"):
        spool.write(b"d")


def test_closing_waits_for_a_reader_under_way(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"abc")
    with spool._use() as fd:
        closing = threading.Thread(target=spool.close)
        closing.start()
        closing.join()
        assert os.pread(fd, 3, 0) == b"abc"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)


def test_a_system_without_positioned_reads_is_served_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pread")
    monkeypatch.delattr(os, "pwrite")
    spool = Spool(tmp_path)
    spool.write(b"first")
    assert spool.read(1, 3) == b"irs"
    spool.write(b"second")
    assert spool.read(0, 11) == b"firstsecond"
    spool.close()


LIMITED = """
import os, pathlib, sys
from batchtui.errors import SpoolError
from batchtui.results import ResultsStore
store = ResultsStore(pathlib.Path(sys.argv[1]))
line = b'{"custom_id":"a","result":{"type":"expired"}}\\n'
store.feed(line)
try:
    store.feed(b"x" * 1_000_000)
except SpoolError as error:
    print(error)
with store._spool._use() as fd:
    print(store.size == os.fstat(fd).st_size == len(line), store.line(0) == line[:-1], len(store.index))
"""


def test_a_full_disk_keeps_the_rows_before_it(tmp_path: Path) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    arguments = [sys.executable, "-c", LIMITED, str(tmp_path)]
    told = subprocess.run(arguments, preexec_fn=limit, capture_output=True, text=True, check=True)
    error, kept = told.stdout.splitlines()
    assert "cannot be kept" in error
    assert kept == "True True 1"
