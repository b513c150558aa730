"""The Secret Service of Linux desktops, asked what the keyring package cannot tell: is it there, is it locked."""

from __future__ import annotations

import subprocess
import time
from contextlib import closing
from typing import Literal

from pydantic import SecretStr

_SETTLING_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.05

State = Literal["unlocked", "locked", "absent"]


def collection_state() -> State:
    """Return the state of the default collection, without any question to the person. May block."""
    import secretstorage  # noqa: PLC0415  # slow to import, and only on Linux

    with closing(secretstorage.dbus_init()) as connection:
        try:
            return "locked" if secretstorage.Collection(connection).is_locked() else "unlocked"
        except secretstorage.ItemNotFoundException:
            return "absent"


def open_collection() -> bool:
    """Ask the person to unlock the default collection, or to make one; return whether it is unlocked now. May block."""
    import secretstorage  # noqa: PLC0415  # slow to import, and only on Linux

    with closing(secretstorage.dbus_init()) as connection:
        try:
            collection = secretstorage.get_default_collection(connection)
        except secretstorage.PromptDismissedException:
            return False
        if collection.is_locked():
            collection.unlock()
        return not collection.is_locked()


def unlock_gnome_keyring(password: SecretStr) -> bool:
    """Hand its password to GNOME's keyring, which needs no desktop for that; return whether it is unlocked now.

    The daemon that runs is replaced by one that was told the password: a running one cannot be told. May block.
    """
    try:
        subprocess.run(
            ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets"],  # noqa: S607  # where PATH has it
            input=password.get_secret_value().encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # else it would end with the terminal
            check=False,
        )
    except OSError:
        return False
    deadline = time.monotonic() + _SETTLING_SECONDS
    while time.monotonic() < deadline:
        if _is_unlocked():
            return True
        time.sleep(_LOOK_AGAIN_SECONDS)
    return False


def _is_unlocked() -> bool:
    import secretstorage  # noqa: PLC0415  # slow to import, and only on Linux

    try:
        return collection_state() == "unlocked"
    except secretstorage.SecretStorageException:
        return False  # one daemon makes way for the other
