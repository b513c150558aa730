"""Which keyring: one of the operating system's own, or the one that the person named."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from batchtui.errors import KeyringMissingError
from batchtui.safe_text import safe_line

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # noqa: S105  # a class, no password

LABELS = {
    SECRET_SERVICE: "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
    "keyring.backends.libsecret.Keyring": "Secret Service",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Locker",
}
"""The stores that encrypt, by their class; anything else must be named in the configuration."""

_CHAINER = "keyring.backends.chainer.ChainerBackend"


def choose_backend(named: str | None = None) -> KeyringBackend:
    """Return the keyring to use; `named` is the configuration's choice, whatever it is.

    Without one, the keyring package's own configuration counts as long as it leads to an OS store, and otherwise the
    best store that runs. Raises `KeyringMissingError`. Imports, and may block: call it within a time limit.
    """
    logging.getLogger("keyring").addHandler(logging.NullHandler())  # its warnings would be drawn over the screen
    if named:
        return _named(named)
    configured = _configured()
    if configured is None or name_of(configured) == _CHAINER:
        return _best()
    if name_of(configured) not in LABELS:
        raise _refusal(configured)
    return configured


def name_of(backend: KeyringBackend) -> str:
    """Return the full name of a keyring's class."""
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def label_of(backend: KeyringBackend) -> str:
    """Return the name of a keyring as people know it."""
    return LABELS.get(name_of(backend), name_of(backend))


def _configured() -> KeyringBackend | None:
    import keyring.core  # noqa: PLC0415  # slow to import

    problem = ""
    try:
        return keyring.core.load_env() or keyring.core.load_config()
    except Exception as error:  # noqa: BLE001  # a backend says in its own way that it cannot run
        problem = f"{type(error).__name__}: {safe_line(str(error))}"
    raise KeyringMissingError(f"the keyring package's own configuration names one that cannot be used ({problem})")


def _named(name: str) -> KeyringBackend:
    import keyring.core  # noqa: PLC0415  # slow to import

    problem = ""
    try:
        return keyring.core.load_keyring(name)
    except (ImportError, AttributeError, ValueError):
        problem = "which is not installed"
    except Exception as error:  # noqa: BLE001  # a backend says in its own way that it cannot run
        problem = f"which cannot be used: {safe_line(str(error))}"
    raise KeyringMissingError(f"keyring_backend in the configuration names {safe_line(name)}, {problem}")


def _best() -> KeyringBackend:
    found: list[KeyringBackend] = []
    for name in LABELS:
        with suppress(Exception):  # each says in its own way that it does not run here
            found.append(_viable(name))
    if not found:
        raise KeyringMissingError("no Secret Service, KWallet, Keychain or Credential Locker answers here")
    return max(found, key=lambda backend: float(backend.priority))


def _viable(name: str) -> KeyringBackend:
    import keyring.core  # noqa: PLC0415  # slow to import

    return keyring.core.load_keyring(name)


def _refusal(backend: KeyringBackend) -> KeyringMissingError:
    name = name_of(backend)
    return KeyringMissingError(
        f"the keyring package is configured to use {safe_line(name)}, which is no store of the operating system",
        hint=f'To use it all the same, write keyring_backend = "{safe_line(name)}" into batchtui\'s configuration.',
    )
