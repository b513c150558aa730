"""A file that appears whole or not at all, for its owner only, and that overwrites nothing unasked."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from batchtui.errors import OutputError, OutputExistsError, OutputIsFolderError, OutputNotWritableError
from batchtui.leaving import undone_at_exit
from batchtui.private_file import sync_folder

_MODE = 0o600
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_whole(path: Path, writer: Callable[[BinaryIO], int], *, force: bool = False) -> int:
    """Let `writer` fill a file and return what it returns; raise an `OutputError` where that cannot be done.

    The bytes go to a private file in the same folder, which gets its name when all of them are on the disk. Another
    program that takes the name meanwhile keeps its file, unless `force` says otherwise. Whatever is raised, `writer`'s
    own errors and Ctrl+C included, nothing is left behind. A link is followed; `~` is not expanded.
    """
    check_target(path, force=force)
    target = Path(os.path.realpath(path)) if force else path
    try:
        with _reserved_name(target.parent) as name:
            result = _fill(name, writer)
            if force:
                name.replace(target)
            else:
                _take_name(name, target)
    except OSError as error:
        raise _explain(path, error) from error
    sync_folder(target.parent)
    return result


def check_target(path: Path, *, force: bool = False) -> None:
    """Raise the `OutputError` that writing to `path` would raise, as far as it can be known before."""
    try:
        taken = _find(path)
        if taken is None:
            path.parent.stat()
            return
    except OSError as error:
        raise _explain(path, error) from error
    except ValueError as error:  # a NUL, or a character that file names cannot hold
        raise OutputNotWritableError(f"{str(path)!r} is no path: {error}") from None
    if stat.S_ISDIR(taken):
        raise OutputIsFolderError(str(path))
    if stat.S_ISLNK(taken) and force:
        raise OutputNotWritableError(
            f"{path} is a link that leads nowhere", hint="Remove the link, or name its target."
        )
    if not stat.S_ISREG(taken) and not stat.S_ISLNK(taken):
        raise OutputNotWritableError(
            f"{path} is a device or a pipe", hint="Name a file; on the command line, without -o, results go to stdout."
        )
    if not force:
        raise OutputExistsError(str(path))


def _find(path: Path) -> int | None:
    """Return the mode of what stands at `path`, of a link's target where there is one; None where nothing stands."""
    with suppress(FileNotFoundError):
        return path.stat().st_mode
    with suppress(FileNotFoundError):
        return path.lstat().st_mode
    return None


@contextmanager
def _reserved_name(folder: Path) -> Iterator[Path]:
    """Yield a name for a new file; the file is gone afterwards where it still has that name."""
    name = folder / f".batchtui-{os.urandom(8).hex()}.part"
    with undone_at_exit(partial(name.unlink, missing_ok=True)):
        try:
            yield name
        finally:
            with suppress(FileNotFoundError, NotADirectoryError):
                name.unlink()


def _fill(name: Path, writer: Callable[[BinaryIO], int]) -> int:
    """Make the file, for its owner only, and bring what `writer` writes onto the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(name, flags, _MODE), "wb") as file:
        result = writer(file)
        file.flush()
        os.fsync(file.fileno())
    return result


def _take_name(name: Path, target: Path) -> None:
    """Give the file its name in one step that fails where the name is taken."""
    try:
        target.hardlink_to(name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _hold_and_replace(name, target)


def _hold_and_replace(name: Path, target: Path) -> None:
    """Do the same on a disk without hard links: an empty file of ours holds the name for a moment."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE))
    try:
        name.replace(target)
    except BaseException:
        target.unlink()
        raise


def _explain(path: Path, error: OSError) -> OutputError:
    if isinstance(error, FileExistsError):
        return OutputExistsError(str(path))
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return OutputNotWritableError(f"there is no folder {path.parent}", hint="Make the folder first.")
    if isinstance(error, NotADirectoryError):
        return OutputNotWritableError(f"{path.parent} is not a folder")
    if error.errno in _FULL:
        return OutputNotWritableError(
            f"the disk of {path.parent} is full", hint="Free some space, or choose another disk."
        )
    return OutputNotWritableError(f"{path}: {error.strerror or error}")
