from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.api_clients import PatientClient
from tests.support.scripted_server import ScriptedServer


@pytest.fixture(autouse=True)
def _no_proxy_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    with ExitStack() as stack:
        yield lambda *steps, **options: stack.enter_context(ScriptedServer(*steps, **options))


@pytest.fixture
def connect() -> Iterator[Callable[..., PatientClient]]:
    with ExitStack() as stack:

        def open_client(server: ScriptedServer | str, **options: Any) -> PatientClient:
            client = PatientClient(server if isinstance(server, str) else server.url, **options)
            stack.callback(client.close)
            return client

        yield open_client
