from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.api_clients import PatientClient
from tests.support.certificates import Certificate, make_certificate
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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for the loopback."""
    made = make_certificate(tmp_path_factory.mktemp("tls"))
    if made is None:
        pytest.skip("makes its certificate with openssl")
    return made


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have clients trust that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.trusted))


@pytest.fixture
def tls(certificate: Certificate) -> ssl.SSLContext:
    """What a server needs to speak HTTPS."""
    return certificate.for_server()
