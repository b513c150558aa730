"""The demo looks as the person's own dashboard does, and touches nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal

MOUSE = b"\x1b[?1000h"
RED_OF_LIGHT = b"176;28;1"
"""The colour of errors in `colourblind-light`."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = tmp_path / "config.toml"
    config.write_text(
        'theme = "colourblind-light"\nascii = true\nmouse = false\nlow_bandwidth = true\ndefault_workspace = "mine"\n'
        f'[keys]\nhelp = "f1"\n[workspaces.mine]\nkey_command = ["touch", "{tmp_path / "was-run"}"]\n'
    )
    return config


def test_the_demo_has_the_persons_theme_keys_and_signs_and_leaves_their_workspaces_alone(
    tmp_path: Path, config: Path
) -> None:
    before = config.read_text()
    environment = {"HOME": str(tmp_path), "BATCHTUI_CONFIG": str(config), "COLORTERM": "truecolor"}
    with Terminal("demo", environment=environment, folder=tmp_path) as terminal:
        terminal.wait_for("x failures")
        assert "LOW BANDWIDTH" in terminal.wait_for("f1 Help")
        assert terminal.raw.isascii()
        assert MOUSE not in terminal.raw
        assert RED_OF_LIGHT in terminal.raw
        terminal.send("w")
        assert "mine" not in terminal.wait_for("sandbox")
        terminal.send("ctrl+q")
        assert terminal.wait_exit() == 0
    assert config.read_text() == before
    assert not (tmp_path / "was-run").exists()


def test_a_configuration_that_cannot_be_read_does_not_keep_the_demo_from_opening(tmp_path: Path, config: Path) -> None:
    config.write_text("theme = ")
    environment = {"HOME": str(tmp_path), "BATCHTUI_CONFIG": str(config)}
    with Terminal("demo", environment=environment, folder=tmp_path) as terminal:
        terminal.wait_for("The configuration cannot be read")
        terminal.wait_for("running")
        terminal.send("ctrl+q")
        assert terminal.wait_exit() == 0
