"""Closing a screen or a dialog while its own work is about to go on."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Label, Static

from batchtui.ui.dialogs.confirm_dialog import ConfirmDialog
from batchtui.ui.dialogs.form_dialog import FormDialog
from batchtui.ui.screens.base import BaseScreen
from batchtui.ui.steady_screen import SteadyScreen


class FirstToGo(Label):
    """The widget that the screen's work will look for."""

    def on_unmount(self) -> None:
        busy_screen_of(self).has_lost_its_label.set()


class LastToGo(Static):
    """A widget that goes only when the other has gone, after it has let the screen's work go on."""

    async def on_unmount(self) -> None:
        screen = busy_screen_of(self)
        await screen.has_lost_its_label.wait()
        for _ in range(10):
            await asyncio.sleep(0)
        screen.may_go_on.set()
        for _ in range(10):
            await asyncio.sleep(0)


class BusyScreen(SteadyScreen[None]):
    """Shows the outcome of work that ends at the worst moment."""

    def compose(self) -> ComposeResult:
        yield FirstToGo("", id="answer")
        yield LastToGo()

    def on_mount(self) -> None:
        self.may_go_on = asyncio.Event()
        self.has_lost_its_label = asyncio.Event()
        self.run_worker(self._work())

    async def _work(self) -> None:
        await self.may_go_on.wait()
        self.query_one("#answer", Label).update("done")


def busy_screen_of(widget: Static) -> BusyScreen:
    screen = widget.screen
    assert isinstance(screen, BusyScreen)
    return screen


async def test_work_that_ends_while_its_screen_closes_does_not_end_the_program() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        await app.push_screen(BusyScreen())
        await pilot.pause()
        await app.pop_screen()
        await pilot.pause()
        assert app.is_running
        assert not isinstance(app.screen, BusyScreen)


class ScreenBelow(Screen[None]):
    """A screen that is busy when it comes to the front again, until the one above has lost its widgets."""

    lost: asyncio.Event | None = None

    async def on_screen_resume(self) -> None:
        if self.lost is not None:
            await self.lost.wait()


class ScreenInFront(SteadyScreen[None]):
    """Looks for its label as soon as it has been drawn."""

    def __init__(self, lost: asyncio.Event) -> None:
        super().__init__()
        self._lost = lost

    def compose(self) -> ComposeResult:
        yield Label("", id="answer")

    def look(self) -> None:
        self.query_one("#answer", Label).update("drawn")

    def on_unmount(self) -> None:
        self._lost.set()


async def test_what_a_screen_does_once_it_is_drawn_is_left_out_when_it_has_gone() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        below, lost = ScreenBelow(), asyncio.Event()
        await app.push_screen(below)
        screen = ScreenInFront(lost)
        await app.push_screen(screen)
        await pilot.pause()
        below.lost = lost
        screen.call_after_refresh(screen.look)
        app.pop_screen()
        await lost.wait()
        await pilot.pause()
        assert app.screen is below


async def test_what_a_screen_does_once_it_is_drawn_is_done() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        screen = ScreenInFront(asyncio.Event())
        await app.push_screen(screen)
        screen.call_after_refresh(screen.look)
        await pilot.pause()
        assert str(screen.query_one("#answer", Label).content) == "drawn"


@pytest.mark.parametrize("kind", [BaseScreen, FormDialog, ConfirmDialog])
def test_every_screen_and_dialog_is_steady(kind: type[Screen[object]]) -> None:
    assert issubclass(kind, SteadyScreen)
