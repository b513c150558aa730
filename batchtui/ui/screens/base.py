"""What every screen of the dashboard shares."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual import events
from textual.command import CommandPalette

from batchtui.errors import BatchtuiError
from batchtui.formatting import format_bytes
from batchtui.safe_text import safe_block
from batchtui.ui.clipboard import LARGEST_COPY
from batchtui.ui.commands import Command, bindings, rebound
from batchtui.ui.steady_screen import SteadyScreen
from batchtui.ui.widgets.too_small import MIN_HEIGHT, MIN_WIDTH, TooSmall

if TYPE_CHECKING:
    from textual.widget import Widget

    from batchtui.ui.app import BatchtuiApp
    from batchtui.workspace import Workspace

LEAVING = (
    Command("question_mark", "help", "Help", "This help", "Everywhere", "?", in_footer=True),
    Command("ctrl+p", "command_palette", "Commands", "Find any command by name", "Everywhere", in_palette=False),
    Command("escape", "back", "Back", "Back to the screen before", "Everywhere", "esc", in_palette=False),
    Command("q", "leave", "Back", "Back, and out of the first screen; so does ctrl+c", "Everywhere", in_footer=True),
)

WORKSPACES = Command("w", "workspaces", "Workspaces", "Switch, add, test or remove workspaces", "Everywhere")
WITHIN_A_WORKSPACE = (WORKSPACES, *LEAVING)
"""What works on every screen about a workspace's batches."""

OF_THE_APP = (
    Command("ctrl+l", "app.repaint", "Repaint", "Draw everything again", "Everywhere", has_priority=True),
    Command("ctrl+z", "app.suspend_process", "Suspend", "To the shell; fg returns", "Everywhere", has_priority=True),
    Command("ctrl+q", "app.quit", "Quit", "Leave the program from anywhere", "Everywhere", has_priority=True),
)
"""What works on every screen and dialog."""

_LONGEST_HOLD_SECONDS = 1.0
_UNLISTED = (Command("ctrl+c", "leave", "Back", "The same as q", has_priority=True, id=""),)
"""Said in the line of `q`; an input field would keep the key for itself."""


class BaseScreen(SteadyScreen[None]):
    """A screen with commands declared once, a way back, and errors told as sentences."""

    COMMANDS: ClassVar[tuple[Command, ...]] = LEAVING  # type: ignore[assignment]  # Textual's are the palette's sources
    BINDINGS = bindings((*LEAVING, *_UNLISTED))
    HORIZONTAL_BREAKPOINTS = [(0, "-too-narrow"), (MIN_WIDTH, "-narrow"), (110, "-wide"), (150, "-very-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-too-short"), (MIN_HEIGHT, "-short"), (30, "-tall")]

    workspace: Workspace | None = None
    """Whose batches this screen is about."""

    keys_wait_until: float = 0.0
    """While keys wait for what was asked for: see `Awaiting`."""

    _last_focused: Widget | None = None

    def on_mount(self) -> None:
        """Keep the sentence for a terminal that is too small at hand; the styles show it."""
        self.mount(TooSmall())

    def on_resize(self, event: events.Resize) -> None:
        """Give the keys back to what had them after the terminal was too small to show it."""
        if event.size == self.app.size:
            self.call_after_refresh(self._restore_focus)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Remember what had the keys."""
        self._last_focused = event.widget

    def _restore_focus(self) -> None:
        """Give the keys to what had them last, where it is still shown, or else to what has them first."""
        if self.focused is not None:
            return
        last = self._last_focused
        wanted = [last] if last is not None and last.is_attached else []
        wanted += self.query(self.AUTO_FOCUS).results() if self.AUTO_FOCUS else ()
        found = next((widget for widget in wanted if widget.focusable and widget.display), None)
        if found is not None:
            self.set_focus(found, from_app_focus=True)  # which selects nothing: a key would replace it

    def hold_keys(self) -> None:
        """Let keys wait, not for long, until `release_keys` says that what they are meant for is there."""
        self.keys_wait_until = time.monotonic() + _LONGEST_HOLD_SECONDS

    def release_keys(self) -> None:
        """Let keys that have waited be done."""
        self.keys_wait_until = 0.0

    @property
    def dashboard(self) -> BatchtuiApp:
        """The App, by its own type."""
        return cast("BatchtuiApp", self.app)

    def action_command_palette(self) -> None:
        """Offer this screen's commands by name."""
        from batchtui.ui.palette import ScreenCommands  # noqa: PLC0415  # which asks a BaseScreen for its commands

        self.app.push_screen(CommandPalette(providers=[ScreenCommands], id="--command-palette"))

    def action_choose_theme(self) -> None:
        """Offer the themes by name."""
        from batchtui.ui.palette import ThemeChoices  # noqa: PLC0415  # as above

        self.app.push_screen(CommandPalette(providers=[ThemeChoices], placeholder="Search for themes…"))

    @property
    def commands(self) -> tuple[Command, ...]:
        """What can be done here, with the keys that the person has chosen."""
        return rebound((*self.COMMANDS, *OF_THE_APP), getattr(self.app, "keymap", {}))

    def action_help(self) -> None:
        """Show what every key of this screen does."""
        from batchtui.ui.screens.help_screen import HelpScreen  # noqa: PLC0415  # which is a BaseScreen too

        self.app.push_screen(HelpScreen(self.title or "", self.commands))

    def action_workspaces(self) -> None:
        """Show the workspaces; the one that is open is returned to as it is left now."""
        from batchtui.ui.screens.workspaces_screen import WorkspacesScreen  # noqa: PLC0415  # which is a BaseScreen too

        self.app.push_screen(WorkspacesScreen(self.workspace))

    async def action_back(self) -> None:
        """Go back; the first screen stays."""
        if not self.is_first:
            await self.app.pop_screen()

    async def action_leave(self) -> None:
        """Go back; from the first screen, leave the program."""
        if self.is_first:
            self.app.exit()
        else:
            await self.app.pop_screen()

    @property
    def is_first(self) -> bool:
        """Whether there is no screen of ours below this one."""
        return not any(isinstance(screen, BaseScreen) for screen in self.app.screen_stack[: self._place()])

    def _place(self) -> int:
        return self.app.screen_stack.index(self)

    def tell(self, message: str, *, is_bad: bool = False) -> None:
        """Say something in passing; good news leaves the screen sooner."""
        severity: Literal["error", "information"] = "error" if is_bad else "information"
        self.notify(safe_block(message), severity=severity, timeout=6 if is_bad else 3, markup=False)

    def copy(self, text: str, name: str) -> None:
        """Offer a text to the terminal's clipboard, unless it is too long; whether it is taken is not known."""
        size = len(text.encode("utf-8", "replace"))
        if size > LARGEST_COPY:
            self.tell(f"{name}: {format_bytes(size)} is more than terminals copy; write it to a file with s or e.")
            return
        self.app.copy_to_clipboard(text)
        self.tell(f"{name} was sent to the terminal for its clipboard.")

    def tell_error(self, error: BatchtuiError) -> None:
        """Say what went wrong, and the way out."""
        words = "\n".join(part for part in (error.detail, error.hint) if part)
        self.notify(safe_block(words), title=safe_block(error.title), severity="error", timeout=10, markup=False)
