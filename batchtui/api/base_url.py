"""Where the API is, and which addresses belong to the same origin as the key."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx

from batchtui.errors import UsageError

_HINT = "Give the API's address, such as https://api.anthropic.com; leave out /v1, a query and any password."
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_ID = 512
_HIGHEST_PORT = 65535
_HOST = re.compile(r"[\w.~-]+|[0-9a-f:.]+", re.ASCII)


def check_base_url(url: str) -> str:
    """Return an http(s) address without its trailing slash or `/v1`; raise `UsageError` for anything else."""
    try:
        parsed = httpx.URL(str(httpx.URL(url.strip())))  # twice: a scheme in capitals hides its default port
        problem = _problem_of(parsed)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        problem = "it is not an address"
    if problem:
        raise UsageError(f"the base URL cannot be used: {problem}", hint=_HINT)
    return str(parsed).rstrip("/").removesuffix("/v1").rstrip("/")


def origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port: what two addresses must share before both may see the key."""
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)


def encode_id(batch_id: str) -> str:
    """Return an id as one segment of a path; raise `UsageError` where it would name another resource."""
    if batch_id in {"", ".", ".."} or len(batch_id) > _LONGEST_ID:
        raise UsageError(f"{batch_id[:40]!r} is not the id of a batch", hint="`batchtui list` shows the ids.")
    return quote(batch_id, safe="", errors="surrogatepass")


def _problem_of(url: httpx.URL) -> str | None:
    if url.scheme not in _DEFAULT_PORTS:
        return "it does not begin with https:// or http://"
    if not _HOST.fullmatch(url.raw_host.decode("latin-1")):
        return "it names no host, or one with characters that no name has"
    if url.port is not None and not 0 < url.port <= _HIGHEST_PORT:
        return "its port is no port"
    if url.userinfo:
        return "it holds a user name or password"
    return "it holds more than scheme, host and path" if url.fragment or "?" in str(url) else None
