"""Every documented misuse gets its documented error."""

from __future__ import annotations

import json
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from batchtui.demo.auth import EXPIRED_KEY
from batchtui.demo.simulator import Simulator
from tests.support.simulator import place_batch

BATCHES = "/v1/messages/batches"
PARAMS = {"model": "claude-haiku-4-5", "max_tokens": 10, "messages": [{"role": "user", "content": "Hi"}]}


def refusal(response: httpx.Response, status: int, error_type: str) -> str:
    """Return the message of a refusal after its form has been checked."""
    body = response.json()
    assert (response.status_code, body["type"], body["error"]["type"]) == (status, "error", error_type)
    assert body["request_id"] == response.headers["request-id"]
    return str(body["error"]["message"])


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "x-api-key header is required"),
        ({"x-api-key": "sk-ant-api03-nobody"}, "invalid x-api-key"),
        ({"authorization": "Bearer sk-ant-api03-nobody"}, "invalid x-api-key"),
        ({"authorization": "Basic abc"}, "x-api-key header is required"),
        ({"x-api-key": "sk-ant-admin01-abc"}, "Admin API keys cannot be used"),
        ({"x-api-key": EXPIRED_KEY}, "expired"),
    ],
)
def test_a_wrong_key_is_a_401_that_names_no_workspace(
    simulator: Simulator, headers: dict[str, str], words: str
) -> None:
    response = httpx.get(simulator.url + BATCHES, headers={"anthropic-version": "2023-06-01", **headers})
    assert words in refusal(response, 401, "authentication_error")
    assert "anthropic-workspace-id" not in response.headers
    assert simulator.requests[-1].workspace is None


@pytest.mark.parametrize("scheme", ["x-api-key", "authorization"])
def test_a_key_is_taken_from_either_header(simulator: Simulator, scheme: str) -> None:
    key = simulator.keys["staging"]
    headers = {scheme: key if scheme == "x-api-key" else f"Bearer {key}", "anthropic-version": "2023-06-01"}
    response = httpx.get(simulator.url + BATCHES, headers=headers)
    assert response.status_code == 200
    assert response.headers["anthropic-workspace-id"] == simulator.workspace_ids["staging"]
    assert response.headers["anthropic-organization-id"]
    assert simulator.requests[-1].workspace == "staging"
    assert scheme in simulator.requests[-1].header_names
    assert key not in repr(simulator.requests)


def test_a_key_of_all_workspaces_must_say_which(simulator: Simulator) -> None:
    def ask(**headers: str) -> httpx.Response:
        own = {"x-api-key": simulator.spanning_key, "anthropic-version": "2023-06-01"}
        return httpx.get(
            simulator.url + BATCHES, headers={**own, **{k.replace("_", "-"): v for k, v in headers.items()}}
        )

    assert "anthropic-workspace-id is required" in refusal(ask(), 400, "invalid_request_error")
    assert "must not be empty" in refusal(ask(anthropic_workspace_id=""), 400, "invalid_request_error")
    wrong = refusal(ask(anthropic_workspace_id="wrkspc_none"), 404, "not_found_error")
    assert wrong == "Workspace wrkspc_none not found"
    right = ask(anthropic_workspace_id=simulator.workspace_ids["sandbox"])
    assert right.headers["anthropic-workspace-id"] == simulator.workspace_ids["sandbox"]


def test_a_key_of_one_workspace_cannot_name_another(simulator: Simulator, client: httpx.Client) -> None:
    other = {"anthropic-workspace-id": simulator.workspace_ids["staging"]}
    assert "not found" in refusal(client.get(BATCHES, headers=other), 404, "not_found_error")
    own = {"anthropic-workspace-id": simulator.workspace_ids["production"]}
    assert client.get(BATCHES, headers=own).status_code == 200


@pytest.mark.parametrize(("version", "words"), [("", "not a valid version"), ("2020-01-01", "not a valid version")])
def test_an_unknown_version_is_refused(client: httpx.Client, version: str, words: str) -> None:
    response = client.get(BATCHES, headers={"anthropic-version": version})
    assert words in refusal(response, 400, "invalid_request_error")


def test_the_version_is_required(client: httpx.Client) -> None:
    del client.headers["anthropic-version"]
    assert "header is required" in refusal(client.get(BATCHES), 400, "invalid_request_error")


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many", "1.5", ""])
def test_a_limit_outside_1_to_1000_is_refused(client: httpx.Client, limit: str) -> None:
    assert refusal(client.get(BATCHES, params={"limit": limit}), 400, "invalid_request_error").startswith("limit: ")


def test_cursors_must_be_known_and_one_at_a_time(simulator: Simulator, client: httpx.Client) -> None:
    elsewhere = place_batch(simulator, workspace="staging")
    for cursor in ("after_id", "before_id"):
        for unknown in ("msgbatch_none", elsewhere.id):
            refusal(client.get(BATCHES, params={cursor: unknown}), 404, "not_found_error")
    both = {"after_id": "a", "before_id": "b"}
    assert "together" in refusal(client.get(BATCHES, params=both), 400, "invalid_request_error")


def test_a_batch_of_another_workspace_does_not_exist(simulator: Simulator, client: httpx.Client) -> None:
    path = f"{BATCHES}/{place_batch(simulator, workspace='staging').id}"
    for response in (
        client.get(path),
        client.get(path + "/results"),
        client.post(path + "/cancel"),
        client.delete(path),
    ):
        assert "was not found" in refusal(response, 404, "not_found_error")


def test_a_running_batch_has_no_results_and_cannot_be_deleted(simulator: Simulator, client: httpx.Client) -> None:
    batch = place_batch(simulator, lasts=None)
    shown = client.get(f"{BATCHES}/{batch.id}")
    assert shown.json()["results_url"] is None
    assert int(shown.headers["retry-after"]) > 0
    refusal(client.get(f"{BATCHES}/{batch.id}/results"), 400, "invalid_request_error")
    refusal(client.delete(f"{BATCHES}/{batch.id}"), 400, "invalid_request_error")


def test_an_ended_batch_cannot_be_canceled_and_an_archived_one_has_no_results(
    simulator: Simulator, client: httpx.Client
) -> None:
    batch = place_batch(simulator, age=timedelta(days=30))
    refusal(client.post(f"{BATCHES}/{batch.id}/cancel"), 400, "invalid_request_error")
    assert "archived" in refusal(client.get(f"{BATCHES}/{batch.id}/results"), 404, "not_found_error")


def make_request(custom_id: Any = "a", **params: Any) -> dict[str, Any]:
    return {"custom_id": custom_id, "params": {**PARAMS, **params}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "requests: Field required"),
        ("{}", "requests: Field required"),
        ('{"requests": 3}', "requests: Input should be a valid list"),
        ('{"requests": []}', "requests: List should have at least 1 item"),
        ('{"requests": [3]}', "requests.0: Input should be a valid dictionary"),
        ('{"requests": [{"params": {}}]}', "requests.0.custom_id: Field required"),
        ('{"requests": [{"custom_id": "a"}]}', "requests.0.params: Field required"),
        ('{"requests": [{"custom_id": "a", "params": 1}]}', "requests.0.params: Input should be a valid dictionary"),
        (json.dumps({"requests": [make_request("a"), make_request("a")]}), "custom_id must be unique"),
        (json.dumps({"requests": [make_request("a" * 65)]}), "requests.0.custom_id: String should match"),
        (json.dumps({"requests": [make_request("a b")]}), "requests.0.custom_id: String should match"),
        (json.dumps({"requests": [make_request("a\n")]}), "requests.0.custom_id: String should match"),
        (json.dumps({"requests": [make_request(7)]}), "requests.0.custom_id: String should match"),
        (json.dumps({"requests": [{"custom_id": "a", "params": {}}] * 100_001}), "at most 100000 items"),
    ],
    ids=lambda value: value if len(value) < 60 else "…",
)
def test_a_wrong_list_of_requests_is_refused_as_a_whole(
    simulator: Simulator, client: httpx.Client, body: str, words: str
) -> None:
    assert words in refusal(client.post(BATCHES, content=body), 400, "invalid_request_error")
    assert simulator.scenario.list_batches(simulator.workspace_ids["production"]) == ([], False)


def test_a_body_above_256_mb_is_refused_by_the_edge_before_it_has_arrived(
    simulator: Simulator, client: httpx.Client
) -> None:
    connection = HTTPConnection(urlsplit(simulator.url).netloc, timeout=60)
    connection.putrequest("POST", BATCHES)
    for name, value in (*client.headers.items(), ("content-length", str(256 * 1024**2 + 1))):
        connection.putheader(name, value)
    connection.endheaders(b"{")
    with connection.getresponse() as response:
        assert response.status == 413
        body = json.load(response)
    connection.close()
    assert body == {"error": {"type": "request_too_large", "message": "Request exceeds the maximum size"}}


@pytest.mark.parametrize(
    ("params", "error_type", "words"),
    [
        ({"max_tokens": 0}, "invalid_request_error", "max_tokens: Input should be greater than or equal to 1"),
        ({"max_tokens": "5"}, "invalid_request_error", "max_tokens: Input should be a valid integer"),
        ({"max_tokens": 300_000}, "invalid_request_error", "max_tokens: 300000 > 64000"),
        ({"messages": []}, "invalid_request_error", "messages: at least one message"),
        ({"model": "claude-nobody"}, "not_found_error", "model: claude-nobody"),
        ({"stream": True}, "invalid_request_error", "stream: "),
    ],
)
def test_wrong_params_are_found_only_when_the_batch_is_processed(
    simulator: Simulator, client: httpx.Client, params: dict[str, Any], error_type: str, words: str
) -> None:
    requests = [make_request("good"), make_request("bad", **params)]
    created = client.post(BATCHES, json={"requests": requests}).json()
    assert created["request_counts"]["processing"] == 2
    simulator.scenario.advance(timedelta(minutes=5))
    ended = client.get(f"{BATCHES}/{created['id']}").json()
    assert ended["request_counts"] == {"processing": 0, "succeeded": 1, "errored": 1, "canceled": 0, "expired": 0}
    lines = [json.loads(line) for line in client.get(ended["results_url"]).content.splitlines()]
    error = {line["custom_id"]: line["result"] for line in lines}["bad"]["error"]["error"]
    assert error["type"] == error_type
    assert words in error["message"]


def test_a_beta_allows_long_output(simulator: Simulator, client: httpx.Client) -> None:
    requests = [make_request(model="claude-opus-4-7", max_tokens=300_000)]
    beta = {"anthropic-beta": "output-300k-2026-03-24"}
    created = client.post(BATCHES, json={"requests": requests}, headers=beta).json()
    simulator.scenario.advance(timedelta(minutes=5))
    assert client.get(f"{BATCHES}/{created['id']}").json()["request_counts"]["succeeded"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/v1/messages/batches/", 404),
        ("PUT", "/v1/messages/batches", 405),
        ("DELETE", "/v1/messages/batches", 405),
        ("GET", "/v1/messages/batches/msgbatch_x/cancel", 405),
    ],
)
def test_paths_and_methods_that_are_not_there_are_refused_in_the_api_s_form(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    refusal(client.request(method, path), status, "not_found_error" if status == 404 else "invalid_request_error")


@pytest.mark.parametrize(
    ("body", "status"), [({"messages": []}, 400), ({"model": "x"}, 400), ([], 400), ({**PARAMS, "model": "x"}, 404)]
)
def test_tokens_of_wrong_params_are_not_counted(client: httpx.Client, body: Any, status: int) -> None:
    assert client.post("/v1/messages/count_tokens", json=body).status_code == status
