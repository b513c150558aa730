"""Bell and notification reach the real terminal, also from inside tmux; a script's command does without one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.simulator import place_batch
from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal


@pytest.mark.parametrize(
    ("tmux", "start"),
    [("", b"\x1b]9;A batch of env expires"), ("/run/tmux,1,0", b"\x1bPtmux;\x1b\x1b]9;A batch of env")],
)
def test_the_dashboard_rings_and_notifies_and_notes_what_it_canceled(
    simulator: Simulator, tmp_path: Path, tmux: str, start: bytes
) -> None:
    late = place_batch(simulator, "late", {"succeeded": 9}, age=timedelta(hours=23, minutes=30), lasts=None)
    (tmp_path / "config.toml").write_text('[notices]\nbell = true\nterminal = "osc9"\n')
    environment = {
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "BATCHTUI_CONFIG": str(tmp_path / "config.toml"),
        **({"TMUX": tmux} if tmux else {}),
    }
    with Terminal(environment=environment, folder=tmp_path) as terminal:
        terminal.wait_for("expires within the hour")
        terminal.send("c")
        terminal.wait_for("Cancel (y)")
        terminal.send("y")
        terminal.wait_for("canceling")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert terminal.raw.count(start) == 1
        assert terminal.raw.replace(start, b"").count(b"\x07") >= 2
    (line,) = (tmp_path / "batchtui" / "audit.ndjson").read_text().splitlines()
    assert json.loads(line)["how"] == "dashboard"
    assert json.loads(line)["batch_id"] == late.id
