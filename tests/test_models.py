from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from batchtui.models import BatchPage, MessageBatch

CREATED = "2026-11-21T06:00:00.123456Z"


def raw_batch(**changes: Any) -> dict[str, Any]:
    return {
        "id": "msgbatch_1",
        "type": "message_batch",
        "processing_status": "ended",
        "request_counts": {"processing": 0, "succeeded": 90, "errored": 6, "canceled": 1, "expired": 3},
        "created_at": CREATED,
        "expires_at": "2026-11-22T06:00:00Z",
        "ended_at": "2026-11-21T07:30:00Z",
        "cancel_initiated_at": None,
        "archived_at": None,
        "results_url": "https://api.anthropic.com/v1/messages/batches/msgbatch_1/results",
        **changes,
    }


def make_batch(**changes: Any) -> MessageBatch:
    return MessageBatch.model_validate(raw_batch(**changes))


def test_counts_add_up_and_a_cancellation_is_no_failure() -> None:
    counts = make_batch().request_counts
    assert (counts.total, counts.finished, counts.failed) == (100, 100, 9)


def test_unknown_fields_and_states_pass_through_and_come_out_as_json_again() -> None:
    batch = make_batch(processing_status="hibernating", name="nightly", tags=[{"a": 1}])
    assert batch.is_active
    said = json.loads(batch.to_json())
    assert (said["processing_status"], said["name"], said["tags"]) == ("hibernating", "nightly", [{"a": 1}])


def test_the_json_keeps_the_apis_own_field_names_and_values() -> None:
    said = json.loads(make_batch().to_json())
    assert set(raw_batch()) <= set(said)
    assert said["request_counts"] == raw_batch()["request_counts"]


def test_times_without_a_zone_are_utc_and_others_are_turned_to_it() -> None:
    batch = make_batch(created_at="2026-11-21T06:00:00", ended_at="2026-11-21T09:30:00+02:00")
    assert batch.created_at == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert batch.ended_at == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert batch.duration(datetime.now(UTC)) == timedelta(hours=1, minutes=30)


@pytest.mark.parametrize("missing", ["expires_at", "ended_at", "results_url", "request_counts"])
def test_a_field_that_is_missing_or_null_does_not_hide_the_batch(missing: str) -> None:
    raw = raw_batch()
    del raw[missing]
    assert MessageBatch.model_validate(raw).id == "msgbatch_1"
    assert make_batch(**{missing: None}).expires_at == datetime(2026, 11, 22, 6, tzinfo=UTC) or missing == "expires_at"


def test_processing_expires_a_day_after_creation_when_the_server_does_not_say() -> None:
    batch = make_batch(expires_at=None)
    assert batch.expires_at - batch.created_at == timedelta(hours=24)


def test_results_go_29_days_after_creation_or_when_they_were_archived() -> None:
    assert make_batch().results_available_until - make_batch().created_at == timedelta(days=29)
    archived = make_batch(archived_at="2026-12-01T00:00:00Z")
    assert archived.results_available_until == datetime(2026, 12, 1, tzinfo=UTC)


def test_what_is_no_batch_is_refused_without_repeating_what_it_held() -> None:
    with pytest.raises(ValidationError) as refusal:
        BatchPage.model_validate({"data": [{"id": "sk-ant-api03-secret"}], "has_more": False})
    assert "sk-ant-api03-secret" not in str(refusal.value)


@pytest.mark.parametrize("created", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_at_the_edge_of_the_calendar_is_a_time_like_any_other(created: str) -> None:
    batch = make_batch(created_at=created, expires_at=None, ended_at=None)
    assert batch.expires_at >= batch.created_at
    assert batch.results_available_until >= batch.created_at
    assert batch.duration(datetime(2026, 11, 21, tzinfo=UTC)) >= timedelta()


def test_a_time_of_the_year_one_is_how_some_servers_say_never() -> None:
    never = "0001-01-01T00:00:00Z"
    batch = make_batch(ended_at=never, archived_at=never, cancel_initiated_at=never)
    assert (batch.ended_at, batch.archived_at, batch.cancel_initiated_at) == (None, None, None)


def test_a_time_in_seconds_is_enough_to_know_when_processing_expires() -> None:
    batch = make_batch(created_at=1_763_700_000, expires_at=None)
    assert batch.expires_at - batch.created_at == timedelta(hours=24)
    with pytest.raises(ValidationError, match="created_at"):
        make_batch(created_at="soon", expires_at=None)


def test_a_page_with_null_for_nothing_is_an_empty_last_page() -> None:
    page = BatchPage.model_validate_json('{"data": null, "has_more": null, "first_id": null, "last_id": null}')
    assert (page.data, page.has_more) == ((), False)


def test_a_batch_as_json_holds_nothing_that_a_terminal_obeys() -> None:
    batch = make_batch(id="\x1b]0;x\x07\x9b31m\u202e", **{"\x9b": "日"})
    line = batch.to_json()
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["id"] == batch.id
