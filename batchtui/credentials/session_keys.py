"""Keys that were typed in: kept in this process's memory, and nowhere else."""

from __future__ import annotations

from pydantic import SecretStr

from batchtui.errors import NoKeyError


class SessionKeys:
    """The keys of one program run, by workspace; safe to share between threads."""

    def __init__(self) -> None:
        self._keys: dict[str, SecretStr] = {}

    def remember(self, name: str, key: SecretStr) -> None:
        """Keep a workspace's key until the program ends."""
        self._keys[name] = key

    def recall(self, name: str) -> SecretStr:
        """Return a workspace's key; raise `NoKeyError` where none was typed in yet."""
        key = self._keys.get(name)
        if key is None:
            raise NoKeyError(
                f"the key of {name} is kept for one session only and was not typed in yet",
                hint="Open the dashboard and type it in, or add the workspace anew with another source.",
            )
        return key

    def forget(self, name: str) -> None:
        """Drop a workspace's key, if there is one."""
        self._keys.pop(name, None)
