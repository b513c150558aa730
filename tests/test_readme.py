"""README says what the program does, and nothing that it does not."""

from __future__ import annotations

import re

from batchtui.cli.main import VERBS
from batchtui.ui.reference import SCREENS, iter_keys
from batchtui.ui.screens.base import LEAVING, OF_THE_APP
from tests.make_readme import README, with_tables


def test_the_tables_of_settings_and_keys_are_those_of_the_program() -> None:
    assert with_tables(README.read_text()) == README.read_text(), "run: .venv/bin/python -m tests.make_readme"


def test_every_command_of_every_screen_is_in_the_table_of_keys() -> None:
    named = {line.name for line in iter_keys()}
    for title, screen in SCREENS:
        assert {command.name for command in screen.COMMANDS} <= named, title
    assert {command.name for command in (*LEAVING, *OF_THE_APP)} <= named


def test_every_key_of_the_short_table_is_a_key_of_the_program() -> None:
    section = README.read_text().split("\n## Keys\n")[1].split("<details>")[0]
    keys = set(re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)) - {" key ", "---"}
    known = {key for line in iter_keys() for key in line.keys.split()}
    assert {key for cell in keys for key in re.findall(r"`([^`]+)`", cell)} <= known


def test_every_verb_is_named() -> None:
    readme = README.read_text()
    assert [verb for verb in VERBS if f"batchtui {verb}" not in readme] == []
