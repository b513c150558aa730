"""What `batchtui info` writes and explains of the configuration."""

from __future__ import annotations

import stat
from pathlib import Path

from batchtui.settings import example_file
from tests.support.command_line import CommandLine


def test_info_writes_it_for_its_owner_and_replaces_nothing_unasked(batchtui: CommandLine) -> None:
    assert batchtui("info", "--write-config").code == 0
    assert batchtui.config.read_text() == example_file()
    assert stat.S_IMODE(batchtui.config.stat().st_mode) == 0o600
    batchtui.config.write_text("read_only = true\n")
    assert batchtui("info", "--write-config").code == 1
    assert batchtui.config.read_text() == "read_only = true\n"
    assert batchtui("info", "--write-config", "--force").code == 0
    assert batchtui.config.read_text() == example_file()


def test_info_writes_it_elsewhere_too(batchtui: CommandLine, tmp_path: Path) -> None:
    assert batchtui("info", "--write-config", str(tmp_path / "other.toml")).code == 0
    assert (tmp_path / "other.toml").read_text() == example_file()
    assert not batchtui.config.exists()


def test_info_says_what_only_the_screens_can_judge(batchtui: CommandLine) -> None:
    batchtui.config.write_text('theme = "mauve"\n[keys]\nexport = "x"\nexprt = "y"\n')
    said = batchtui("info").out
    assert "There is no theme 'mauve'; there are:" in said
    assert "line 4: `exprt` is nothing that keys can do, and is ignored; did you mean `export`?" in said
    assert '"x" (configuration)' in said


def test_info_lists_the_names_of_actions(batchtui: CommandLine) -> None:
    assert any(line.split()[:2] == ["export", "e"] for line in batchtui("info", "--actions").lines)
