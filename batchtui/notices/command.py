"""A person's own program that is told of an event: its facts come as one JSON object on standard input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from batchtui.safe_text import safe_line

COMMAND_SECONDS = 10.0


def run_notice_command(
    command: Sequence[str], facts: str, *, environ: Mapping[str, str] | None = None, seconds: float = COMMAND_SECONDS
) -> str:
    """Run the program and return what went wrong, in words; empty when it ended well.

    It runs in a session of its own, without a terminal, through no shell, and ends with all that it started at the time
    limit.
    """
    program = safe_line(os.path.basename(command[0]))  # noqa: PTH119  # it need not be a path
    try:
        process = subprocess.Popen(  # noqa: S603  # the person's own program, from the person's own configuration
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=None if environ is None else dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return f"The notice command {program} could not be started: {safe_line(why).lower()}"
    try:
        process.communicate(facts.encode() + b"\n", timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        return f"The notice command {program} did not end within {seconds:g} seconds and was stopped"
    return f"The notice command {program} ended with status {process.returncode}" if process.returncode else ""


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
