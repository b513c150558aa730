from __future__ import annotations

import json

from batchtui import __version__
from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine


def test_versions_paths_and_settings_say_where_they_come_from(batchtui: CommandLine) -> None:
    batchtui.config.write_text('refresh_seconds = 30\n[workspaces.alpha]\nkey_env = "ALPHA_KEY"\n')
    facts = json.loads(batchtui("info", "--json").out)
    assert facts["versions"]["batchtui"] == __version__
    assert facts["paths"]["configuration"] == str(batchtui.config)
    assert facts["settings"]["refresh_seconds"] == "30.0 (configuration)"
    assert facts["settings"]["read_only"] == "false (default)"
    assert "ALPHA_KEY" in facts["workspaces"]["alpha"]
    assert "opened when none is named" in facts["workspaces"]["alpha"]


def test_no_key_is_shown_and_none_is_asked_for(batchtui: CommandLine, simulator: Simulator) -> None:
    batchtui.use(simulator)
    outcome = batchtui("info")
    assert outcome.code == 0
    assert simulator.keys["production"] not in outcome.out
    assert "ANTHROPIC_API_KEY" in outcome.out
    assert simulator.requests == ()


def test_a_broken_configuration_is_a_fact_like_any_other(batchtui: CommandLine) -> None:
    batchtui.config.write_text("[workspaces\n")
    outcome = batchtui("info")
    assert outcome.code == 0
    assert "line 1" in outcome.out
    assert __version__ in outcome.out
