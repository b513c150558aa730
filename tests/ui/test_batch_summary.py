from __future__ import annotations

from datetime import UTC, datetime

from batchtui.ui.widgets.batch_summary import explain_no_results
from tests.support.api_clients import batch

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_an_ended_batch_opens_whether_or_not_the_server_says_where_its_results_are() -> None:
    assert explain_no_results(batch(results_url=None), NOW) == ""
    assert "still running" in explain_no_results(batch(processing_status="in_progress", ended_at=None), NOW)
    assert "29 days" in explain_no_results(batch(archived_at="2026-11-20T09:30:00Z"), NOW)
