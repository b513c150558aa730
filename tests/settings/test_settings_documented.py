"""Every setting is documented once, and what is documented holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.settings import Settings, example_file, iter_settings, parse_settings
from batchtui.settings.documenting import SettingFact

FILE = Path("config.toml")
FACTS = list(iter_settings())


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.table}.{fact.name}")
def test_every_setting_has_words_and_an_example_that_holds(fact: SettingFact) -> None:
    assert fact.does
    assert fact.must_be
    head = f"[{fact.table}]\n" if fact.table else ""
    warnings = parse_settings(f"{head}{fact.name} = {fact.example}", FILE).warnings
    assert [warning for warning in warnings if "not in this file" not in warning] == []


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.default], ids=lambda fact: f"{fact.table}.{fact.name}")
def test_the_default_that_is_told_is_the_one_that_holds(fact: SettingFact) -> None:
    head = f"[{fact.table}]\n" if fact.table else ""
    assert parse_settings(f"{head}{fact.name} = {fact.default}", FILE) == parse_settings(head, FILE)


def test_the_commented_file_changes_nothing_until_a_line_is_uncommented() -> None:
    assert parse_settings(example_file(), FILE) == Settings()
    assert all(line.startswith("#") or not line for line in example_file().splitlines())
    changed = example_file().replace("#refresh_seconds = 10.0", "refresh_seconds = 20").replace("#[keys]", "[keys]")
    settings = parse_settings(changed.replace('#export = "x,f6"', 'export = "x,f6"'), FILE)
    assert settings.refresh_seconds == 20
    assert settings.keys[0].keys == ("x", "f6")
