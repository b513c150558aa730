from __future__ import annotations

import ssl
import threading
from collections.abc import Callable

import pytest

from batchtui.errors import CallStoppedError, ConnectionFailedError
from tests.support.api_clients import PatientClient, batch, batch_json
from tests.support.scripted_server import Answer, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_the_users_choice_is_trusted(serve: Serve, connect: Connect, tls: ssl.SSLContext) -> None:
    assert connect(serve(Answer(200, batch_json()), tls=tls)).retrieve_batch("a").id == "msgbatch_1"


def test_any_other_certificate_is_refused_at_once(serve: Serve, connect: Connect, tls: ssl.SSLContext) -> None:
    server = serve(Answer(200, batch_json()), tls=tls)
    client = connect(server)
    with pytest.raises(ConnectionFailedError, match="not trusted") as caught:
        client.retrieve_batch("a")
    assert "SSL_CERT_FILE" in caught.value.hint
    assert (server.requests, client.waits) == ([], [])


def test_a_certificate_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/cert.pem")
    with pytest.raises(ConnectionFailedError) as caught:
        PatientClient("https://api.anthropic.com")
    assert "SSL_CERT_FILE" in caught.value.hint


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("by", ["stream", "client"])
def test_closing_wakes_a_reader_of_a_secured_connection(
    serve: Serve, connect: Connect, tls: ssl.SSLContext, by: str
) -> None:
    client = connect(serve(Answer(200, b"{}\n" * 1000, hang_at=30), tls=tls))
    has_begun = threading.Event()
    errors: list[Exception] = []
    with client.stream_results(batch()) as stream:

        def read() -> None:
            try:
                for _ in stream.chunks():
                    has_begun.set()
            except CallStoppedError as error:
                errors.append(error)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        assert has_begun.wait(60)
        (stream if by == "stream" else client).close()
        thread.join(60)
        assert not thread.is_alive()
    assert errors
