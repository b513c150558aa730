"""The installed program in terminals that can little: what it sends them, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from batchtui.demo.simulator import Simulator
from tests.support.simulator import place_batch
from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal

MOUSE = b"\x1b[?1000h"
LOOK = re.compile(rb"\x1b\[([\d;]*)m")


@contextmanager
def dashboard(simulator: Simulator, folder: Path, *arguments: str, **variables: str) -> Iterator[Terminal]:
    place_batch(simulator, "failed", {"succeeded": 30, "overloaded": 10})
    place_batch(simulator, "running", lasts=None)
    environment = {
        "ANTHROPIC_API_KEY": simulator.keys["production"],
        "ANTHROPIC_BASE_URL": simulator.url,
        "HOME": str(folder),
        "BATCHTUI_CONFIG": str(folder / "config.toml"),
        "COLORTERM": "",
        **variables,
    }
    with Terminal(*arguments, environment=environment, columns=100, rows=30, folder=folder) as terminal:
        terminal.wait_for(" loaded")
        yield terminal
        terminal.send("ctrl+q")
        assert terminal.wait_exit() == 0


def look_codes(terminal: Terminal) -> set[int]:
    """The codes of attributes and colours that were sent; what follows 38 and 48 stands for itself."""
    return {int(code or 0) for codes in LOOK.findall(terminal.raw) for code in codes.split(b";")}


@pytest.mark.parametrize(
    "variables",
    [{"TERM": "linux"}, {"TERM": "vt100"}, {"LANG": "C"}, {"LC_ALL": "POSIX"}, {"LANG": "de_DE.ISO-8859-1"}],
    ids=str,
)
def test_a_terminal_without_unicode_is_sent_ascii(
    simulator: Simulator, tmp_path: Path, variables: dict[str, str]
) -> None:
    with dashboard(simulator, tmp_path, **variables) as terminal:
        terminal.wait_for("x failures")
        terminal.send("?")
        terminal.wait_for("Moving")
        terminal.send("q", "e")
        terminal.wait_for("-ids.txt")
        terminal.send("esc")
        assert terminal.raw.isascii()


def test_unicode_can_be_asked_for_and_refused(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("ascii = false\n")
    with dashboard(simulator, tmp_path, TERM="linux") as terminal:
        terminal.wait_for("✗ failures")
    (tmp_path / "config.toml").write_text("ascii = true\n")
    with dashboard(simulator, tmp_path) as terminal:
        terminal.wait_for("x failures")
        assert terminal.raw.isascii()


@pytest.mark.parametrize("term", ["xterm", "linux", "vt100"])
def test_a_terminal_of_sixteen_colours_is_sent_its_own_only(simulator: Simulator, tmp_path: Path, term: str) -> None:
    with dashboard(simulator, tmp_path, TERM=term) as terminal:
        terminal.send("space", "e")
        terminal.wait_for("-ids.txt")
        terminal.send("esc")
        assert {38, 48}.isdisjoint(look_codes(terminal))
        assert 31 in look_codes(terminal)


def test_no_color_means_no_colour_at_all_and_the_cursor_is_seen(simulator: Simulator, tmp_path: Path) -> None:
    with dashboard(simulator, tmp_path, NO_COLOR="1") as terminal:
        terminal.send("space", "e")
        terminal.wait_for("-ids.txt")
        terminal.send("esc")
        colours = {code for code in look_codes(terminal) if code >= 30 and code not in {39, 49}}
        assert colours == set()
        assert 7 in look_codes(terminal)


@pytest.mark.parametrize("way", ["setting", "flag"])
def test_the_mouse_can_be_left_to_the_terminal(simulator: Simulator, tmp_path: Path, way: str) -> None:
    (tmp_path / "config.toml").write_text("mouse = false\n" if way == "setting" else "")
    with dashboard(simulator, tmp_path, *(["--no-mouse"] if way == "flag" else [])) as terminal:
        assert MOUSE not in terminal.raw
    with dashboard(simulator, tmp_path, "--mouse") as terminal:
        assert MOUSE in terminal.raw


def test_the_mouse_marks_the_row_that_is_clicked(simulator: Simulator, tmp_path: Path) -> None:
    with dashboard(simulator, tmp_path) as terminal:
        row = next(place for place, line in enumerate(terminal.lines) if "failures" in line and "✗" in line)
        terminal.send(f"\x1b[<0;20;{row + 1}M", f"\x1b[<0;20;{row + 1}m")
        terminal.wait_for("▌  ✗ failures")


def test_a_setting_that_cannot_be_followed_is_told_and_the_dashboard_opens(
    simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text('theme = "mauve"\n[keys]\nexprt = "x"\nexport = "x"\n')
    with dashboard(simulator, tmp_path) as terminal:
        terminal.wait_for("no theme 'mauve'")
        terminal.wait_for("did you mean")
        terminal.wait_for("x Export")


@pytest.mark.parametrize("variables", [{"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}, {"TERM": "vt100"}], ids=str)
def test_a_verb_writes_what_the_terminal_can_hold(tmp_path: Path, variables: dict[str, str]) -> None:
    with Terminal("show", "--help", environment={"HOME": str(tmp_path), **variables}) as terminal:
        assert terminal.wait_exit() == 0
        assert b"Example: batchtui show msgbatch_01~ --json" in terminal.raw
