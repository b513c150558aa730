"""Keys: where each comes from, and the stores that keep them. A key leaves this package only as a `SecretStr`."""

from __future__ import annotations

from batchtui.credentials.key_check import check_key
from batchtui.credentials.keys import Keys
from batchtui.credentials.source import Source, describe_key_source

__all__ = ["Keys", "Source", "check_key", "describe_key_source"]
