"""The table of batches, for people with terminals of any width."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from batchtui.cli.batch_table import batch_headings, format_batch
from batchtui.models import MessageBatch

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ID = "msgbatch_01MVMfEf4gpVPkRF4Ye3HoFK"


def batch(status: str = "ended") -> MessageBatch:
    created = NOW - timedelta(hours=3)
    counts = {"processing": 0, "succeeded": 97_440, "errored": 2_560, "canceled": 0, "expired": 0}
    return MessageBatch.model_validate(
        {
            "id": ID,
            "type": "message_batch",
            "processing_status": status,
            "request_counts": counts,
            "created_at": created.isoformat(),
            "expires_at": (created + timedelta(hours=24)).isoformat(),
            "ended_at": (NOW - timedelta(hours=1)).isoformat() if status == "ended" else None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": None,
        }
    )


@pytest.mark.parametrize("width", [80, 90, 100, 117, 200])
@pytest.mark.parametrize("status", ["ended", "in_progress"])
def test_id_and_failures_and_what_is_left_fit_every_usual_terminal(width: int, status: str) -> None:
    line = format_batch(batch(status), NOW, width)
    assert len(line) <= width
    assert "…" not in line
    assert ID in line
    assert "100,000" in line
    assert ("2,560" in line) == (status == "ended")
    assert len(batch_headings(width)) <= width


def test_without_a_terminal_nothing_is_left_out() -> None:
    assert batch_headings().split() == ["STATUS", "ID", "CREATED", "REQUESTS", "FAILED", "TOOK", "LEFT"]
    assert format_batch(batch(), NOW).endswith("28 d 21 h for results")


def test_a_terminal_that_is_narrower_still_gets_whole_lines() -> None:
    assert len(format_batch(batch(), NOW, 40)) == 40
