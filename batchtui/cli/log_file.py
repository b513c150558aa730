"""`--log-file`: what happened, a line each, with its time, its level and the room it happened in; never a key."""

from __future__ import annotations

import logging
import os
import platform
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from batchtui import __version__
from batchtui.errors import BatchtuiError, OutputIsFolderError, OutputNotWritableError
from batchtui.safe_text import safe_line

_MODE = 0o600
_KEY = re.compile(r"sk-ant-[\w-]+")
_log = logging.getLogger("batchtui.cli")
_LIBRARIES = ("httpx", "httpcore", "keyring")


@contextmanager
def logging_to(path: Path, level: str, verb: str) -> Iterator[None]:
    """Append to a file that only its owner can read; raise an `OutputError` where that cannot be done.

    At `debug` the libraries speak too, of their steps and never of headers.
    """
    handler = logging.StreamHandler(_open(path))
    handler.setFormatter(_Formatter())
    handler.addFilter(_leave_out_headers)
    for name in ("batchtui", *_LIBRARIES):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(level.upper() if name == "batchtui" or level == "debug" else logging.WARNING)
    logging.raiseExceptions = False  # a full disk is no reason to draw over the screen
    _log.info("batchtui %s, Python %s, %s", __version__, platform.python_version(), verb)
    try:
        yield
    except BaseException as error:
        _log_end(error)
        raise
    finally:
        for name in ("batchtui", *_LIBRARIES):
            logger = logging.getLogger(name)
            logger.removeHandler(handler)
            logger.propagate = True
            logger.setLevel(logging.NOTSET)
        handler.stream.close()


def _log_end(error: BaseException) -> None:
    if isinstance(error, BatchtuiError):
        _log.error("%s", error)
    elif isinstance(error, SystemExit):
        _log.info("ends with %s", error.code)
    elif isinstance(error, Exception):
        _log.error("ends by a fault of its own", exc_info=error)
    else:
        _log.info("ends by %s", type(error).__name__)


def _open(path: Path) -> TextIO:
    problem = ""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), _MODE)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            problem = "it is not a file"
        else:
            return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace", buffering=1)
    except IsADirectoryError:
        raise OutputIsFolderError(str(path)) from None
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
    raise OutputNotWritableError(f"{path}: {problem}", title="The log cannot be written")


class _Formatter(logging.Formatter):
    """`2026-11-21T08:20:01.123Z WARNING api.wire GET /v1/… → 529`: UTC, one line whatever is said."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        moment = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z"
        room = record.name.removeprefix("batchtui.")
        words = record.getMessage()
        if record.exc_info:
            words += f"\n{self.formatException(record.exc_info)}"
        return f"{moment} {record.levelname:<7} {room} {hide_keys(safe_line(words))}"


def hide_keys(text: str) -> str:
    """Return a text with `sk-ant-…` where a key stood."""
    return _KEY.sub("sk-ant-…", text)


def _leave_out_headers(record: logging.LogRecord) -> bool:
    """Keep the first word of what httpcore says, such as `receive_response_headers.complete`."""
    if record.name.startswith("httpcore"):
        record.msg, record.args = str(record.msg).split(" ", 1)[0], ()
    return True
