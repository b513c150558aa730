from __future__ import annotations

import contextlib
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

import batchtui
from batchtui.api import ApiClient, ServerFacts
from batchtui.errors import (
    AuthenticationError,
    BatchtuiError,
    ConnectionFailedError,
    ForeignOriginError,
    MalformedKeyError,
    NotFoundError,
    UnexpectedAnswerError,
    UsageError,
)
from tests.support.api_clients import KEY, PatientClient, batch, batch_json, error_json, page_json
from tests.support.scripted_server import Answer, Raw, Request, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., PatientClient]

GOOD = Answer(200, batch_json())
IDS = [f"msgbatch_{number:04}" for number in range(2500, 0, -1)]  # newest first


def play_list(request: Request) -> Answer:
    """Answer as the API pages: `after_id` to the older ones, `before_id` to the next newer ones."""
    limit, query = int(request.query["limit"]), request.query
    if "before_id" in query:
        end = IDS.index(query["before_id"])
        begin = max(end - limit, 0)
        return Answer(200, page_json(IDS[begin:end], has_more=begin > 0))
    begin = IDS.index(query["after_id"]) + 1 if "after_id" in query else 0
    return Answer(200, page_json(IDS[begin : begin + limit], has_more=begin + limit < len(IDS)))


def test_each_call_goes_where_the_api_documents_it(serve: Serve, connect: Connect) -> None:
    server = serve(
        Answer(200, page_json(["a"])),
        *[GOOD] * 3,
        Answer(200, {"id": "a", "type": "message_batch_deleted"}),
        Answer(200, {"data": [{"id": "claude-x", "display_name": "X"}], "has_more": False}),
        Answer(200, {"input_tokens": 12}),
    )
    client = connect(server)
    assert [each.id for each in client.list_batches().data] == ["a"]
    client.retrieve_batch("a")
    client.cancel_batch("a")
    client.create_batch([{"custom_id": "é"}])
    assert client.delete_batch("a").type == "message_batch_deleted"
    assert client.list_models()[0].display_name == "X"
    assert client.count_tokens({"model": "claude-x"}).input_tokens == 12
    assert [f"{request.method} {request.target}" for request in server.requests] == [
        "GET /v1/messages/batches?limit=20",
        "GET /v1/messages/batches/a",
        "POST /v1/messages/batches/a/cancel",
        "POST /v1/messages/batches",
        "DELETE /v1/messages/batches/a",
        "GET /v1/models?limit=1000",
        "POST /v1/messages/count_tokens",
    ]
    assert server.requests[3].body == '{"requests":[{"custom_id":"é"}]}'.encode()
    assert server.requests[3].headers["content-type"] == "application/json"


def test_each_call_names_the_key_the_version_and_the_program(serve: Serve, connect: Connect) -> None:
    server = serve(GOOD)
    connect(server).retrieve_batch("a")
    headers = server.requests[0].headers
    assert headers["x-api-key"] == KEY
    assert headers["anthropic-version"] == "2023-06-01"
    assert headers["user-agent"] == f"batchtui/{batchtui.__version__}"
    assert not {"authorization", "anthropic-workspace-id", "cookie"} & set(headers)


@pytest.mark.parametrize(("workspace_id", "sent"), [("wrkspc_1", "wrkspc_1"), ("", None), (None, None)])
def test_the_workspace_is_named_only_when_it_is_set(
    serve: Serve, connect: Connect, workspace_id: str | None, sent: str | None
) -> None:
    server = serve(GOOD)
    connect(server, workspace_id=workspace_id).retrieve_batch("a")
    assert server.requests[0].headers.get("anthropic-workspace-id") == sent


def test_a_workspace_id_or_key_that_no_header_can_carry_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError):
        PatientClient("http://127.0.0.1:1", workspace_id="wrkspc\r\nx-evil: 1")
    for key in ("", "sk-ant-\n", "sk-ant-é", "sk ant"):
        with pytest.raises(MalformedKeyError) as caught:
            PatientClient("http://127.0.0.1:1", key=SecretStr(key))
        assert not key or key not in str(caught.value)


def test_a_base_url_may_have_a_path_of_its_own(serve: Serve, connect: Connect) -> None:
    server = serve(script=lambda request: play_list(request) if "limit" in request.query else GOOD)
    client = connect(f"{server.url}/gateway/anthropic/")
    client.list_batches(limit=1)
    client.retrieve_batch("a")
    with client.stream_results(batch("a", results_url="/v1/messages/batches/a/results")):
        pass
    assert [request.path for request in server.requests] == [
        "/gateway/anthropic/v1/messages/batches",
        "/gateway/anthropic/v1/messages/batches/a",
        "/gateway/anthropic/v1/messages/batches/a/results",
    ]


@pytest.mark.parametrize("hostile", ["../models", "a/b", "a?limit=1", "a#b", "a%2Fb", "\x1b[2J", "é", "a\r\nx: y", "…"])
def test_a_hostile_id_reaches_no_other_resource(serve: Serve, connect: Connect, hostile: str) -> None:
    server = serve(GOOD)
    connect(server).retrieve_batch(hostile)
    target = server.requests[0].target
    assert target.startswith("/v1/messages/batches/")
    assert target.count("/") == 4
    assert not set("?#\r\n\x1b") & set(target)


def test_an_id_that_is_none_sends_nothing(serve: Serve, connect: Connect) -> None:
    server = serve(GOOD)
    for nothing in ("", ".", ".."):
        with pytest.raises(UsageError):
            connect(server).delete_batch(nothing)
    assert server.requests == []


@pytest.mark.parametrize("limit", [1, 20, 1000, 1001, 2000, 2500, 9999])
def test_any_number_of_the_newest_is_one_page(serve: Serve, connect: Connect, limit: int) -> None:
    page = connect(serve(script=play_list)).list_batches(limit=limit)
    assert [each.id for each in page.data] == IDS[:limit]
    assert page.has_more == (limit < 2500)
    assert (page.first_id, page.last_id) == (page.data[0].id, page.data[-1].id)


@pytest.mark.parametrize("limit", [10, 1000, 1500, 9999])
def test_pages_of_older_batches_are_joined_in_order(serve: Serve, connect: Connect, limit: int) -> None:
    page = connect(serve(script=play_list)).list_batches(limit=limit, after_id=IDS[99])
    assert [each.id for each in page.data] == IDS[100 : 100 + limit]
    assert page.has_more == (limit < 2400)


@pytest.mark.parametrize("limit", [10, 1000, 1500, 9999])
def test_pages_of_newer_batches_are_joined_in_order(serve: Serve, connect: Connect, limit: int) -> None:
    page = connect(serve(script=play_list)).list_batches(limit=limit, before_id=IDS[2000])
    assert [each.id for each in page.data] == IDS[max(2000 - limit, 0) : 2000]
    assert page.has_more == (limit < 2000)
    assert (page.first_id, page.last_id) == (page.data[0].id, IDS[1999])


def test_a_walk_through_all_batches_asks_for_the_largest_pages(serve: Serve, connect: Connect) -> None:
    server = serve(script=play_list)
    client = connect(server)
    assert [each.id for each in client.iter_batches()] == IDS
    assert [request.query["limit"] for request in server.requests] == ["1000"] * 3
    assert [each.id for each in client.iter_batches(limit=7)] == IDS[:7]
    assert server.requests[-1].query["limit"] == "7"
    assert list(client.iter_batches(limit=0)) == []


def test_a_list_that_goes_in_circles_ends(serve: Serve, connect: Connect) -> None:
    client = connect(serve(Answer(200, page_json(["a", "b"], has_more=True))))
    with pytest.raises(UnexpectedAnswerError, match="repeat"):
        list(client.iter_batches())
    with pytest.raises(UnexpectedAnswerError, match="repeat"):
        client.list_batches(limit=5000, before_id="a")


def test_an_empty_page_is_the_end_of_a_list_whatever_it_says_of_more(serve: Serve, connect: Connect) -> None:
    empty = Answer(200, page_json([], has_more=True))
    page = connect(serve(empty)).list_batches()
    assert (page.data, page.has_more) == ((), False)
    assert not connect(serve(Answer(200, page_json(["a"], has_more=True)), empty)).list_batches(limit=5).has_more
    assert not connect(serve(empty)).list_batches(before_id="a").has_more


def test_a_batch_on_two_pages_is_listed_once(serve: Serve, connect: Connect) -> None:
    pages = (page_json(["c", "b"], has_more=True), page_json(["b", "a"]))
    client = connect(serve(*(Answer(200, page) for page in pages)))
    assert [each.id for each in client.iter_batches()] == ["c", "b", "a"]


def test_a_list_of_nothing_is_refused(connect: Connect) -> None:
    with pytest.raises(UsageError):
        connect("http://127.0.0.1:1").list_batches(limit=0)


def test_models_come_from_all_pages(serve: Serve, connect: Connect) -> None:
    pages = [
        {"data": [{"id": "m1"}, {"id": "m2"}], "has_more": True, "last_id": "m2"},
        {"data": [{"id": "m3", "max_tokens": 64_000, "new": {}}], "has_more": False},
    ]
    server = serve(*(Answer(200, page) for page in pages))
    assert [model.id for model in connect(server).list_models()] == ["m1", "m2", "m3"]
    assert server.requests[1].query["after_id"] == "m2"


def test_what_json_cannot_hold_is_refused_before_it_is_sent(serve: Serve, connect: Connect) -> None:
    server = serve(GOOD)
    loop: list[Any] = []
    loop.append(loop)
    for value in (float("nan"), object(), "\ud800", loop):
        with pytest.raises(UsageError, match="JSON"):
            connect(server).create_batch([{"custom_id": "a", "params": {"x": value}}])
    assert server.requests == []


def test_a_redirect_inside_the_own_origin_is_followed(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(307, headers={"location": "/elsewhere?x=1"}), GOOD)
    assert connect(server).retrieve_batch("a").id == "msgbatch_1"
    assert server.requests[1].target == "/elsewhere?x=1"
    assert server.requests[1].headers["x-api-key"] == KEY


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", ["retrieve_batch", "cancel_batch", "delete_batch"])
def test_no_other_origin_ever_sees_a_request(serve: Serve, connect: Connect, code: int, call: str) -> None:
    stranger = serve(GOOD)
    for location in (f"{stranger.url}/x", f"//127.0.0.1:{stranger.port}/x", f"http://me:pw@localhost:{stranger.port}"):
        server = serve(Answer(code, headers={"location": location}))
        with pytest.raises(ForeignOriginError):
            getattr(connect(server), call)("a")
        assert len(server.requests) == 1
    assert stranger.requests == []


def test_a_server_that_insists_on_https_says_so(serve: Serve, connect: Connect) -> None:
    with pytest.raises(ForeignOriginError) as caught:
        connect(serve(Answer(301, headers={"location": "https://127.0.0.1/v1"}))).list_batches()
    assert "https" in caught.value.hint


def test_only_a_get_is_sent_on(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(307, headers={"location": "/elsewhere"}), GOOD)
    with pytest.raises(UnexpectedAnswerError):
        connect(server).create_batch([])
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:99999999/", "\xff", "", "mailto:x", "http://"])
def test_no_redirect_is_too_strange(serve: Serve, connect: Connect, location: str) -> None:
    with pytest.raises(BatchtuiError):
        connect(serve(Answer(302, headers={"location": location}))).retrieve_batch("a")


def test_redirects_in_a_circle_end(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(302, headers={"location": "/v1/messages/batches/a"}))
    with pytest.raises(UnexpectedAnswerError, match="circles"):
        connect(server).retrieve_batch("a")
    assert len(server.requests) == 6


def test_cookies_are_not_kept(serve: Serve, connect: Connect) -> None:
    server = serve(Answer(200, batch_json(), {"set-cookie": "a=b"}))
    client = connect(server)
    client.retrieve_batch("a")
    client.retrieve_batch("a")
    assert "cookie" not in server.requests[1].headers


def test_facts_come_from_the_headers_and_outlast_an_answer_without_them(serve: Serve, connect: Connect) -> None:
    told = {"anthropic-workspace-id": "wrkspc_1", "anthropic-organization-id": "org_1", "request-id": "req_1"}
    client = connect(serve(Answer(200, batch_json(), told), Answer(401, error_json("authentication_error"))))
    assert client.facts == ServerFacts()
    client.retrieve_batch("a")
    assert replace(client.facts, clock_offset=None) == ServerFacts(None, "wrkspc_1", "org_1", "req_1")
    with pytest.raises(AuthenticationError):
        client.retrieve_batch("a")
    assert replace(client.facts, clock_offset=None) == ServerFacts(None, "wrkspc_1", "org_1", None)


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=3), timedelta(days=-400)])
def test_the_servers_clock_is_known_to_about_a_second(serve: Serve, connect: Connect, ahead: timedelta) -> None:
    def answer(_: Request) -> Answer:
        return Answer(200, batch_json(), {"date": format_datetime(datetime.now(UTC) + ahead, usegmt=True)})

    client = connect(serve(script=answer))
    began = datetime.now(UTC)
    client.retrieve_batch("a")
    took = datetime.now(UTC) - began
    assert client.facts.clock_offset is not None
    assert abs(client.facts.clock_offset - ahead) < timedelta(seconds=1.5) + took / 2


def test_a_slow_answer_does_not_spoil_what_is_known_of_the_clock() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    headers = httpx.Headers({"date": format_datetime(noon + timedelta(seconds=10), usegmt=True)})
    first = ServerFacts().after(headers, sent=noon, received=noon + timedelta(seconds=1))
    assert first.clock_offset == timedelta(seconds=10)
    assert first.after(headers, sent=noon, received=noon + timedelta(seconds=30)).clock_offset == first.clock_offset
    assert ServerFacts().after(headers, sent=noon, received=noon + timedelta(seconds=30)).clock_offset is not None


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 99 Foo 2026 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
    ],
)
def test_a_date_that_is_none_tells_no_time(serve: Serve, connect: Connect, date: str) -> None:
    client = connect(serve(Answer(200, batch_json(), {"date": date})))
    client.retrieve_batch("a")
    assert client.facts.clock_offset is None


FAILURES = [
    Raw(),
    Raw(b"nonsense\r\n\r\n"),
    Answer(200, b"<html>"),
    Answer(200, batch_json(), cut_at=5),
    Answer(302, headers={"location": "http://localhost:1/"}),
    Answer(401, error_json("authentication_error", f"bad key {KEY}")),
    Answer(500, f"<html>{KEY}".encode()),
    Answer(200, b"broken", {"content-encoding": "gzip"}),
]


@pytest.mark.parametrize("step", FAILURES, ids=lambda step: repr(step)[:40])
def test_no_error_and_no_traceback_with_its_locals_holds_the_key(serve: Serve, step: Answer) -> None:
    client = PatientClient(serve(step).url)  # not by a fixture, whose frames would not be shown
    with pytest.raises(BatchtuiError) as caught, contextlib.closing(client):
        client.retrieve_batch("a")
    error = caught.value
    frames = error.__traceback__.tb_next if error.__traceback__ else None  # without this test, which holds the script
    lines = traceback.TracebackException(type(error), error, frames, capture_locals=True).format()
    told = "".join(lines) + str(error) + repr(vars(error)) + repr(client.facts)
    assert (error.__cause__, error.__context__) == (None, None)
    assert "in _repeat" in told
    assert KEY not in told


def test_a_broken_proxy_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://user:secret@host")
    with pytest.raises(ConnectionFailedError) as caught:
        ApiClient(base_url="https://api.anthropic.com", key=SecretStr(KEY))
    assert "ALL_PROXY" in caught.value.hint
    assert "secret" not in str(caught.value)


def test_a_call_to_this_host_goes_past_the_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(Answer(502)), serve(GOOD)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    assert connect(server).retrieve_batch("a").id
    assert proxy.requests == []
    with pytest.raises(BatchtuiError):
        connect("http://api.example", retries=0).retrieve_batch("a")
    assert proxy.requests[0].target == "http://api.example/v1/messages/batches/a"


def test_a_404_says_that_another_workspace_may_have_it(serve: Serve, connect: Connect) -> None:
    with pytest.raises(NotFoundError) as caught:
        connect(serve(Answer(404, error_json("not_found_error")))).retrieve_batch("a")
    assert "--workspace" in caught.value.hint
    with pytest.raises(NotFoundError) as caught:
        connect(serve(Answer(404, b"<html>", {"content-type": "text/html"}))).retrieve_batch("a")
    assert "base URL" in caught.value.hint


def test_the_client_loads_nothing_of_the_other_rooms() -> None:
    check = "import sys, batchtui.api; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "httpx" in loaded
    assert not {"textual", "keyring", "msgspec", "anthropic", "tomlkit", "starlette"} & loaded
