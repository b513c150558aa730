from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.batch_server import BatchServer, running_batch_server
from tests.support.result_lines import bare, errored, succeeded


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with running_batch_server() as server:
        server.serve_lines(
            [
                succeeded("good-1"),
                errored("late-2", "overloaded_error"),
                errored("wrong-3", "invalid_request_error", "\x1b]0;owned\x07 =1+1"),
                bare("gone-4", "expired"),
                bare("stopped-5", "canceled"),
                succeeded("good-6"),
            ]
        )
        yield server
