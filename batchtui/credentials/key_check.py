"""Whether a text can be a key at all, which is said before it reaches a header, a store or an error."""

from __future__ import annotations

import re

from pydantic import SecretStr

from batchtui.errors import AdminKeyError, CredentialError, MalformedKeyError, NoKeyError

LONGEST = 1280
"""In characters; the Windows Credential Locker holds no more."""

_PREFIX = "sk-ant-"
_ADMIN_PREFIX = "sk-ant-admin"


def check_key(text: str | SecretStr, *, strict: bool = False, where: str = "") -> SecretStr:
    """Return the key in `text`, without white space around it.

    `where` begins the error's sentence. Gateways have keys of their own, so only `strict` demands Anthropic's prefix.
    Raises `NoKeyError` for an empty text, `AdminKeyError`, and `MalformedKeyError`; none of them quotes the text.
    """
    key = SecretStr((text.get_secret_value() if isinstance(text, SecretStr) else text).strip())
    del text  # a traceback may show local variables
    problem = _problem(key, strict=strict)
    if problem is None:
        return key
    error, words = problem
    raise error(f"{where}: {words}" if where else words)


def _problem(key: SecretStr, *, strict: bool) -> tuple[type[CredentialError], str] | None:
    text = key.get_secret_value()
    is_ours = text.startswith(_PREFIX)
    rules: tuple[tuple[bool, type[CredentialError], str], ...] = (
        (not text, NoKeyError, "it is empty"),
        (text.startswith(_ADMIN_PREFIX), AdminKeyError, f"it begins with {_ADMIN_PREFIX}"),
        (any(map(str.isspace, text)), MalformedKeyError, "there is a space or a line break in it"),
        (not re.fullmatch(r"[\x21-\x7e]*", text), MalformedKeyError, "it has characters that no key has"),
        (len(text) > LONGEST, MalformedKeyError, f"it is longer than {LONGEST:,} characters"),
        (not is_ours and _PREFIX in text, MalformedKeyError, f"there is something before {_PREFIX}"),
        (not is_ours and strict, MalformedKeyError, f"it does not begin with {_PREFIX}"),
    )
    return next(((error, words) for is_broken, error, words in rules if is_broken), None)
