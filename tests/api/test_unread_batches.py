"""A batch that is none as the API documents it hides no other, and is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from batchtui.errors import UnexpectedAnswerError
from batchtui.models import UnreadBatch, describe_unread
from tests.support.api_clients import PatientClient
from tests.support.odd_batches import GONE, serve_odd
from tests.support.scripted_server import Answer, ScriptedServer

Connect = Callable[..., PatientClient]
IDS = [f"b{number:02}" for number in range(20, 0, -1)]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("created_at", GONE, "created_at: Field required"),
        ("created_at", "soon", "created_at: Input should be a valid datetime"),
        ("processing_status", GONE, "processing_status: Field required"),
        ("processing_status", 7, "processing_status: Input should be a valid string"),
        ("request_counts", {"succeeded": "many"}, "request_counts.succeeded: Input should be a valid integer"),
        ("results_url", ["x"], "results_url: Input should be a valid string"),
    ],
)
def test_an_odd_batch_is_left_out_and_named_with_its_reason(
    connect: Connect, field: str, value: Any, problem: str
) -> None:
    with serve_odd(IDS, {"b07": {field: value}}) as server:
        page = connect(server).list_batches()
    assert [each.id for each in page.data] == [each for each in IDS if each != "b07"]
    assert [each.id for each in page.unread] == ["b07"]
    assert problem in page.unread[0].problem


def test_a_state_that_nobody_knows_yet_is_a_batch_like_any_other(connect: Connect) -> None:
    with serve_odd(IDS, {"b07": {"processing_status": "hibernating"}}) as server:
        page = connect(server).list_batches()
    assert len(page.data) == 20
    assert page.unread == ()


def test_the_way_to_older_batches_leads_past_odd_ones(connect: Connect) -> None:
    odd: dict[str, dict[str, Any]] = {"b16": {"created_at": GONE}, "b11": {"created_at": GONE}}
    with serve_odd(IDS, odd) as server:
        client = connect(server)
        first = client.list_batches(limit=5)
        assert [each.id for each in client.list_batches(limit=5, after_id=first.last_id).data] == IDS[5:9]
        assert len(server.requests) == 2
        assert (first.first_id, first.last_id, len(first.data), first.has_more) == ("b20", "b16", 4, True)


def test_what_a_server_calls_unread_is_not_taken_for_our_own_word(connect: Connect) -> None:
    page = {"data": [], "unread": [{"id": "b1", "problem": "none"}], "has_more": False}
    with ScriptedServer(Answer(200, page)) as server:
        assert connect(server).list_batches().unread == ()


@pytest.mark.parametrize("item", [None, 7, {"id": "claude-x", "type": "model"}, []])
def test_a_list_of_something_else_is_no_list_of_batches(connect: Connect, item: object) -> None:
    with (
        ScriptedServer(Answer(200, {"data": [item, item], "has_more": False})) as server,
        pytest.raises(UnexpectedAnswerError, match=r"data\.0"),
    ):
        connect(server).list_batches()


def test_many_are_counted_and_the_first_ones_named() -> None:
    unread = [UnreadBatch(id=f"b{number}", problem="id: wrong") for number in range(5)]
    assert describe_unread(unread[:1]) == "1 batch could not be read: b0 (id: wrong)"
    words = "5 batches could not be read: b0 (id: wrong); b1 (id: wrong); b2 (id: wrong) and 2 more"
    assert describe_unread(unread) == words
