"""A key command that may ask for a passphrase, in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.errors import ConfigurationError
from batchtui.settings import KeySource, WorkspaceSettings, add_workspace, load_settings, parse_settings

ASKING = KeySource(kind="command", command=("pass", "show", "anthropic"), interactive=True)


def test_it_is_asked_for_by_name_and_off_by_default() -> None:
    text = '[workspaces.a]\nkey_command = ["pass", "show", "anthropic"]\n'
    asking = parse_settings(f"{text}key_command_interactive = true\n", Path("config.toml"))
    silent = parse_settings(text, Path("config.toml"))
    assert asking.workspaces["a"].key == ASKING
    assert not silent.workspaces["a"].key.interactive


def test_it_is_kept_when_a_workspace_is_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    add_workspace(path, WorkspaceSettings(name="a", key=ASKING))
    assert "key_command_interactive = true" in path.read_text()
    assert load_settings(path).workspaces["a"].key == ASKING
    add_workspace(path, WorkspaceSettings(name="b", key=KeySource(kind="command", command=("cat", "key"))))
    assert path.read_text().count("key_command_interactive") == 1


def test_another_value_is_refused_with_its_line() -> None:
    with pytest.raises(
        ConfigurationError, match=r"line 3, column \d+: `key_command_interactive` must be true or false"
    ):
        parse_settings('[workspaces.a]\nkey_command = ["a"]\nkey_command_interactive = 1\n', Path("config.toml"))
