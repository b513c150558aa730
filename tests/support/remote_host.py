"""A real sshd on this machine, for one test: a key, a port and a configuration that are thrown away."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.dashboards import wait_until

SERVER = shutil.which("sshd") or "/usr/sbin/sshd"
_MARK = "BATCHTUI_REMOTE_MARK"


@dataclass(frozen=True)
class RemoteHost:
    """A host reached by `client` and a command; `mark` is in the environment of all that runs there."""

    client: tuple[str, ...]
    mark: str


def need(*programs: str) -> None:
    """Skip the test where a program is not installed; fail where everything must run."""
    missing = [program for program in programs if not shutil.which(program) and not Path(program).exists()]
    if missing and os.environ.get("BATCHTUI_REQUIRE_ALL") == "1":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@contextmanager
def remote_host(folder: Path, environment: Mapping[str, str]) -> Iterator[RemoteHost]:
    """Run sshd; whoever logs in has this environment."""
    need(SERVER, "ssh", "ssh-keygen")
    folder.mkdir()
    host_key, own_key = _make_key(folder / "host"), _make_key(folder / "own")
    mark = uuid.uuid4().hex
    port = _free_port()
    variables = " ".join(f'"{name}={value}"' for name, value in {**environment, _MARK: mark}.items())
    configuration = folder / "sshd_config"
    configuration.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {host_key}\nAuthorizedKeysFile {own_key}.pub\nPidFile none\n"
        "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nStrictModes no\n"
        f"PermitRootLogin prohibit-password\nSetEnv {variables}\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # which its packages make when they start it
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([SERVER, "-D", "-e", "-f", configuration], stderr=log)
    try:
        wait_until(lambda: _listens(port) or server.poll() is not None, "sshd listens")
        assert server.poll() is None, (folder / "log").read_text()
        yield RemoteHost(_client(port, own_key), f"{_MARK}={mark}")
    finally:
        server.terminate()
        server.wait()


def _client(port: int, key: Path) -> tuple[str, ...]:
    options = {
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
        "IdentitiesOnly": "yes",
        "LogLevel": "ERROR",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    return ("ssh", "-F", "none", "-tt", "-p", str(port), "-i", str(key), *words, f"{getpass.getuser()}@127.0.0.1")


def _make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
