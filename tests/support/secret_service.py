"""A real Secret Service on a message bus of its own, in each condition that a person may meet it in.

The bus can start nothing by itself, so the desktop of whoever runs the tests is never reached, and nothing can ask
for a password: a question counts as closed at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import secretstorage
from jeepney.io.blocking import (  # type: ignore[import-untyped]  # ships no types
    DBusConnection,
    open_dbus_connection,
)

State = Literal["unlocked", "locked", "absent", "missing", "hung"]
"""`absent`: a service that has no keyring yet; `missing`: a bus without a service."""

PASSWORD = "a made-up password"
"""What unlocks the keyring."""

_PATIENCE_SECONDS = 60.0
_BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@dataclass(frozen=True)
class SecretService:
    """The running service: the variables that lead a program to it, and its processes."""

    environ: Mapping[str, str]
    bus: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return self.environ["DBUS_SESSION_BUS_ADDRESS"]

    def connect(self) -> closing[DBusConnection]:
        return closing(open_dbus_connection(bus=self.address))

    def wait_until_unlocked(self) -> None:
        _wait_until(lambda: _is_unlocked(self), "the default keyring is unlocked")

    def stop_bus(self) -> None:
        """End the bus, as a session does that ends under a program that is still running."""
        self.bus.terminate()
        self.bus.wait(_PATIENCE_SECONDS)


@contextmanager
def secret_service(state: State) -> Iterator[SecretService]:
    """Run a Secret Service in this state; skip the test, or fail it where all are required, without the programs."""
    _require_programs()
    with tempfile.TemporaryDirectory(prefix="batchtui-keyring-", ignore_cleanup_errors=True) as name:
        environ = _private_environ(Path(name))
        with _bus(Path(name), environ) as bus:
            service = SecretService(environ, bus)
            if state == "missing":
                yield service
                return
            with _daemon(service, "" if state == "absent" else PASSWORD) as daemon:
                _bring_into(state, service, daemon)
                yield service


def _require_programs() -> None:
    missing = [program for program in ("dbus-daemon", "gnome-keyring-daemon") if shutil.which(program) is None]
    if not missing:
        return
    reason = f"needs {' and '.join(missing)} (Debian's packages dbus and gnome-keyring)"
    if os.environ.get("BATCHTUI_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _private_environ(folder: Path) -> dict[str, str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={folder / 'bus'}"
    for variable in ("XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        path = folder / variable.lower()
        path.mkdir(mode=0o700)
        environ[variable] = str(path)
    return environ


@contextmanager
def _bus(folder: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    configuration = folder / "bus.conf"
    configuration.write_text(_BUS.format(socket=folder / "bus"))
    command = ["dbus-daemon", "--nofork", f"--config-file={configuration}"]
    with _process(command, environ) as bus:
        _wait_until((folder / "bus").exists, "the bus has a socket")
        yield bus


@contextmanager
def _daemon(service: SecretService, password: str) -> Iterator[subprocess.Popen[bytes]]:
    how = ["--unlock"] if password else []
    command = ["gnome-keyring-daemon", "--foreground", "--components=secrets", *how]
    with _process(command, service.environ) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(password.encode())
        daemon.stdin.close()
        _wait_until(lambda: _is_there(service), "the service is on the bus")
        yield daemon


def _bring_into(state: State, service: SecretService, daemon: subprocess.Popen[bytes]) -> None:
    if state == "absent":
        return
    service.wait_until_unlocked()
    if state == "locked":
        with service.connect() as connection:
            secretstorage.Collection(connection).lock()
    elif state == "hung":
        daemon.send_signal(signal.SIGSTOP)


@contextmanager
def _process(command: list[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.kill()  # ends a stopped process as well
        process.wait(_PATIENCE_SECONDS)


def _is_there(service: SecretService) -> bool:
    with suppress(OSError), service.connect() as connection:
        return secretstorage.check_service_availability(connection)
    return False


def _is_unlocked(service: SecretService) -> bool:
    with suppress(secretstorage.SecretStorageException), service.connect() as connection:
        return not secretstorage.Collection(connection).is_locked()
    return False


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.01)
