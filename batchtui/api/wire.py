"""One call after another over HTTP: inside the key's origin, with redirects and the next try."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from batchtui.api.base_url import check_base_url, origin_of
from batchtui.api.connection import Connections, KeyAuth
from batchtui.api.facts import ServerFacts
from batchtui.api.failures import Failure, failure_of, refusal_of, unexpected
from batchtui.api.retries import RetryPolicy, RetryWait
from batchtui.api.stop_signal import StopSignal
from batchtui.errors import ApiError, BatchtuiError, CallStoppedError, ForeignOriginError, UnexpectedAnswerError
from batchtui.models import describe_refusal

READ_SECONDS = 60.0
_log = logging.getLogger(__name__)
logging.getLogger("batchtui").addHandler(logging.NullHandler())  # else Python prints warnings, and what they quote
_MOST_REDIRECTS = 5
_LARGEST_BODY = 64 * 2**20
_LARGEST_ERROR_BODY = 2**20
_FIRST_LOOK = "It may have happened all the same: look at the list before you send it again."

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the API; `is_repeatable` where sending it twice does no harm.

    `on_wait` is told of its pauses in place of whoever is told of all others. Setting `cancelled` ends
    the call as long as it has no answer.
    """

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = True
    read_seconds: float | None = None
    on_wait: Callable[[RetryWait], None] | None = None
    cancelled: StopSignal | None = None


class Wire:
    """Sends calls to one origin with one key; thread-safe."""

    def __init__(
        self,
        *,
        base_url: str,
        key: SecretStr,
        workspace_id: str | None,
        retries: RetryPolicy,
        on_wait: Callable[[RetryWait], None] | None,
        cancelled: threading.Event | None,
        trust_env: bool,
    ) -> None:
        self.base_url = httpx.URL(check_base_url(base_url))
        self.facts = ServerFacts()
        self._auth = KeyAuth(key)
        self._connections = Connections(auth=self._auth, workspace_id=workspace_id, trust_env=trust_env)
        self._retries = retries
        self._on_wait = on_wait
        self._cancelled = cancelled

    def is_stopped(self) -> bool:
        """Whether calls should end: the client was closed, or its owner gave up."""
        return self._connections.is_closed or (self._cancelled is not None and self._cancelled.is_set())

    def ask(self, call: Call, model: type[M]) -> M:
        """Send a call, again where that helps, and return its answer as `model`."""
        with self._connections.in_use():
            return self._repeat(call, lambda: self._fetch(call, model))

    @contextlib.contextmanager
    def stream(self, call: Call) -> Iterator[httpx.Response]:
        """Send a call, again where that helps, and hand out its 2xx before the body is read."""
        with self._connections.in_use():
            response = self._repeat(call, lambda: self._open(call))
            try:
                yield response
            finally:
                with contextlib.suppress(Exception):  # an unread rest may be cut: nobody wants it any more
                    response.close()

    def close(self) -> None:
        """End every call that is under way, in whatever thread, and every connection."""
        self._connections.close()

    def _repeat(self, call: Call, attempt: Callable[[], T | Failure]) -> T:
        is_doubtful = False
        number = 0
        while True:
            number += 1
            outcome = self._guarded(call, attempt)
            if not isinstance(outcome, Failure):
                return outcome
            is_doubtful |= outcome.may_have_worked and call.method != "GET"
            wait = self._wait_for(call, number, outcome)
            if wait is None:
                _log.warning("%s %s failed: %s", call.method, call.path, outcome.error)
                raise _last_words(outcome.error, call, is_doubtful=is_doubtful)
            self._pause(call, wait)

    def _guarded(self, call: Call, attempt: Callable[[], T | Failure]) -> T | Failure:
        """Return what an attempt yields or why it failed: no foreign exception leaves, for its frames hold the key."""
        if self._is_given_up(call):
            return Failure(CallStoppedError(), may_have_arrived=False, may_have_worked=False)
        try:
            return attempt()
        except BatchtuiError as error:
            return Failure(error)
        except Exception as problem:  # noqa: BLE001  # whatever it is: failure_of names it
            return Failure(CallStoppedError()) if self._is_given_up(call) else failure_of(problem)

    def _is_given_up(self, call: Call) -> bool:
        return self.is_stopped() or (call.cancelled is not None and call.cancelled.is_set())

    def _wait_for(self, call: Call, number: int, failure: Failure) -> RetryWait | None:
        error = failure.error
        is_safe = call.is_repeatable or failure.is_asked_for or not failure.may_have_arrived
        if not (failure.can_retry and is_safe and isinstance(error, ApiError)):
            return None
        seconds = self._retries.wait_before(number, failure.retry_after)
        return None if seconds is None else RetryWait(number, seconds, error)

    def _pause(self, call: Call, wait: RetryWait) -> None:
        _log.warning("try %d failed, the next one in %.1f s: %s", wait.attempt, wait.seconds, wait.error)
        on_wait = call.on_wait or self._on_wait
        if on_wait is not None:
            on_wait(wait)
        self._retries.pause(wait.seconds, lambda: self._is_given_up(call))

    def _fetch(self, call: Call, model: type[M]) -> M | Failure:
        response = self._open(call)
        if isinstance(response, Failure):
            return response
        with contextlib.closing(response):
            body = _read(response, _LARGEST_BODY)
        try:
            return model.model_validate_json(body)
        except ValidationError as refusal:
            problem = describe_refusal(refusal)
        return Failure(unexpected(problem, response.headers))

    def _open(self, call: Call) -> httpx.Response | Failure:
        response = self._follow(call)
        if response.is_success:
            return response
        with contextlib.closing(response):
            body = b""
            with contextlib.suppress(httpx.HTTPError):  # the status says enough
                body = _read(response, _LARGEST_ERROR_BODY, is_cut=True)
            return refusal_of(response.status_code, response.headers, self._auth.hide(body))

    def _follow(self, call: Call) -> httpx.Response:
        url = httpx.URL(str(self.base_url).rstrip("/") + call.path)
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._exchange(call, url)
            if not response.has_redirect_location:
                return response
            response.close()
            url = self._redirect(call, url, response.headers["location"])
        raise UnexpectedAnswerError("the server sends us in circles")

    def _redirect(self, call: Call, url: httpx.URL, location: str) -> httpx.URL:
        target = url.join(location)
        if origin_of(target) != origin_of(self.base_url):
            is_secured = target.scheme == "https" and target.host == self.base_url.host
            hint = "The server insists on https: use it in the workspace's base URL." if is_secured else None
            place = target.netloc.decode("ascii", "replace")
            raise ForeignOriginError(f"the server sends us on to {target.scheme}://{place}", hint=hint)
        if call.method != "GET":
            raise UnexpectedAnswerError(f"the server sends a {call.method} on to another address of its own")
        return target

    def _exchange(self, call: Call, url: httpx.URL) -> httpx.Response:
        sent = datetime.now(UTC)
        seconds = call.read_seconds or READ_SECONDS
        response = self._connections.send(
            call.method, url, body=call.body, headers=call.headers, read_seconds=seconds, cancelled=call.cancelled
        )
        received = datetime.now(UTC)
        self.facts = self.facts.after(response.headers, sent=sent, received=received)
        seconds = (received - sent).total_seconds()
        request_id = response.headers.get("request-id", "without id")
        _log.info("%s %s → %d in %.3f s, request %s", call.method, url.path, response.status_code, seconds, request_id)
        return response


def _read(response: httpx.Response, limit: int, *, is_cut: bool = False) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > limit:
            if is_cut:
                break
            raise UnexpectedAnswerError("the answer is far too large")
    return b"".join(parts)


def _last_words(error: BatchtuiError, call: Call, *, is_doubtful: bool) -> BatchtuiError:
    if isinstance(error, ApiError) and is_doubtful:
        error.is_outcome_unknown = True
        if not call.is_repeatable:
            error.hint = _FIRST_LOOK
    return error
