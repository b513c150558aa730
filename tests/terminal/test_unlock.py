"""A locked keyring on a host without a desktop, as a person meets it in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.secret_service import PASSWORD, secret_service
from tests.support.terminal import Terminal

KEY = "sk-ant-api03-made-up-for-this-test"


@pytest.mark.secret_service
@pytest.mark.terminal
def test_a_keyring_unlocked_in_one_terminal_stays_so_when_that_is_closed(tmp_path: Path) -> None:
    with secret_service("locked") as service:
        environment = {**service.environ, "BATCHTUI_CONFIG": str(tmp_path / "config.toml")}
        with Terminal("workspaces", "unlock", environment=environment) as terminal:
            terminal.wait_for("Password of the keyring")
            terminal.send(PASSWORD, "enter")
            terminal.wait_for("The keyring is unlocked.")
            assert terminal.wait_exit() == 0
            assert PASSWORD.encode() not in terminal.raw
        with Terminal("workspaces", "add", "prod", "--no-check", environment=environment) as terminal:
            terminal.wait_for("Key for prod")
            terminal.send(KEY, "enter")
            terminal.wait_for("Added prod.")
            assert terminal.wait_exit() == 0
            assert KEY.encode() not in terminal.raw
