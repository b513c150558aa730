"""What every room's tests may ask for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from batchtui.demo.simulator import Simulator
from batchtui.workspace import resuming
from tests.support.simulator import running_simulator

# CI decides on a change by examples that repeat themselves; at home, and in `tests.fuzz`, they are new each time
settings.register_profile("repeatable", derandomize=True)
if os.environ.get("BATCHTUI_REQUIRE_ALL") == "1":
    settings.load_profile("repeatable")

# what was told to ignore a signal, as by nohup or behind a shell's `&`, has the programs under test ignore it too
for each in {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:
    if signal.getsignal(each) is signal.SIG_IGN:
        signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(autouse=True)
def no_pauses_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take up a broken download at once."""
    monkeypatch.setattr(resuming, "_FIRST_PAUSE_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep logs and journals out of the developer's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Return a simulator with an empty stage and a clock that stands at noon."""
    with running_simulator() as running:
        yield running


@pytest.fixture
def scene() -> Iterator[Simulator]:
    """Return a simulator with the demo's batches, at the moment of the start; its clock stands still."""
    with running_simulator(scene=True) as running:
        yield running
