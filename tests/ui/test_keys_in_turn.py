"""Keys that come at once, as a slow link brings them, count in their order."""

from __future__ import annotations

from pydantic import SecretStr
from textual.app import ComposeResult
from textual.events import Key
from textual.widget import Widget

from batchtui.demo.simulator import Simulator
from batchtui.ui.keys_in_turn import KeyDone, KeysInTurn
from batchtui.ui.widgets.find_line import FindLine
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.ui.widgets.line_input import LineInput
from tests.support.batches_app import dashboard
from tests.support.simulator import place_batch
from tests.support.waiting import wait_until


class Fields(KeysInTurn[None]):
    def compose(self) -> ComposeResult:
        yield LineInput("old words", id="first")
        yield LineInput(id="second")
        yield KeyInput()

    def send_at_once(self, *keys: str) -> None:
        for key in keys:
            self.post_message(Key(key, key if len(key) == 1 else None))


async def test_editing_keys_are_done_before_the_letters_that_follow() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        app.send_at_once("ctrl+u", *"tea", "backspace", *"xt")
        await wait_until(pilot, lambda: app.query_one("#first", LineInput).value == "text")


async def test_letters_after_tab_go_to_the_next_field() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        app.send_at_once("end", *"!", "tab", *"tea", "backspace", "tab", *"sk-", "backspace", *"x")
        await wait_until(pilot, lambda: app.query_one(KeyInput).key == SecretStr("skx"))
        assert [field.value for field in app.query(LineInput)] == ["old words!", "te"]


class Leaving(Widget, can_focus=True):
    """Goes at the first key."""

    def on_key(self, event: Key) -> None:
        event.stop()
        self.app.query_one("#first").focus()
        self.remove()


async def test_keys_that_follow_go_where_the_focus_is_when_a_widget_goes_at_a_key() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        await app.mount(leaving := Leaving())
        leaving.focus()
        app.send_at_once("x", *"abc")
        await wait_until(pilot, lambda: "abc" in app.query_one("#first", LineInput).value)


class Mute(Widget, can_focus=True):
    """Lets no message pass."""

    def on_key_done(self, message: KeyDone) -> None:
        message.stop()


async def test_keys_go_on_although_one_is_never_said_to_be_done() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        await app.mount(mute := Mute())
        mute.focus()
        await wait_until(pilot, lambda: mute.has_focus)
        app.send_at_once("x", "tab", *"abc")
        await wait_until(pilot, lambda: "abc" in app.query_one("#first", LineInput).value)


async def test_what_follows_enter_goes_to_the_screen_that_it_opens(simulator: Simulator) -> None:
    place_batch(simulator, "ended", {"succeeded": 3})
    async with dashboard(simulator) as seen:
        for key in ("enter", "q", "slash", *"ende", "backspace", *"ed"):
            seen.app.post_message(Key(key, key if len(key) == 1 else None))
        await wait_until(seen.pilot, lambda: seen.screen.query_one(FindLine).value == "ended")
        assert seen.app.is_running
        assert seen.app.screen is seen.screen
