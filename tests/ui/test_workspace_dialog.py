from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from batchtui.errors import (
    AuthenticationError,
    BadRequestError,
    BatchtuiError,
    ConnectionFailedError,
    KeyringDismissedError,
    KeyringLockedError,
    KeyringMissingError,
    KeyringTimeoutError,
    MalformedKeyError,
    WorkspaceExistsError,
)
from batchtui.ui.dialogs.workspace_dialog import WorkspaceDialog
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.workspace import WorkspaceEntry
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

ALL_WORDS = (
    "Add a workspace",
    "Name",
    "Server",
    "Key from",
    "Key",
    "Workspace id",
    "Access",
    "Production",
    "Colour",
    "○ pink",
    "Check and save",
    "Cancel",
)


def make_app() -> tuple[WorkspacesApp, HandmadeDirectory]:
    directory = HandmadeDirectory(WorkspaceEntry("research", "https://api.anthropic.com", "keyring", "OS keyring"))
    return WorkspacesApp(directory, WorkspacesScreen()), directory


async def fill_in(pilot: Pilot[Any], name: str = "prod", key: str = KEY) -> None:
    """Open the dialog, give a name and paste a key."""
    await pilot.press("a")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceDialog))
    await paste(pilot, name)
    pilot.app.screen.query_one(KeyInput).focus()
    await paste(pilot, key)


def words_on(app: WorkspacesApp) -> str:
    """Return the words of the dialog, or else of the screen, as if they were not wrapped."""
    lines = [line.split("│")[1] if line.count("│") > 1 else line for line in screen_lines(app)]
    framed = [line for line, whole in zip(lines, screen_lines(app), strict=True) if line != whole]
    return " ".join(" ".join(framed or lines).split())


def is_closed(app: WorkspacesApp) -> bool:
    return app.screen is app.first_screen


@pytest.mark.parametrize("size", [*SIZES, (60, 24), (40, 16)])
async def test_the_dialog_fits_with_its_longest_message(size: tuple[int, int]) -> None:
    app, directory = make_app()
    directory.failures["check"] = KeyringTimeoutError("no answer within 10 s")
    async with app.run_test(size=size) as pilot:
        await fill_in(pilot)
        if size in SIZES:
            for words in ALL_WORDS:
                assert words in screen_text(app)
        await pilot.press("enter")
        await wait_for_text(pilot, "The keyring does not answer")
        await wait_until(pilot, lambda: "what you typed stays." in words_on(app))
        assert "Check again" in screen_text(app)
        assert "Cancel" in screen_text(app)
        dialog = app.screen.query_one("#dialog").region
        assert app.screen.region.contains_region(dialog)


async def test_a_key_is_checked_shown_to_belong_somewhere_and_kept_only_when_that_is_agreed_on() -> None:
    app, directory = make_app()
    watch = Watch()
    async with app.run_test(message_hook=watch) as pilot:
        await fill_in(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        assert "belongs to workspace wrkspc_01research of organization org-7; 20 or more batches" in words_on(app)
        assert not [call for call in directory.calls if call[0] == "add"]
        assert_hidden(app, watch)
        await pilot.press("enter")
        await wait_until(pilot, lambda: is_closed(app) and "▌  prod" in screen_text(app))
        held = directory.keys["prod"]
        assert held is not None
        assert held.get_secret_value() == KEY
        assert directory.listed[-1].seen_workspace_id == "wrkspc_01research"
        assert_hidden(app, watch)


async def test_while_the_server_is_asked_the_dialog_says_so_and_can_be_left() -> None:
    app, directory = make_app()
    async with app.run_test() as pilot:
        await fill_in(pilot)
        directory.may_go_on.clear()
        await pilot.press("enter")
        await wait_for_text(pilot, "Checking the key with one call to api.anthropic.com…")
        assert app.screen.query_one("#proceed", Button).disabled
        await pilot.press("escape")
        await wait_until(pilot, lambda: is_closed(app))
        directory.may_go_on.set()


async def test_a_change_after_the_check_needs_another_check() -> None:
    app, directory = make_app()
    async with app.run_test() as pilot:
        await fill_in(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        await pilot.press(*["shift+tab"] * 5)
        assert isinstance(app.focused, KeyInput)
        await type_text(pilot, "x")
        assert "Save it?" not in screen_text(app)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        assert directory.calls.count(("check", "prod")) == 2


@pytest.mark.parametrize(
    ("error", "way_out"),
    [
        (
            KeyringLockedError("the collection login is locked"),
            "Unlock it in your desktop session, or with w, U, and try again.",
        ),
        (KeyringMissingError("no service on the bus"), "No keyring service that keeps keys safe is running here."),
        (KeyringTimeoutError("no answer within 10 s"), "password on another screen: answer it there and try again."),
        (KeyringDismissedError("the question was closed"), "Try again and answer its question."),
    ],
)
async def test_a_keyring_that_fails_keeps_what_was_typed_and_another_source_saves_it(
    error: BatchtuiError, way_out: str
) -> None:
    app, directory = make_app()
    directory.failures["add"] = error
    watch = Watch()
    async with app.run_test(message_hook=watch) as pilot:
        await fill_in(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        await pilot.press("enter")
        await wait_for_text(pilot, f"✗ {error.title}")
        assert error.detail in screen_text(app)
        assert f"{way_out} Or choose another source above; what you typed stays." in words_on(app)
        assert "Save unchecked" not in screen_text(app)
        app.screen.query_one("#key-kind").focus()
        await pilot.press("right")
        await wait_until(pilot, lambda: "● this session" in words_on(app))
        assert f"{len(KEY)} characters" in screen_text(app)
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Save it?")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: is_closed(app))
        assert directory.listed[-1].key_kind == "session"
        assert_hidden(app, watch)


@pytest.mark.parametrize(
    ("error", "way_out", "buttons"),
    [
        (AuthenticationError(status=401, message="invalid x-api-key"), "Paste another key", ["Save unchecked"]),
        (ConnectionFailedError("no route to host"), "Check the network", ["Save unchecked"]),
        (BadRequestError(status=400, message="is required"), "needs the workspace id above", ["Save unchecked"]),
        (MalformedKeyError("there is a space in it"), "copy it again from the console", []),
        (WorkspaceExistsError("there is a workspace prod"), "Choose another name", []),
    ],
)
async def test_a_failed_check_names_the_way_out_and_only_the_servers_word_can_be_passed_over(
    error: BatchtuiError, way_out: str, buttons: list[str]
) -> None:
    app, directory = make_app()
    directory.failures["check"] = error
    async with app.run_test() as pilot:
        await fill_in(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, f"✗ {error.title}")
        assert way_out in words_on(app)
        assert [words for words in ("Save unchecked",) if words in screen_text(app)] == buttons
        if buttons:
            app.screen.query_one("#save-unchecked").focus()
            await pilot.press("enter")
            await wait_until(pilot, lambda: is_closed(app))
            assert directory.listed[-1].seen_workspace_id is None


async def test_a_command_is_split_into_its_words_and_no_key_is_asked_for() -> None:
    app, directory = make_app()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await type_text(pilot, "prod")
        await pilot.press("tab", "tab", "left")
        await wait_until(pilot, lambda: "● a command" in words_on(app))
        await pilot.press("tab")
        await type_text(pilot, "pass show 'my key'")
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        assert directory.checked[0].key_command == ("pass", "show", "my key")
        await pilot.press("enter")
        await wait_until(pilot, lambda: is_closed(app))
        assert (directory.listed[-1].key_kind, directory.keys["prod"]) == ("command", None)


async def test_a_command_that_asks_has_the_terminal_and_the_form_says_how_long() -> None:
    app, directory = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await type_text(pilot, "prod")
        assert "asks nothing" not in words_on(app)
        await pilot.press("tab", "tab", "left", "tab")
        await type_text(pilot, "pass show x")
        await wait_until(pilot, lambda: "● asks nothing ○ may ask for a passphrase It prints the key" in words_on(app))
        await pilot.press("tab", "right")
        await wait_until(pilot, lambda: "● may ask for a passphrase Then it has the terminal" in words_on(app))
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Save it?")
        assert directory.checked[0].key_command_interactive
        app.screen.query_one("#key-kind").focus()
        await pilot.press("left", "ctrl+s")
        await wait_until(pilot, lambda: len(directory.checked) == 2)
        assert (directory.checked[1].key_kind, directory.checked[1].key_command_interactive) == ("env", False)


@pytest.mark.parametrize("size", SIZES)
async def test_the_mark_of_production_and_a_colour_are_chosen_in_the_form(size: tuple[int, int]) -> None:
    app, directory = make_app()
    async with app.run_test(size=size) as pilot:
        await fill_in(pilot)
        await pilot.press("tab", "tab", "tab")
        await pilot.press("space", "tab", "left", "left")
        await wait_until(pilot, lambda: "● yes: ask for an id's last four characters" in words_on(app))
        assert "● purple" in words_on(app)
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Save it?")
        assert (directory.checked[0].production, directory.checked[0].colour) == (True, "purple")


@pytest.mark.parametrize(
    ("keys", "words", "field"),
    [
        (("enter",), "Give the workspace a name.", "name"),
        (("x", "enter"), "Paste or type the key.", "key"),
        (("x", "tab", "ctrl+u", "enter"), "Say which server", "base-url"),
        (("x", "tab", "tab", "left", "tab", "enter"), "Write the command", "key-command"),
        (("x", "tab", "tab", "left", "tab", "quotation_mark", "enter"), "is not closed", "key-command"),
        (("x", "tab", "tab", "right", "right", "tab", "ctrl+u", "enter"), "Name the variable", "key-env"),
    ],
)
async def test_a_field_that_is_missing_is_named_and_gets_the_focus(
    keys: tuple[str, ...], words: str, field: str
) -> None:
    app, directory = make_app()
    async with app.run_test() as pilot:
        await pilot.press("a", *keys)
        await wait_for_text(pilot, words)
        assert app.focused is not None
        assert app.focused.id == field
        assert {call[0] for call in directory.calls} == {"entries"}


@pytest.mark.parametrize("field", ["name", "base-url", "workspace-id"])
async def test_a_key_in_a_field_that_would_show_it_is_taken_out(field: str) -> None:
    app, _ = make_app()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await wait_until(pilot, lambda: isinstance(app.screen, WorkspaceDialog))
        box = app.screen.query_one(f"#{field}", Input)
        box.focus()
        await paste(pilot)
        await wait_for_text(pilot, "That was a key")
        assert KEY[12:] not in screen_text(app)
        assert not box.value


async def test_an_open_dialog_sends_nothing_to_the_terminal() -> None:
    app, _ = make_app()
    async with app.run_test() as pilot:
        await fill_in(pilot)
        assert not any(box.cursor_blink for box in app.screen.query(Input))
        assert not app.animator._animations


async def test_a_key_that_is_pasted_beside_the_fields_goes_into_its_own() -> None:
    app, _ = make_app()
    watch = Watch()
    async with app.run_test(message_hook=watch) as pilot:
        await pilot.press("a")
        await wait_until(pilot, lambda: isinstance(app.screen, WorkspaceDialog))
        app.screen.query_one("#key-kind").focus()
        await paste(pilot)
        await wait_for_text(pilot, f"{len(KEY)} characters")
        assert isinstance(app.focused, KeyInput)
        await pilot.press("shift+tab", "left")
        await wait_until(pilot, lambda: "● a command" in words_on(app))
        await paste(pilot, "another")
        await pilot.press("right")
        await wait_for_text(pilot, f"{len(KEY)} characters")
        assert_hidden(app, watch)
