"""Each fault looks to a client as it does in the wild, and clears."""

from __future__ import annotations

import collections
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import httpx
import pytest

from batchtui.demo.faults import KINDS, Fault, Faults
from batchtui.demo.simulator import Simulator
from tests.demo.conftest import ConnectSdk
from tests.support.simulator import NOON, place_batch

BATCHES = "/v1/messages/batches"


def test_a_status_is_met_by_as_many_requests_as_asked(simulator: Simulator, client: httpx.Client) -> None:
    simulator.faults.add(Fault("status", status=429, times=2, skip=1, retry_after="7", should_retry=False))
    answers = [client.get(BATCHES) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].json()["error"]["type"] == "rate_limit_error"
    assert answers[1].headers["retry-after"] == "7"
    assert answers[1].headers["x-should-retry"] == "false"
    assert answers[1].headers["request-id"] == answers[1].json()["request_id"]


def test_faults_in_place_of_an_answer_are_met_one_after_the_other(simulator: Simulator, client: httpx.Client) -> None:
    for status in (500, 529):
        simulator.faults.add(Fault("status", status=status, times=1))
    assert [client.get(BATCHES).status_code for _ in range(3)] == [500, 529, 200]


def test_a_fault_concerns_its_own_path_and_method_only(simulator: Simulator, client: httpx.Client) -> None:
    batch = place_batch(simulator)
    simulator.faults.add(Fault("status", path=f"{BATCHES}/{batch.id}", method="GET", status=500))
    assert client.get(BATCHES).status_code == 200
    assert client.get(f"{BATCHES}/{batch.id}/results").status_code == 500
    assert client.delete(f"{BATCHES}/{batch.id}").status_code == 200


@pytest.mark.parametrize(("said", "requests"), [({}, 2), ({"should_retry": False}, 1)])
def test_the_sdk_obeys_x_should_retry(
    simulator: Simulator, connect_sdk: ConnectSdk, said: dict[str, Any], requests: int
) -> None:
    simulator.faults.add(Fault("status", status=529, retry_after="0.01", **said))
    with pytest.raises(anthropic.APIStatusError):
        connect_sdk(simulator, max_retries=1).messages.batches.list()
    assert len(simulator.requests) == requests


def test_a_hanging_server_never_answers_and_still_stops_at_once(simulator: Simulator, client: httpx.Client) -> None:
    simulator.faults.add(Fault("hang"))
    with pytest.raises(httpx.ReadTimeout):
        client.get(BATCHES, timeout=httpx.Timeout(60, read=1))
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, BATCHES)
        while len(simulator.requests) < 2:
            time.sleep(0.001)
        started = time.monotonic()
        simulator.stop()
        assert time.monotonic() - started < 10
        assert isinstance(waiting.exception(), httpx.TransportError)


def test_a_key_that_is_refused_all_at_once_names_no_workspace_any_more(
    simulator: Simulator, client: httpx.Client
) -> None:
    simulator.faults.add(Fault("status", status=401, message="API key has been revoked"))
    answer = client.get(BATCHES)
    assert answer.json()["error"] == {"type": "authentication_error", "message": "API key has been revoked"}
    assert "anthropic-workspace-id" not in answer.headers


def test_a_dropped_connection_has_no_answer(simulator: Simulator, client: httpx.Client) -> None:
    simulator.faults.add(Fault("drop", times=1))
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        client.get(BATCHES)
    assert client.get(BATCHES).status_code == 200


def test_a_proxy_answers_with_a_page_and_a_gateway_with_odd_json(simulator: Simulator, client: httpx.Client) -> None:
    simulator.faults.add(Fault("html", status=502, times=1))
    simulator.faults.add(Fault("wrong_json", times=1))
    page = client.get(BATCHES)
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert client.get(BATCHES).json() == [{"unexpected": True}, 17]


def test_a_redirect_leads_to_another_origin(simulator: Simulator, client: httpx.Client) -> None:
    simulator.faults.add(Fault("redirect", url="http://elsewhere.example/"))
    answer = client.get(BATCHES)
    assert (answer.status_code, answer.headers["location"]) == (307, "http://elsewhere.example/")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_results_stream_is_cut_at_the_byte(simulator: Simulator, client: httpx.Client, encoding: str) -> None:
    batch = place_batch(simulator, shares={"succeeded": 2000})
    whole = client.get(f"{BATCHES}/{batch.id}/results").content
    simulator.faults.add(Fault("cut", path=f"{BATCHES}/{batch.id}/results", after_bytes=70_001))
    received: list[bytes] = []
    with (
        pytest.raises(httpx.RemoteProtocolError, match="incomplete"),
        client.stream("GET", f"{BATCHES}/{batch.id}/results", headers={"accept-encoding": encoding}) as answer,
    ):
        collections.deque(map(received.append, answer.iter_raw()))
    body = b"".join(received)
    assert len(body) == 70_001
    assert encoding == "gzip" or whole.startswith(body)


def test_a_slow_server_sends_as_many_bytes_a_second_as_asked(simulator: Simulator, client: httpx.Client) -> None:
    batch = place_batch(simulator, shares={"succeeded": 1})
    size = len(client.get(f"{BATCHES}/{batch.id}/results", headers={"accept-encoding": "identity"}).content)
    simulator.faults.add(Fault("slow", bytes_per_second=size * 4))
    simulator.faults.add(Fault("delay", seconds=0.1))
    started = time.monotonic()
    slow = client.get(f"{BATCHES}/{batch.id}/results", headers={"accept-encoding": "identity"})
    assert len(slow.content) == size
    assert time.monotonic() - started > 0.3


def test_the_date_is_the_simulated_one_and_can_be_wrong(simulator: Simulator, client: httpx.Client) -> None:
    assert parsedate_to_datetime(client.get(BATCHES).headers["date"]) == NOON
    simulator.faults.add(Fault("skew", seconds=-3600))
    assert parsedate_to_datetime(client.get(BATCHES).headers["date"]) == NOON - timedelta(hours=1)


def test_counts_can_move_early(simulator: Simulator, client: httpx.Client) -> None:
    batch = place_batch(
        simulator, shares={"succeeded": 90, "overloaded": 10}, age=timedelta(hours=1), lasts=timedelta(hours=2)
    )
    simulator.faults.add(Fault("early_counts"))
    counts = client.get(f"{BATCHES}/{batch.id}").json()["request_counts"]
    assert counts == {"processing": 50, "succeeded": 45, "errored": 5, "canceled": 0, "expired": 0}


def test_results_url_can_lead_to_another_origin(simulator: Simulator, client: httpx.Client) -> None:
    batch = place_batch(simulator)
    own = client.get(f"{BATCHES}/{batch.id}", headers={"host": "gateway.example:81"}).json()["results_url"]
    assert own == f"http://gateway.example:81{BATCHES}/{batch.id}/results"
    simulator.faults.add(Fault("foreign_results", url="https://evil.example"))
    foreign = client.get(BATCHES).json()["data"][0]["results_url"]
    assert foreign == f"https://evil.example{BATCHES}/{batch.id}/results"


def test_a_later_version_has_fields_states_and_results_that_nobody_knows(
    simulator: Simulator, client: httpx.Client
) -> None:
    place_batch(simulator, "running", lasts=None)
    expired = place_batch(simulator, "expired", age=timedelta(hours=30), lasts=timedelta(hours=48))
    simulator.faults.add(Fault("novelties"))
    data = client.get(BATCHES).json()["data"]
    assert [batch["processing_status"] for batch in data] == ["queued_for_review", "ended"]
    assert data[0]["priority"]["tier"] == "later"
    assert data[0]["request_counts"]["deferred"] == 0
    results = client.get(f"{BATCHES}/{expired.id}/results").text
    assert '"type":"deferred"' in results
    assert '"expired"' not in results
    assert '"carbon"' in results


def test_another_program_switches_faults_and_moves_the_clock(simulator: Simulator) -> None:
    with httpx.Client(base_url=simulator.url) as stranger:
        added = stranger.post("/_simulator/faults", json={"kind": "skew", "seconds": 5, "path": BATCHES})
        assert added.status_code == 201
        listed = stranger.get("/_simulator/faults").json()
        assert (listed["active"], set(listed["kinds"])) == ([added.json()], set(KINDS))
        assert set(added.json()) == {field.name for field in fields(Fault)}
        assert stranger.delete("/_simulator/faults").status_code == 204
        assert simulator.faults.active() == ()
        moved = stranger.post("/_simulator/advance", json={"seconds": 90})
        assert moved.json() == {"now": "2026-11-02T12:01:30+00:00"}
        assert stranger.get("/_simulator/requests").json() == []


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"kind": "gremlin"},
        {"kind": "hang", "tempo": 3},
        {"kind": "cut", "times": 0},
        {"kind": "cut", "times": "two"},
        {"kind": "skew", "seconds": None},
    ],
)
def test_a_fault_that_means_nothing_is_refused_in_words(simulator: Simulator, data: Any) -> None:
    answer = httpx.post(f"{simulator.url}/_simulator/faults", json=data)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert httpx.post(f"{simulator.url}/_simulator/advance", json=data).status_code == 400
    assert simulator.faults.active() == ()


def test_faults_are_cleared_together() -> None:
    faults = Faults()
    for kind in KINDS:
        faults.add(Fault(kind))
    assert len(faults.active()) == len(KINDS)
    faults.clear()
    assert faults.meet("GET", "/") == []
