"""The command palette, filled from the commands that the current screen declares."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.theme import ThemeProvider

from batchtui.background import in_background
from batchtui.safe_text import safe_block
from batchtui.ui.commands import Command
from batchtui.ui.screens.base import BaseScreen
from batchtui.ui.screens.help_screen import format_keys

if TYPE_CHECKING:
    from batchtui.ui.app import BatchtuiApp

THEME = Command("", "choose_theme", "Theme", "Choose the colours, and keep them", "Everywhere", " ")
"""The one command that has no key."""

_HELP_WEIGHT = 0.8


class ScreenCommands(Provider):
    """Offers what the screen's keys offer, by name.

    Everything that is shown is `Content`: a plain string would be parsed as markup.
    """

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(_describe(command, Content(command.label)), self._action(command), text=command.label)

    async def search(self, query: str) -> Hits:
        """Offer the commands whose name or help matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.help) * _HELP_WEIGHT)
            if score > 0:
                shown = _describe(command, matcher.highlight(command.label))
                yield Hit(score, shown, self._action(command), text=command.label)

    def _commands(self) -> Iterator[Command]:
        declared = self.screen.commands if isinstance(self.screen, BaseScreen) else ()
        by_action = {command.action: command for command in reversed((*declared, THEME)) if command.in_palette}
        return reversed(by_action.values())

    def _action(self, command: Command) -> Callable[[], Coroutine[Any, Any, None]]:
        return partial(self.screen.run_action, command.action)


class ThemeChoices(ThemeProvider):
    """Offers the themes; the one that is chosen stays, where the person's configuration can be written."""

    @property
    def commands(self) -> list[tuple[str, Callable[[], None]]]:
        """Every theme, and what choosing it does."""
        return [(name, partial(self._choose, name, wear)) for name, wear in super().commands]

    def _choose(self, name: str, wear: Callable[[], None]) -> None:
        wear()
        self.app.run_worker(self._keep(name), group="theme", exit_on_error=False)

    async def _keep(self, name: str) -> None:
        app = cast("BatchtuiApp", self.app)
        file = await in_background(app.directory.keep_theme, name)
        if file is not None:
            app.notify(safe_block(f"The theme {name} is kept in {file}."), markup=False)


def _describe(command: Command, label: Content) -> Content:
    keys = Content.styled(f"   {format_keys(command)}", "$foreground-muted")
    return Content.assemble(label, keys, "\n", Content.styled(command.help, "$foreground-muted"))
