"""The command palette, filled from the commands that the current screen declares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from batchtui.ui.commands import Command
from batchtui.ui.screens.base import BaseScreen


class ScreenCommands(Provider):
    """Offers what the screen's keys offer, by name."""

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(command.label, partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer the commands whose name or help matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.help) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(command.label), partial(self._run, command), help=command.help)

    def _commands(self) -> Iterator[Command]:
        if isinstance(self.screen, BaseScreen):
            yield from (command for command in self.screen.COMMANDS if command.in_palette)

    async def _run(self, command: Command) -> None:
        await self.screen.run_action(command.action)
