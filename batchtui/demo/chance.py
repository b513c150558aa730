"""Chance that repeats itself: the same parts always give the same numbers and the same ids."""

from __future__ import annotations

import hashlib
import random

_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ID_CHARACTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
"""A table for `bytes.translate` that turns any bytes into the characters of ids."""


def seeded(*parts: object) -> random.Random:
    """Return a generator whose numbers depend on `parts` only."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311  # made-up data, no secret


def make_id(prefix: str, *parts: object) -> str:
    """Return an id in the API's style, such as `msgbatch_01` and 22 characters, that depends on `parts` only."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=22).digest()
    return f"{prefix}_01{digest.translate(ID_CHARACTERS).decode('ascii')}"
