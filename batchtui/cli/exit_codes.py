"""What a command's exit code says."""

from __future__ import annotations

DONE = 0
REFUSED = 1
"""The API or the network refused."""
WRONG_USAGE = 2
NOT_ALL_RIGHT = 3
"""Done, but something is not all right: a request did not succeed, a key failed."""
NO_KEY = 4
INTERRUPTED = 130
