"""Keys in environment variables."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from batchtui.credentials.key_check import check_key
from batchtui.errors import NoKeyError


class Environment:
    """The environment's variables, with no repr: tracebacks that show local variables would show each key in them."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def key(self, variable: str) -> SecretStr:
        """Return the key in a variable; raise `NoKeyError`, which names it, where it is not set or empty."""
        value = SecretStr(self._variables.get(variable, ""))
        if not value.get_secret_value().strip():
            state = "is empty" if self.has(variable) else "is not set"
            raise NoKeyError(
                f"the environment variable {variable} {state}",
                hint=f"Set it where batchtui is started: export {variable}=…",
            )
        return check_key(value, where=f"the environment variable {variable}")

    def has(self, variable: str) -> bool:
        """Return whether a variable is set."""
        return variable in self._variables

    def without(self, variable: str) -> dict[str, str]:
        """Return all variables but one, for a program that is started."""
        return {name: value for name, value in self._variables.items() if name != variable}

    def with_value(self, variable: str, value: str) -> dict[str, str]:
        """Return all variables and one more, where its value is not empty and it is not set, for a program."""
        return {**({variable: value} if value else {}), **self._variables}

    @property
    def has_display(self) -> bool:
        """Whether there is a display on which a keyring could ask for its password."""
        return any(self._variables.get(variable) for variable in ("DISPLAY", "WAYLAND_DISPLAY"))
