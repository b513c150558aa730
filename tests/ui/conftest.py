from __future__ import annotations

import pytest

from batchtui.workspace import results_session


@pytest.fixture(autouse=True)
def no_pauses_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_session, "_FIRST_PAUSE_SECONDS", 0.0)
