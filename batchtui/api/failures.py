"""What went wrong on the wire, as errors of `batchtui.errors`.

Every exception class of httpx and every error status has its place here. No text of httpx that can hold a header, and
so the key, is passed on.
"""

from __future__ import annotations

import json
import math
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from batchtui.api.retries import is_retried_status, retry_after_of
from batchtui.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    BatchtuiError,
    BillingError,
    ConflictError,
    ConnectionFailedError,
    InternalServerError,
    InterruptedStreamError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    RequestTooLargeError,
    StatusError,
    UnexpectedAnswerError,
    UsageError,
)

_LONGEST_TEXT = 2000
_FIRST_SERVER_ERROR = 500
_REQUEST_TIMEOUT = 408
_STATUSES: Mapping[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: BillingError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: RequestTooLargeError,
    429: RateLimitError,
    529: OverloadedError,
}
_CHECK_BASE_URL = "Check that the base URL leads to the Message Batches API."
_OTHER = ("The API refused the request", "The message above names what it did not accept.")
_OTHERS: Mapping[int, tuple[str, str]] = {
    405: ("The server does not know this call", _CHECK_BASE_URL),
    407: ("The proxy wants a password", "Put a user name and a password into HTTPS_PROXY or HTTP_PROXY."),
    408: ("No answer in time", "The network or the server is slow; try again."),
    410: ("Gone", _CHECK_BASE_URL),
}
_NAME_WORKSPACE = "The key spans workspaces: set the workspace's id (wrkspc_…) in its settings, and check it for typos."
_CERTIFICATE = "A proxy may be in between: point SSL_CERT_FILE to its certificate authority."

# httpx class → our class, what happened, whether another try may help, whether the request may have arrived
_Rule = tuple[type[BatchtuiError], str, bool, bool]
RULES: Mapping[type[Exception], _Rule] = {
    httpx.ConnectTimeout: (RequestTimeoutError, "no connection was made in time", True, False),
    httpx.PoolTimeout: (RequestTimeoutError, "too many calls at once", True, False),
    httpx.ReadTimeout: (RequestTimeoutError, "the server sent nothing for too long", True, True),
    httpx.WriteTimeout: (RequestTimeoutError, "the server took nothing in for too long", True, True),
    httpx.TimeoutException: (RequestTimeoutError, "the call took too long", True, True),
    httpx.ConnectError: (ConnectionFailedError, "the server was not reached", True, False),
    httpx.ProxyError: (ConnectionFailedError, "the proxy refused", True, False),
    httpx.ReadError: (ConnectionFailedError, "the connection broke", True, True),
    httpx.WriteError: (ConnectionFailedError, "the connection broke", True, True),
    httpx.CloseError: (ConnectionFailedError, "the connection broke", True, True),
    httpx.NetworkError: (ConnectionFailedError, "the connection broke", True, True),
    httpx.RemoteProtocolError: (ConnectionFailedError, "the server hung up, or does not speak HTTP", True, True),
    httpx.LocalProtocolError: (UsageError, "the request cannot be written as HTTP", False, False),
    httpx.UnsupportedProtocol: (UsageError, "the address is neither http nor https", False, False),
    httpx.ProtocolError: (ConnectionFailedError, "the server does not speak HTTP", True, True),
    httpx.TransportError: (ConnectionFailedError, "the connection failed", True, True),
    httpx.DecodingError: (UnexpectedAnswerError, "the answer's compression is damaged", False, True),
    httpx.TooManyRedirects: (UnexpectedAnswerError, "the server sends us in circles", False, True),
    httpx.RequestError: (ConnectionFailedError, "the call failed", True, True),
    httpx.HTTPStatusError: (UnexpectedAnswerError, "the server answered with an error", False, True),
    httpx.HTTPError: (ConnectionFailedError, "the call failed", False, True),
    httpx.InvalidURL: (UsageError, "the address is not valid", False, False),
    httpx.CookieConflict: (UnexpectedAnswerError, "the server's cookies contradict each other", False, True),
    httpx.StreamConsumed: (InterruptedStreamError, "the answer was read before", False, True),
    httpx.StreamClosed: (InterruptedStreamError, "the answer was closed", False, True),
    httpx.ResponseNotRead: (InterruptedStreamError, "the answer was not read", False, True),
    httpx.RequestNotRead: (InterruptedStreamError, "the request was not read", False, True),
    httpx.StreamError: (InterruptedStreamError, "the answer stopped", False, True),
}
_UNKNOWN: _Rule = (ConnectionFailedError, "the call failed", False, True)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error, and what it means for another try of the same call.

    The request `may_have_arrived` unless no connection was made; it `may_have_worked` unless the server refused it.
    """

    error: BatchtuiError
    can_retry: bool = False
    may_have_arrived: bool = True
    may_have_worked: bool = True
    retry_after: float | None = None
    is_asked_for: bool = False


def failure_of(problem: Exception) -> Failure:
    """Return what an exception of httpx, or of anything below it, means."""
    cls, words, can_retry, may_have_arrived = _rule_for(type(problem))
    cause, hint = _cause_of(problem)
    if isinstance(cause, ssl.SSLCertVerificationError):
        can_retry = False
    host = _host_of(problem)
    detail = f"{words} ({host})" if host else words
    if cause:
        detail += f": {_reason_of(cause)}"
    if type(problem) not in RULES:
        detail += f" ({type(problem).__name__})"
    if cls is UsageError:
        hint = _CHECK_BASE_URL
    return Failure(cls(detail, hint=hint), can_retry, may_have_arrived, may_have_worked=may_have_arrived)


def status_error(status: int, headers: httpx.Headers, body: bytes) -> ApiError:
    """Return the error of an answer that is not a 2xx, whatever its body is."""
    if status < 400:  # noqa: PLR2004  # the first error status
        return UnexpectedAnswerError(f"HTTP {status}{_request_of(headers)}")
    error_type, message, request_id = _parse_error(body)
    cls = _class_for(status, error_type)
    title, hint = _OTHERS.get(status, _OTHER) if cls is StatusError else (cls.title, cls.hint)
    retry_after = retry_after_of(headers)
    error = cls(
        status=status,
        error_type=error_type,
        message=(message or _without_api_body(status, headers))[:_LONGEST_TEXT],
        request_id=headers.get("request-id") or request_id,
        retry_after=retry_after,
        hint=_ask_to_wait(retry_after) + (_hint_for(status, error_type, message) or hint),
    )
    error.title = title
    return error


def refusal_of(status: int, headers: httpx.Headers, body: bytes) -> Failure:
    """Return the failure of an answer that is not a 2xx; a 4xx says that nothing was done, but for a timeout."""
    error = status_error(status, headers, body)
    return Failure(
        error,
        can_retry=is_retried_status(status, headers),
        may_have_worked=status >= _FIRST_SERVER_ERROR or status == _REQUEST_TIMEOUT,
        retry_after=retry_after_of(headers),
        is_asked_for=headers.get("x-should-retry") == "true",
    )


def unexpected(what: str, headers: httpx.Headers) -> UnexpectedAnswerError:
    """Return the error of a 2xx whose body is not the API's."""
    kind = headers.get("content-type", "").partition(";")[0].strip()[:80]
    return UnexpectedAnswerError(f"{what}{f' ({kind})' if kind else ''}{_request_of(headers)}")


def _rule_for(cls: type[Exception]) -> _Rule:
    return next((RULES[base] for base in cls.__mro__ if base in RULES), _UNKNOWN)


def _host_of(problem: Exception) -> str:
    try:
        return problem.request.url.netloc.decode() if isinstance(problem, httpx.RequestError) else ""
    except RuntimeError:  # it knows of no request
        return ""


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def _cause_of(problem: Exception) -> tuple[OSError | None, str | None]:
    for cause in _causes(problem):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause, _CERTIFICATE
        if isinstance(cause, OSError) and not isinstance(cause, TimeoutError):
            return cause, None
    return None, None


def _reason_of(cause: OSError) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted, {cause.verify_message}"
    if isinstance(cause, socket.gaierror):
        return "its name is not known"
    return (cause.strerror or type(cause).__name__)[:200]


def _class_for(status: int, error_type: str | None) -> type[StatusError]:
    if error_type == "billing_error":
        return BillingError
    if status >= _FIRST_SERVER_ERROR:
        is_overloaded = error_type == "overloaded_error"
        return OverloadedError if is_overloaded else _STATUSES.get(status, InternalServerError)
    return _STATUSES.get(status, StatusError)


def _ask_to_wait(retry_after: float | None) -> str:
    return f"The server asks to wait {math.ceil(retry_after)} s. " if retry_after and retry_after >= 1 else ""


def _hint_for(status: int, error_type: str | None, message: str) -> str | None:
    if "anthropic-workspace-id" in message or (status in {400, 404} and message.startswith("Workspace ")):
        return _NAME_WORKSPACE
    if error_type is None and status in {400, 403, 404}:
        return _CHECK_BASE_URL
    return None


def _parse_error(body: bytes) -> tuple[str | None, str, str | None]:
    """Return type, message and request id of the API's error object; each is optional, and so is the object."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None, "", None
    if not isinstance(answer, dict):
        return None, "", None
    error = answer.get("error")
    fields = error if isinstance(error, dict) else {"message": error}
    return _text(fields.get("type")), _text(fields.get("message")) or "", _text(answer.get("request_id"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _without_api_body(status: int, headers: httpx.Headers) -> str:
    kind = headers.get("content-type", "").partition(";")[0].strip()[:80]
    reason = httpx.codes.get_reason_phrase(status)
    return " ".join(filter(None, [f"HTTP {status}", reason, f"(an answer of {kind})" if kind else ""]))


def _request_of(headers: httpx.Headers) -> str:
    request_id = headers.get("request-id")
    return f" (request {request_id})" if request_id else ""
