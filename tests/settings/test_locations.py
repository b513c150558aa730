"""Where files live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs
import pytest

from batchtui.paths import cache_folder, config_path, state_folder

Place = Callable[[Mapping[str, str]], Path]
PLACES: list[tuple[Place, str, Path]] = [
    (lambda environ: config_path(environ).parent, "XDG_CONFIG_HOME", platformdirs.user_config_path("batchtui")),
    (cache_folder, "XDG_CACHE_HOME", platformdirs.user_cache_path("batchtui")),
    (state_folder, "XDG_STATE_HOME", platformdirs.user_state_path("batchtui")),
]


@pytest.mark.parametrize(("place", "variable", "usual"), PLACES)
def test_a_folder_is_the_systems_unless_a_variable_moves_it(
    place: Place, variable: str, usual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)  # platformdirs would look there by itself
    assert place({variable: "/elsewhere"}) == Path("/elsewhere/batchtui")
    assert place({}) == place({variable: "relative"}) == place({variable: ""}) == usual


def test_the_configuration_file_can_be_named() -> None:
    assert config_path({"BATCHTUI_CONFIG": "/a/b.toml", "XDG_CONFIG_HOME": "/c"}) == Path("/a/b.toml")
    assert config_path({"XDG_CONFIG_HOME": "/c"}) == Path("/c/batchtui/config.toml")


def test_the_home_folders_sign_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert config_path({"BATCHTUI_CONFIG": "~/b.toml"}) == Path("/home/somebody/b.toml")


def test_asking_makes_nothing(tmp_path: Path) -> None:
    for place, variable, _ in PLACES:
        place({variable: str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
