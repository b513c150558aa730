from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from textual.pilot import Pilot

from batchtui.errors import (
    AuthenticationError,
    ConfigurationError,
    KeyringLockedError,
    KeyringTimeoutError,
    NoKeyError,
    WorkspaceExistsError,
)
from batchtui.ui.dialogs.confirm_dialog import ConfirmDialog
from batchtui.ui.dialogs.key_dialog import KeyDialog
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import KeyCheck, KeySource, Workspace, WorkspaceEntry, WorkspaceSettings
from tests.support.screen_text import screen_lines, screen_text
from tests.support.waiting import wait_for_text, wait_until
from tests.support.workspaces_app import (
    KEY,
    SIZES,
    HandmadeDirectory,
    Watch,
    WorkspacesApp,
    assert_hidden,
    paste,
    type_text,
)

RESEARCH = WorkspaceEntry(
    "research",
    "https://api.anthropic.com",
    "keyring",
    "OS keyring (Secret Service)",
    seen_workspace_id="wrkspc_01research",
    is_default=True,
)
EVALS = WorkspaceEntry("evals", "http://localhost:8080/v1", "command", "command: pass …", is_read_only=True)
TYPED = WorkspaceEntry("typed", "https://api.anthropic.com", "session", "this session")
ENV = WorkspaceEntry(
    "env", "https://api.anthropic.com", "env", "environment variable ANTHROPIC_API_KEY", is_from_environment=True
)
ELSEWHERE = KeyCheck("wrkspc_02other", "org-7", 1, has_more=False, changed_from="wrkspc_01research")


def make_app(*entries: WorkspaceEntry, current: str | None = None) -> tuple[WorkspacesApp, HandmadeDirectory]:
    directory = HandmadeDirectory(*(entries or (RESEARCH, EVALS, TYPED, ENV)))
    return WorkspacesApp(directory, WorkspacesScreen(open_workspace(current) if current else None)), directory


def open_workspace(name: str) -> Workspace:
    settings = WorkspaceSettings(name=name, key=KeySource(kind="session"))
    return Workspace(settings, load_key=lambda: SecretStr(KEY), key_source="", spool_folder=Path(os.devnull))


async def show(pilot: Pilot[Any], *keys: str) -> None:
    """Wait for the list, then press."""
    await wait_until(pilot, lambda: pilot.app.screen.query_one(RowTable).cursor_key)
    await pilot.press(*keys)


def line_of(app: WorkspacesApp, name: str) -> str:
    return next(line for line in screen_lines(app) if f" {name} " in f"{line} ")


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_says_where_each_key_comes_from_and_to_whom_it_belongs(size: tuple[int, int]) -> None:
    app, _ = make_app(current="evals")
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "Key from    command: pass …")
        for words in ("default", "OS keyring", "wrkspc_01research"):
            assert words in line_of(app, "research")
        assert "open, read-only" in line_of(app, "evals")
        assert "▌" in line_of(app, "evals")
        assert "env ANTHROPIC_API_KEY" in line_of(app, "env")
        assert ("localhost:8080" in line_of(app, "evals")) == (size[0] == 120)
        assert "d Remove" in screen_lines(app)[-1]


async def test_enter_opens_a_workspace_and_goes_back_to_the_one_that_is_open() -> None:
    app, _ = make_app(current="research")
    async with app.run_test() as pilot:
        await show(pilot, "j", "enter")
        await wait_until(pilot, lambda: app.opened == ["evals"])
        await pilot.press("k", "enter")
        await wait_until(pilot, lambda: app.screen is not app.first_screen or not app.is_running)
        assert app.opened == ["evals"]


async def test_a_test_says_to_whom_a_key_belongs() -> None:
    app, directory = make_app()
    async with app.run_test() as pilot:
        directory.may_go_on.set()
        await show(pilot, "j")
        directory.may_go_on.clear()
        await pilot.press("t", "t")
        await wait_for_text(pilot, "asking…")
        directory.may_go_on.set()
        await wait_for_text(pilot, "✓ The key works.")
        assert "belongs to workspace wrkspc_01research of organization org-7; 20 or more batches" in " ".join(
            screen_text(app).split()
        )
        await wait_for_text(pilot, "✓ wrkspc_01research")
        assert directory.calls.count(("test", "evals")) == 1


async def test_a_key_that_has_come_to_belong_elsewhere_is_a_warning() -> None:
    app, directory = make_app()
    directory.checks["research"] = ELSEWHERE
    async with app.run_test() as pilot:
        await show(pilot, "t")
        await wait_for_text(pilot, "! It belonged to workspace wrkspc_01research before.")
        await wait_for_text(pilot, "! wrkspc_02other")
        await pilot.press("j")
        assert "It belonged to" not in screen_text(app)


@pytest.mark.parametrize(
    ("keys", "error", "way_out"),
    [
        (
            "t",
            KeyringLockedError("the collection login is locked"),
            "Unlock it in your desktop session, or with w, U, and try again.",
        ),
        (
            "t",
            AuthenticationError(status=401, message="invalid x-api-key"),
            "Make a new key in the console and press K.",
        ),
        ("jjt", NoKeyError("not typed in yet"), "Press K to give its key."),
        ("jt", AuthenticationError(status=401, message="no"), "put it where this one comes from."),
    ],
)
async def test_a_failed_test_shows_title_case_and_way_out(keys: str, error: Exception, way_out: str) -> None:
    app, directory = make_app()
    directory.failures["test"] = error  # type: ignore[assignment]  # one of ours, parametrized
    async with app.run_test() as pilot:
        await show(pilot, *keys)
        await wait_for_text(pilot, way_out)
        assert f"✗ {error.title}" in screen_text(app)  # type: ignore[attr-defined]  # the same
        assert error.detail in screen_text(app)  # type: ignore[attr-defined]  # the same


async def test_all_keys_are_tested_at_once() -> None:
    app, directory = make_app()
    directory.failures["test"] = NoKeyError("nothing there")
    async with app.run_test() as pilot:
        await show(pilot, "T")
        await wait_until(pilot, lambda: screen_text(app).count("✓ wrkspc") == 3)
        assert screen_text(app).count("✗ No key") >= 1


async def test_the_default_is_another_one_after_m() -> None:
    app, _ = make_app()
    async with app.run_test() as pilot:
        await show(pilot, "j", "m")
        await wait_until(pilot, lambda: "default" in line_of(app, "evals"))
        assert "default" not in line_of(app, "research")
        assert "▌" in line_of(app, "evals")


async def test_a_renamed_workspace_keeps_the_cursor() -> None:
    app, directory = make_app()
    async with app.run_test() as pilot:
        await show(pilot, "n")
        await wait_for_text(pilot, "Its key in the keyring moves with it.")
        await pilot.press("ctrl+u")
        await type_text(pilot, "science")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "▌" in line_of(app, "science") and app.screen is app.first_screen)
        assert ("rename", "research", "science") in directory.calls


async def test_a_name_that_is_taken_is_said_and_can_be_corrected() -> None:
    app, directory = make_app()
    directory.failures["rename"] = WorkspaceExistsError("there is a workspace evals")
    async with app.run_test() as pilot:
        await show(pilot, "n")
        await type_text(pilot, "2")
        await pilot.press("enter")
        await wait_for_text(pilot, "That name is taken")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is app.first_screen)
        assert directory.listed[0].name == "research2"


async def test_removing_names_what_goes_and_no_is_the_safe_answer() -> None:
    app, directory = make_app(current="research")
    async with app.run_test() as pilot:
        await show(pilot, "d")
        await wait_for_text(pilot, "Its key in the keyring is deleted with it.")
        assert "It stays open here" in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is app.first_screen)
        assert len(directory.listed) == 4
        await pilot.press("d")
        await wait_for_text(pilot, "Remove the workspace research")
        await pilot.press("y")
        await wait_until(pilot, lambda: "research" not in screen_text(app))
        assert "▌" in line_of(app, "evals")


async def test_a_keyring_that_does_not_let_a_key_go_is_asked_about_once_more() -> None:
    app, directory = make_app()
    directory.failures["remove"] = KeyringTimeoutError("no answer within 10 s")
    async with app.run_test() as pilot:
        await show(pilot, "d")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("y")
        await wait_for_text(pilot, "leave its key?")
        assert "no answer within 10 s" in screen_text(app)
        assert len(directory.listed) == 4
        await pilot.press("y")
        await wait_until(pilot, lambda: len(directory.listed) == 3)
        assert directory.calls.count(("remove", "research", "keep_key")) == 1


@pytest.mark.parametrize("key", ["m", "n", "d"])
async def test_the_workspace_of_the_environment_says_why_it_stays(key: str) -> None:
    app, directory = make_app()
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await show(pilot, "G", key)
        await wait_for_text(pilot, "made by ANTHROPIC_API_KEY")
        assert app.screen is app.first_screen
        assert {call[0] for call in directory.calls} == {"entries"}


async def test_a_key_of_this_session_is_typed_in_checked_and_tested() -> None:
    app, directory = make_app()
    watch = Watch()
    async with app.run_test(message_hook=watch) as pilot:
        await show(pilot, "j", "j", "K")
        await wait_until(pilot, lambda: isinstance(app.screen, KeyDialog))
        await paste(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        assert_hidden(app, watch)
        await pilot.press("enter")
        await wait_until(pilot, lambda: ("test", "typed") in directory.calls)
        held = directory.keys["typed"]
        assert held is not None
        assert held.get_secret_value() == KEY
        await wait_until(pilot, lambda: "✓" in line_of(app, "typed"))
        assert_hidden(app, watch)


async def test_a_new_key_of_another_workspace_is_a_warning_before_it_is_kept() -> None:
    app, directory = make_app()
    directory.checks["research"] = KeyCheck("wrkspc_02other", None, 0, has_more=False)
    async with app.run_test() as pilot:
        await show(pilot, "K")
        await paste(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "! It belonged to workspace wrkspc_01research before.")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is app.first_screen)
        assert not [call for call in directory.calls if call[0] == "remember_key"]


async def test_a_key_that_is_not_kept_here_says_where_it_comes_from() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await show(pilot, "j", "K")
        await wait_for_text(pilot, "is not kept here")


async def test_without_workspaces_only_adding_is_offered() -> None:
    app, _ = make_app()
    app.directory.listed = []  # type: ignore[attr-defined]  # made by hand
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "No workspaces yet. Press a")
        footer = screen_lines(app)[-1]
        assert "a Add" in footer
        assert "Remove" not in footer
        await pilot.press("d", "t", "n", "m", "enter", "a")
        await wait_for_text(pilot, "Add a workspace")


async def test_a_configuration_that_cannot_be_read_is_shown_in_place_of_the_list(tmp_path: Any) -> None:
    app, directory = make_app()
    directory.failures["entries"] = ConfigurationError(tmp_path / "c.toml", "not a [table[", line=3, column=7)
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "The configuration cannot be read")
        assert "line 3, column 7" in " ".join(screen_text(app).split())
        assert "not a [table[" in " ".join(screen_text(app).split())


async def test_words_from_outside_reach_the_terminal_as_signs_only() -> None:
    hostile = "\x1b]0;x\x07[/red][@click=app.quit]x[/]\u202e"
    app, directory = make_app(WorkspaceEntry("research", f"http://{hostile}", "command", hostile))
    directory.failures["test"] = AuthenticationError(status=401, message=hostile)
    async with app.run_test(size=(120, 36)) as pilot:
        await show(pilot, "t")
        await wait_for_text(pilot, "The key was refused")
        shown = screen_text(app)
        assert "[@click=app.quit]x[/]" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


async def test_every_key_is_in_the_help() -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 36)) as pilot:
        await show(pilot, "question_mark")
        await wait_for_text(pilot, "Help · Workspaces")
        shown = screen_text(app)
        for words in ("Add a workspace and give its key", "where it really", "when none is named", "asks first"):
            assert words in shown
