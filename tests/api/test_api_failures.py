from __future__ import annotations

import inspect
import ssl
from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from batchtui import errors
from batchtui.api.failures import RULES, failure_of, status_error
from batchtui.errors import BatchtuiError, ConnectionFailedError, RateLimitError, StatusError, UnexpectedAnswerError
from tests.support.api_clients import KEY, PatientClient, batch_json, error_json
from tests.support.scripted_server import Answer, Raw, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

HTTPX_ERRORS = sorted(
    (
        found
        for name in httpx.__all__
        if inspect.isclass(found := getattr(httpx, name)) and issubclass(found, Exception)
    ),
    key=lambda found: found.__name__,
)


def make(cls: type[Exception]) -> Exception:
    needed: dict[str, Any] = {"message": KEY, "request": httpx.Request("GET", "http://x", headers={"x-api-key": KEY})}
    needed |= {"response": httpx.Response(500)}
    names = [name for name in inspect.signature(cls.__init__).parameters if name in needed]
    return cls(**{name: needed[name] for name in names})


@pytest.mark.parametrize("cls", HTTPX_ERRORS, ids=lambda cls: cls.__name__)
def test_each_exception_of_httpx_has_a_rule_of_its_own_and_betrays_nothing(cls: type[Exception]) -> None:
    assert cls in RULES
    failure = failure_of(make(cls))
    assert isinstance(failure.error, BatchtuiError)
    assert failure.error.detail
    assert KEY not in repr(failure) + str(failure.error) + failure.error.hint


def test_there_are_exceptions_to_map() -> None:
    assert len(HTTPX_ERRORS) > 25


def test_only_what_never_left_this_host_is_known_not_to_have_arrived() -> None:
    unsent = {cls for cls in HTTPX_ERRORS if not failure_of(make(cls)).may_have_arrived}
    assert unsent == {
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.LocalProtocolError,
        httpx.UnsupportedProtocol,
        httpx.InvalidURL,
    }


def test_a_lost_connection_names_its_server() -> None:
    problem = httpx.ConnectError("x", request=httpx.Request("GET", "https://gw.example:8443/v1"))
    assert "gw.example:8443" in failure_of(problem).error.detail


def test_an_exception_from_below_httpx_is_named_but_its_words_are_not_passed_on() -> None:
    error = failure_of(httpcore.ReadError(KEY)).error
    assert isinstance(error, ConnectionFailedError)
    assert "ReadError" in error.detail
    assert KEY not in error.detail


def test_a_certificate_that_is_not_trusted_says_so_and_is_not_tried_again() -> None:
    problem = httpx.ConnectError("x")
    problem.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    problem.__cause__.verify_message = "self-signed certificate"
    failure = failure_of(problem)
    assert not failure.can_retry
    assert "self-signed certificate" in failure.error.detail
    assert "SSL_CERT_FILE" in failure.error.hint


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, errors.BillingError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (405, errors.StatusError),
        (407, errors.StatusError),
        (408, errors.StatusError),
        (409, errors.ConflictError),
        (410, errors.StatusError),
        (413, errors.RequestTooLargeError),
        (422, errors.StatusError),
        (429, errors.RateLimitError),
        (500, errors.InternalServerError),
        (502, errors.InternalServerError),
        (503, errors.InternalServerError),
        (504, errors.InternalServerError),
        (529, errors.OverloadedError),
        (599, errors.InternalServerError),
    ],
)
def test_each_status_has_its_class(serve: Serve, connect: Connect, status: int, expected: type[StatusError]) -> None:
    server = serve(Answer(status, error_json("some_error", "its own words"), {"request-id": "req_header"}))
    with pytest.raises(StatusError) as caught:
        connect(server, retries=0).retrieve_batch("msgbatch_1")
    assert type(caught.value) is expected
    assert (caught.value.status, caught.value.error_type) == (status, "some_error")
    assert "its own words" in str(caught.value)
    assert caught.value.request_id == "req_header"
    assert caught.value.title != errors.ApiError.title
    assert caught.value.hint


def test_every_class_of_a_status_is_reached_by_some_status() -> None:
    reached = {type(status_error(status, httpx.Headers(), b"")) for status in range(400, 600)}
    assert reached >= set(StatusError.__subclasses__())


def test_the_type_of_an_error_can_be_plainer_than_its_status() -> None:
    overloaded = status_error(503, httpx.Headers(), b'{"error": {"type": "overloaded_error"}}')
    unpaid = status_error(400, httpx.Headers(), b'{"error": {"type": "billing_error", "message": "no credit"}}')
    assert isinstance(overloaded, errors.OverloadedError)
    assert isinstance(unpaid, errors.BillingError)


def test_the_request_id_is_taken_from_the_body_where_the_header_lacks_it() -> None:
    error = status_error(400, httpx.Headers(), b'{"error": {"message": "no"}, "request_id": "req_body"}')
    assert isinstance(error, StatusError)
    assert error.request_id == "req_body"


def test_a_refusal_for_want_of_a_workspace_says_what_to_set() -> None:
    body = b'{"error": {"type": "invalid_request_error", "message": "anthropic-workspace-id is required"}}'
    assert "wrkspc_" in status_error(400, httpx.Headers(), body).hint


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><h1>502</h1></html>",
        b"\xff\xfe\x00bad",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b'{"error": null}',
        b'{"error": "words"}',
        b'{"error": {"type": 5, "message": ["x"]}}',
        b'{"error": {"type": "request_too_large", "message": "too large"}}',
        b'{"error":' * 100_000,
        b'{"error": {"message": "\\ud800"}}',
    ],
)
@pytest.mark.parametrize("status", [404, 413, 502])
def test_no_error_body_is_too_strange(status: int, body: bytes) -> None:
    error = status_error(status, httpx.Headers({"content-type": "text/html; charset=x"}), body)
    assert isinstance(error, StatusError)
    assert error.status == status
    assert error.detail


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>sign in</html>", {"content-type": "text/html"}),
        Answer(200, b""),
        Answer(204, b""),
        Answer(200, []),
        Answer(200, {"id": "msgbatch_1"}),
        Answer(200, batch_json(created_at="yesterday", expires_at=None)),
        Answer(200, batch_json(request_counts={"succeeded": -1})),
        Answer(200, b"\xff{"),
        Answer(200, b"[" * 100_000),
        Answer(304, b""),
        Answer(200, b"not gzip", {"content-encoding": "gzip"}),
    ],
    ids=lambda answer: repr(answer.body)[:30],
)
def test_a_2xx_that_is_not_the_apis_is_not_understood(serve: Serve, connect: Connect, answer: Answer) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        connect(serve(answer)).retrieve_batch("msgbatch_1")
    assert caught.value.detail
    assert len(caught.value.detail) < 400


def test_what_does_not_speak_http_is_no_connection(serve: Serve, connect: Connect) -> None:
    with pytest.raises(ConnectionFailedError, match="HTTP"):
        connect(serve(Raw(b"SSH-2.0-OpenSSH_9.2\r\n"))).retrieve_batch("msgbatch_1")


def test_an_endless_answer_is_given_up(serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.api.wire._LARGEST_BODY", 1000)
    with pytest.raises(UnexpectedAnswerError, match="too large"):
        connect(serve(Answer(200, batch_json(note="x" * 2000)))).retrieve_batch("msgbatch_1")


def test_a_long_wait_is_told_and_not_sat_out(serve: Serve, connect: Connect) -> None:
    client = connect(serve(Answer(429, error_json("rate_limit_error"), {"retry-after": "3600"})))
    with pytest.raises(RateLimitError) as caught:
        client.list_batches()
    assert caught.value.retry_after == 3600
    assert caught.value.hint.startswith("The server asks to wait 3600 s.")
    assert client.waits == []
