from __future__ import annotations

from pathlib import Path

import pytest

from batchtui.errors import ConfigurationError, DemoUnavailableError, UnknownWorkspaceError
from batchtui.ui.screens.welcome_screen import WelcomeScreen
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from batchtui.workspace import WorkspaceEntry
from tests.support.screen_text import screen_lines, screen_text
from tests.support.waiting import wait_for_text, wait_until
from tests.support.workspaces_app import SIZES, HandmadeDirectory, WorkspacesApp, paste, type_text

RESEARCH = WorkspaceEntry("research", "https://api.anthropic.com", "keyring", "OS keyring")


def make_app(*entries: WorkspaceEntry, screen: WelcomeScreen | None = None) -> WorkspacesApp:
    return WorkspacesApp(HandmadeDirectory(*entries), screen or WelcomeScreen())


@pytest.mark.parametrize("size", SIZES)
async def test_without_a_key_the_three_ways_to_give_one_and_the_demo_are_explained(size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "No key at hand?")
        for words in (
            "1  Store it",
            "batchtui workspaces add NAME",
            "2  Set it",
            "ANTHROPIC_API_KEY",
            "3  Let a command print it",
            "pass show anthropic",
            "no configuration.",
        ):
            assert words.casefold() in screen_text(app).casefold()
        footer = screen_lines(app)[-1]
        assert "a Add a workspace" in footer
        assert "d Demo" in footer
        assert "Workspaces" not in footer
        assert "Try again" not in footer


async def test_an_error_comes_first_with_its_case_and_the_way_out(tmp_path: Path) -> None:
    error = ConfigurationError(tmp_path / "config.toml", "`refresh_seconds` must be a number", line=3, column=1)
    app = make_app(RESEARCH, screen=WelcomeScreen(error))
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for_text(pilot, "The configuration cannot be read")
        shown = screen_text(app)
        assert shown.index("cannot be read") < shown.index("line 3, column 1") < shown.index("Correct the file")
        assert shown.index("Correct the file") < shown.index("1  Store it")
        assert "w Workspaces" in screen_lines(app)[-1]


async def test_trying_again_opens_what_the_command_line_asked_for() -> None:
    app = make_app(RESEARCH, screen=WelcomeScreen(UnknownWorkspaceError("there is no workspace 'x'")))
    app.options.workspace = "x"
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "Unknown workspace")
        await pilot.press("r")
        await wait_until(pilot, lambda: app.opened == ["x"])


async def test_a_workspace_that_was_added_is_opened() -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await type_text(pilot, "prod")
        await pilot.press("tab", "tab", "tab")
        await paste(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.opened == ["prod"])


async def test_the_demo_starts_or_says_why_it_does_not() -> None:
    app = make_app()
    app.demo_failure = DemoUnavailableError("starlette is missing")
    async with app.run_test() as pilot:
        await pilot.press("d")
        await wait_for_text(pilot, "pip install 'batchtui[demo]'")
        assert "r Try again" not in screen_text(app)
        app.demo_failure = None
        await pilot.press("d")
        await wait_until(pilot, lambda: app.opened == ["the demo"])


async def test_workspaces_are_offered_once_there_are_some() -> None:
    app = make_app(RESEARCH)
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "w Workspaces")
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(app.screen, WorkspacesScreen))
        await pilot.press("escape")
        await wait_for_text(pilot, "No key at hand?")


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_q_leaves(key: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "No key at hand?")
        await pilot.press(key)
        await wait_until(pilot, lambda: not app.is_running)
