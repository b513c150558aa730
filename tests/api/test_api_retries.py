from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from batchtui.api import RetryPolicy
from batchtui.api.retries import retry_after_of
from batchtui.errors import (
    ApiError,
    BadRequestError,
    CallStoppedError,
    ConnectionFailedError,
    InternalServerError,
    NotFoundError,
    OverloadedError,
    RequestTimeoutError,
    StatusError,
)
from tests.support.api_clients import PatientClient, batch_json, error_json, page_json
from tests.support.scripted_server import Answer, Raw, ScriptedServer, Silence

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

GOOD = Answer(200, batch_json())
CUT = Answer(200, batch_json(), cut_at=20)
OVERLOADED = Answer(529, error_json("overloaded_error"))
REQUESTS = [{"custom_id": "a", "params": {"model": "m", "max_tokens": 1, "messages": []}}]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def status(code: int, **headers: str) -> Answer:
    return Answer(code, error_json("x"), {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_status_that_may_pass_is_tried_twice_more(serve: Serve, connect: Connect, code: int) -> None:
    server = serve(status(code), status(code), GOOD)
    client = connect(server)
    assert client.retrieve_batch("msgbatch_1").id == "msgbatch_1"
    assert len(server.requests) == 3
    assert client.wait_seconds == [0.5, 1.0]
    assert [wait.attempt for wait in client.waits] == [1, 2]
    assert client.slept == pytest.approx(1.5)


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 410, 413, 422])
def test_a_status_that_stays_is_not_tried_again(serve: Serve, connect: Connect, code: int) -> None:
    server = serve(status(code), GOOD)
    with pytest.raises(StatusError):
        connect(server).retrieve_batch("msgbatch_1")
    assert len(server.requests) == 1


def test_after_the_last_try_the_last_error_is_raised(serve: Serve, connect: Connect) -> None:
    server = serve(status(500), status(500), OVERLOADED)
    client = connect(server)
    with pytest.raises(OverloadedError):
        client.list_batches()
    assert len(server.requests) == 3
    assert [type(wait.error) for wait in client.waits] == [InternalServerError, InternalServerError]


@pytest.mark.parametrize("step", [Raw(), CUT, Raw(b"HTTP/1.1 2"), Raw(b"nonsense\r\n\r\n")])
def test_a_lost_answer_is_asked_for_again(serve: Serve, connect: Connect, step: Answer) -> None:
    server = serve(step, GOOD)
    assert connect(server).cancel_batch("msgbatch_1").id == "msgbatch_1"
    assert [request.method for request in server.requests] == ["POST", "POST"]


def test_where_nobody_listens_three_tries_are_made(connect: Connect, serve: Serve) -> None:
    server = serve(GOOD)
    server.close()
    client = connect(server)
    with pytest.raises(ConnectionFailedError, match="refused"):
        client.list_batches()
    assert client.wait_seconds == [0.5, 1.0]


def test_a_silent_server_is_given_up_in_time(serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.api.wire.READ_SECONDS", 0.5)
    server = serve(Silence())
    with pytest.raises(RequestTimeoutError):
        connect(server, retries=1).list_batches()
    assert len(server.requests) == 2


def test_the_servers_wish_goes_before_the_status(serve: Serve, connect: Connect) -> None:
    wished = serve(status(400, x_should_retry="true"), GOOD)
    assert connect(wished).retrieve_batch("msgbatch_1").id
    unwished = serve(status(500, x_should_retry="false"), GOOD)
    with pytest.raises(InternalServerError):
        connect(unwished).retrieve_batch("msgbatch_1")
    assert (len(wished.requests), len(unwished.requests)) == (2, 1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "60"}, 60.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": format_datetime(NOON + timedelta(seconds=20), usegmt=True)}, 20.0),
        ({"retry-after": format_datetime(NOON - timedelta(seconds=20), usegmt=True)}, 0.5),
        ({"retry-after": "0"}, 0.5),
        ({"retry-after": "-5"}, 0.5),
        ({"retry-after": "nan"}, 0.5),
        ({"retry-after": "inf"}, 0.5),
        ({"retry-after": "soon"}, 0.5),
        ({"retry-after": ""}, 0.5),
    ],
)
def test_the_wait_that_the_server_asks_for_is_kept(
    serve: Serve, connect: Connect, headers: dict[str, str], seconds: float
) -> None:
    date = format_datetime(NOON, usegmt=True)  # a date is measured by the server's own clock, not by ours
    client = connect(serve(Answer(429, error_json("rate_limit_error"), {"date": date, **headers}), GOOD))
    client.retrieve_batch("msgbatch_1")
    assert client.wait_seconds == [seconds]


def test_a_date_to_wait_for_counts_from_now_where_the_server_tells_no_time() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert retry_after_of(httpx.Headers({"retry-after": soon})) == pytest.approx(90, abs=10)


@pytest.mark.parametrize("asked", ["1e300", "999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_is_asked_to_wait_for_more_than_a_day(asked: str) -> None:
    assert retry_after_of(httpx.Headers({"retry-after": asked})) == timedelta(days=1).total_seconds()


@pytest.mark.parametrize("code", [429, 503, 529])
def test_more_than_a_minute_is_left_to_the_caller(serve: Serve, connect: Connect, code: int) -> None:
    server = serve(status(code, retry_after="61"), GOOD)
    client = connect(server)
    with pytest.raises(StatusError) as caught:
        client.list_batches()
    assert caught.value.retry_after == 61
    assert (len(server.requests), client.waits) == (1, [])


def test_pauses_double_up_to_eight_seconds_less_up_to_a_quarter() -> None:
    assert [RetryPolicy(9, jitter=lambda: 0.0).wait_before(n, None) for n in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert RetryPolicy(jitter=lambda: 1.0).wait_before(1, None) == 0.375
    assert RetryPolicy(10_000, jitter=lambda: 0.0).wait_before(9_999, None) == 8.0
    assert RetryPolicy(retries=2).wait_before(3, None) is None


def test_a_creation_that_may_have_worked_is_not_repeated_and_says_so(serve: Serve, connect: Connect) -> None:
    for step in (Raw(), CUT, status(500), status(504), status(408), OVERLOADED, Answer(200, b"<html>")):
        server = serve(step, GOOD)
        with pytest.raises(ApiError) as caught:
            connect(server).create_batch(REQUESTS)
        assert len(server.requests) == 1
        assert caught.value.is_outcome_unknown
        assert "look at the list" in caught.value.hint


@pytest.mark.parametrize("code", [400, 401, 403, 409, 413, 429])
def test_a_creation_that_was_refused_is_known_not_to_have_happened(serve: Serve, connect: Connect, code: int) -> None:
    server = serve(status(code, retry_after="1"), GOOD)
    with pytest.raises(StatusError) as caught:
        connect(server).create_batch(REQUESTS)
    assert len(server.requests) == 1
    assert not caught.value.is_outcome_unknown


def test_a_creation_is_repeated_where_the_server_asks_for_it(serve: Serve, connect: Connect) -> None:
    server = serve(status(429, x_should_retry="true", retry_after="2"), GOOD)
    client = connect(server)
    assert client.create_batch(REQUESTS).id == "msgbatch_1"
    assert client.wait_seconds == [2.0]
    assert [request.json() for request in server.requests] == [{"requests": REQUESTS}] * 2


def test_a_creation_is_repeated_where_no_connection_was_made(serve: Serve, connect: Connect) -> None:
    server = serve(GOOD)
    server.close()
    client = connect(server)
    with pytest.raises(ConnectionFailedError) as caught:
        client.create_batch(REQUESTS)
    assert len(client.waits) == 2
    assert not caught.value.is_outcome_unknown


@pytest.mark.parametrize("lost", [Raw(), status(500), status(504)])
def test_a_404_after_a_lost_deletion_counts_as_deleted(serve: Serve, connect: Connect, lost: Answer) -> None:
    server = serve(lost, Answer(404, error_json("not_found_error")))
    assert connect(server).delete_batch("msgbatch_1").id == "msgbatch_1"
    assert [request.method for request in server.requests] == ["DELETE", "DELETE"]


def test_a_404_at_first_or_after_a_refusal_is_an_error(serve: Serve, connect: Connect) -> None:
    for steps in ([], [status(429)], [status(409)]):
        server = serve(*steps, Answer(404, error_json("not_found_error")))
        with pytest.raises(NotFoundError):
            connect(server).delete_batch("msgbatch_1")
        assert len(server.requests) == len(steps) + 1


def test_a_cancelled_wait_ends_the_call(serve: Serve, connect: Connect) -> None:
    cancelled = threading.Event()
    server = serve(OVERLOADED)
    client = connect(server, cancelled=cancelled, on_wait=lambda _: cancelled.set())
    with pytest.raises(CallStoppedError):
        client.list_batches()
    assert (len(server.requests), client.slept) == (1, 0)


def test_closing_ends_a_wait_in_another_thread(serve: Serve) -> None:
    waiting, asleep = threading.Event(), threading.Event()
    outcome: list[BaseException] = []

    def sleep(_: float) -> None:
        waiting.set()
        assert asleep.wait(60)

    client = PatientClient(serve(OVERLOADED).url, sleep=sleep)

    def call() -> None:
        try:
            client.list_batches()
        except CallStoppedError as stopped:
            outcome.append(stopped)

    thread = threading.Thread(target=call)
    thread.start()
    assert waiting.wait(60)
    client.close()
    asleep.set()
    thread.join(60)
    assert outcome


def test_closing_ends_a_call_that_waits_for_its_answer(serve: Serve, connect: Connect) -> None:
    server = serve(Silence())
    client = connect(server)
    outcome: list[BaseException] = []

    def call() -> None:
        try:
            client.list_batches()
        except CallStoppedError as stopped:
            outcome.append(stopped)

    thread = threading.Thread(target=call)
    thread.start()
    assert server.arrived.acquire(timeout=60)
    client.close()
    thread.join(60)
    assert outcome
    assert client.waits == []


def test_a_closed_client_makes_no_calls(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(200, page_json([])))
    client = connect(server)
    client.list_batches()
    client.close()
    client.close()
    with pytest.raises(CallStoppedError):
        client.list_batches()
    assert len(server.requests) == 1


def test_a_refused_request_in_the_middle_of_others_does_not_disturb_them(serve: Serve, connect: Connect) -> None:
    server = serve(script=lambda request: status(400) if request.path.endswith("bad") else GOOD)
    client = connect(server)
    found: list[str] = []

    def call(batch_id: str) -> None:
        try:
            found.append(client.retrieve_batch(batch_id).id)
        except BadRequestError:
            found.append("refused")

    threads = [threading.Thread(target=call, args=(each,)) for each in ("good", "bad", "good", "bad", "good")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["msgbatch_1"] * 3 + ["refused"] * 2
