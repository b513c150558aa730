"""Keys in environment variables."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from batchtui.credentials.key_check import check_key
from batchtui.errors import NoKeyError


def key_from_environment(variable: str, environ: Mapping[str, str]) -> SecretStr:
    """Return the key in a variable; raise `NoKeyError`, which names the variable, where it is not set or empty."""
    value = SecretStr(environ.get(variable, ""))
    if not value.get_secret_value().strip():
        state = "is empty" if variable in environ else "is not set"
        raise NoKeyError(
            f"the environment variable {variable} {state}",
            hint=f"Set it where batchtui is started: export {variable}=…",
        )
    return check_key(value, where=f"the environment variable {variable}")
