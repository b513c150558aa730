"""The Secret Service of Linux desktops, asked what the keyring package cannot tell: is it there, is it locked."""

from __future__ import annotations

from collections.abc import Mapping
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


def unlock_collection() -> bool:
    """Ask the person to unlock the default collection; return whether it is unlocked now. May block."""
    import secretstorage  # noqa: PLC0415  # slow to import, and only on Linux

    with closing(secretstorage.dbus_init()) as connection:
        collection = secretstorage.Collection(connection)
        if collection.is_locked():
            collection.unlock()
        return not collection.is_locked()


def can_prompt(environ: Mapping[str, str]) -> bool:
    """Whether there is a display on which the keyring could ask for its password."""
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
