"""Keys in the OS keyring: every call in a thread of its own, with a time limit, once.

On Linux the keyring is first asked whether it is locked: a locked one is opened only where its question can be seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from batchtui.credentials.backends import SECRET_SERVICE, choose_backend, label_of, name_of
from batchtui.credentials.environment import Environment
from batchtui.credentials.secret_service import State, collection_state, open_collection, unlock_gnome_keyring
from batchtui.credentials.time_limit import within
from batchtui.errors import (
    CredentialError,
    KeyringDismissedError,
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
    NoKeyError,
)
from batchtui.safe_text import safe_line

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "batchtui"
"""The name under which all keys are kept; the workspace's name is the user name."""

SECONDS = 10.0
"""How long a keyring may take that has nothing to ask."""

PROMPT_SECONDS = 60.0
"""How long a person may take to answer a keyring's question."""

_SHOWN = 200
_ASKS_BY_ITSELF = frozenset({"macOS Keychain", "KWallet"})
_COMMAND = '(read -rs p; printf %s "$p" | gnome-keyring-daemon --replace --unlock)'
"""Unlocks GNOME's keyring, or makes one, without a desktop; a line break would count as part of the password."""

_UNLOCK = (
    f"Unlock it in your desktop session, or over SSH with `{_COMMAND}`, which waits for its password, or with "
    "`batchtui workspaces unlock`; then try again. --key-env and --key-command need no keyring."
)
_CREATE = (
    f"Make one with your desktop's password manager, or over SSH with `{_COMMAND}`, which waits for a new password; "
    "then try again. --key-env and --key-command need no keyring."
)
_GIVE_KEY = "Give it one in the dashboard with w, then K; or remove the workspace and add it again."


class KeyringStore:
    """The OS keyring of one program run; `label` names it as soon as it has been used."""

    def __init__(
        self,
        *,
        backend: str | None,
        environment: Environment,
        seconds: float = SECONDS,
        prompt_seconds: float = PROMPT_SECONDS,
    ) -> None:
        self._named = backend
        self._environment = environment
        self._seconds = seconds
        self._prompt_seconds = prompt_seconds
        self._backend: KeyringBackend | None = None
        self.label: str | None = None

    def read(self, name: str) -> SecretStr:
        """Return a workspace's key; raise `NoKeyError` where the keyring has none, or a `KeyringError`."""
        key = self._do(lambda backend: _read(backend, name))
        if key is None:
            raise NoKeyError(f"the keyring ({self.label}) holds no key for {name}", hint=_GIVE_KEY)
        return key

    def write(self, name: str, key: SecretStr) -> None:
        """Keep a workspace's key, and read it back; raise a `KeyringError` where it was not kept as it is."""
        if not self._do(lambda backend: _write(backend, name, key), key=key, creates=True):
            raise KeyringFailedError(f"{self.label} did not keep the key as it was given")

    def delete(self, name: str) -> None:
        """Take a workspace's key out; nothing happens where there is none."""
        if self._do(lambda backend: _delete(backend, name)) is False:
            raise KeyringFailedError(f"{self.label} did not delete the key of {name}")

    def unlock(self, password: SecretStr | None = None) -> None:
        """Unlock the keyring, if it is locked: with its password, else by its own question on the desktop.

        Keyrings that ask by themselves are left alone. Raises `KeyringDismissedError` where it stays locked.
        """
        if self._state(self._open()) != "locked":
            return
        if password is None:
            self._ask()
        elif not self._within(lambda: unlock_gnome_keyring(password), key=password):
            raise KeyringDismissedError("that is not its password, or it is not GNOME's")

    def _do(
        self, call: Callable[[KeyringBackend], T], *, key: SecretStr | None = None, creates: bool = False
    ) -> T | None:
        """Return what the call does, or None where there is no collection yet and `creates` does not make one."""
        backend = self._open()
        state = self._state(backend)
        if state == "absent" and not creates:
            return None
        if state != "unlocked":
            if not self._environment.has_display:
                raise _locked() if state == "locked" else _absent()
            self._ask()
        seconds = self._prompt_seconds if self.label in _ASKS_BY_ITSELF else self._seconds
        return self._within(lambda: call(backend), seconds=seconds, key=key)

    def _ask(self) -> None:
        if not self._within(open_collection, seconds=self._prompt_seconds):
            raise KeyringDismissedError("its question was closed, or nothing can ask it here")

    def _state(self, backend: KeyringBackend) -> State:
        return self._within(collection_state) if name_of(backend) == SECRET_SERVICE else "unlocked"

    def _open(self) -> KeyringBackend:
        if self._backend is None:
            self._backend = self._within(lambda: choose_backend(self._named))
            self.label = label_of(self._backend)
        return self._backend

    def _within(self, call: Callable[[], T], *, seconds: float | None = None, key: SecretStr | None = None) -> T:
        return within(seconds or self._seconds, call, lambda error: self._explain(error, key))

    def _explain(self, error: Exception, key: SecretStr | None) -> CredentialError:
        from keyring.errors import KeyringLocked, NoKeyringError  # noqa: PLC0415  # slow to import

        said = str(error).replace(key.get_secret_value(), "…") if key is not None else str(error)
        said = f"{type(error).__name__}: {safe_line(said)[:_SHOWN]}"
        if isinstance(error, KeyringLocked):
            return KeyringDismissedError(said) if self.label in _ASKS_BY_ITSELF else _locked()
        if isinstance(error, NoKeyringError) or type(error).__name__ == "SecretServiceNotAvailableException":
            return KeyringMissingError(said)
        return KeyringFailedError(said)


def _locked() -> KeyringLockedError:
    return KeyringLockedError("it could ask for its password only on a desktop", hint=_UNLOCK)


def _absent() -> KeyringMissingError:
    return KeyringMissingError("the Secret Service has no default keyring yet", hint=_CREATE)


def _read(backend: KeyringBackend, name: str) -> SecretStr | None:
    found = backend.get_password(SERVICE, name)
    return None if found is None else SecretStr(found)


def _write(backend: KeyringBackend, name: str, key: SecretStr) -> bool:
    if sys.platform == "win32":
        _delete(backend, name)  # a longer one that is overwritten there can leave its end behind
    backend.set_password(SERVICE, name, key.get_secret_value())
    return _read(backend, name) == key


def _delete(backend: KeyringBackend, name: str) -> bool:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415  # slow to import

    with suppress(PasswordDeleteError):  # there is none, or it says so: looking tells
        backend.delete_password(SERVICE, name)
    return _read(backend, name) is None
