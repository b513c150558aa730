from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from batchtui.ui.widgets.key_input import KeyInput
from tests.support.screen_text import screen_text
from tests.support.workspaces_app import KEY, Watch, assert_hidden, paste, type_text


class FieldApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.submitted = 0

    def compose(self) -> ComposeResult:
        yield KeyInput(placeholder="the key")
        yield Input(id="other")

    def on_key_input_submitted(self) -> None:
        self.submitted += 1

    @property
    def field(self) -> KeyInput:
        return self.query_one(KeyInput)

    def text(self) -> str | None:
        return self.field.key.get_secret_value() if self.field.key else None


async def test_a_typed_key_is_shown_as_bullets_and_a_count() -> None:
    app, watch = FieldApp(), Watch()
    async with app.run_test(size=(60, 5), message_hook=watch) as pilot:
        assert "the key" in screen_text(app)
        await type_text(pilot, "sk-ant-1")
        assert app.text() == "sk-ant-1"
        assert "••••••••  8 characters" in screen_text(app)
        assert "sk" not in screen_text(app)


async def test_a_pasted_key_takes_the_place_of_what_was_there_and_is_nowhere_else() -> None:
    app, watch = FieldApp(), Watch()
    async with app.run_test(size=(60, 5), message_hook=watch) as pilot:
        await type_text(pilot, "old")
        event = await paste(pilot, f"\n  {KEY} \r\nmore\n")
        assert app.text() == KEY
        assert event.text == ""
        assert f"{len(KEY)} characters" in screen_text(app)
        assert_hidden(app, watch)
        assert KEY not in repr(app.field) + repr(vars(app.field))


@pytest.mark.parametrize("keys", [("ctrl+c",), ("ctrl+a", "ctrl+c"), ("shift+home", "ctrl+c"), ("ctrl+x",)])
async def test_nothing_copies_the_key(keys: tuple[str, ...]) -> None:
    app, watch = FieldApp(), Watch()
    async with app.run_test(size=(60, 5), message_hook=watch) as pilot:
        await paste(pilot)
        await pilot.press(*keys)
        await pilot.click(KeyInput, offset=(3, 0))
        await pilot.click(KeyInput, offset=(3, 0), times=3)
        await pilot.press("ctrl+c")
        assert app.text() == KEY
        assert app.screen.get_selected_text() is None
        assert_hidden(app, watch)


async def test_it_is_deleted_from_its_end_or_whole() -> None:
    app = FieldApp()
    async with app.run_test(size=(60, 5)) as pilot:
        await type_text(pilot, "abc")
        await pilot.press("backspace")
        assert app.text() == "ab"
        await pilot.press("ctrl+u")
        assert app.text() is None
        await pilot.press("backspace")
        assert app.text() is None


async def test_enter_submits_and_tab_leaves() -> None:
    app = FieldApp()
    async with app.run_test(size=(60, 5)) as pilot:
        await type_text(pilot, "q j?")
        await pilot.press("enter")
        assert (app.text(), app.submitted) == ("q j?", 1)
        await pilot.press("tab", "x")
        assert app.query_one("#other", Input).value == "x"
        assert app.text() == "q j?"


async def test_a_field_that_is_gone_holds_no_key() -> None:
    app = FieldApp()
    async with app.run_test(size=(60, 5)) as pilot:
        await paste(pilot)
        field = app.field
        await field.remove()
        await pilot.pause()
        assert field.key is None
