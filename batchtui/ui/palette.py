"""The command palette, filled from the commands that the current screen declares."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from batchtui.ui.commands import Command
from batchtui.ui.screens.base import BaseScreen
from batchtui.ui.screens.help_screen import format_keys

THEME = Command("", "app.change_theme", "Theme", "Choose the colours of this session", "Everywhere", " ")
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


def _describe(command: Command, label: Content) -> Content:
    keys = Content.styled(f"   {format_keys(command)}", "$foreground-muted")
    return Content.assemble(label, keys, "\n", Content.styled(command.help, "$foreground-muted"))
