"""The Secret Service of Linux desktops, asked what the keyring package cannot tell: is it there, is it locked."""

from __future__ import annotations

from contextlib import closing
from typing import Literal

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
