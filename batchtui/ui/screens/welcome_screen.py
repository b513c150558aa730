"""The first minute: how to give batchtui a key, and what to do without one."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from batchtui.errors import BatchtuiError
from batchtui.ui.commands import Command, bindings
from batchtui.ui.dialogs.workspace_dialog import WorkspaceDialog
from batchtui.ui.screens.base import LEAVING
from batchtui.ui.screens.reading_screen import SCROLLING, ReadingBody, ReadingScreen
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.workspace_facts import describe_failure

STARTING = (
    Command("a", "add", "Add a workspace", "Add a workspace and give its key", "Start", in_footer=True),
    Command("d", "demo", "Demo", "Try everything on a simulator: no key, no network", "Start", in_footer=True),
    Command("w", "workspaces", "Workspaces", "Choose among the workspaces you have", "Start", in_footer=True),
    Command("r", "retry", "Try again", "Open the workspace again", "Start"),
)

_WAYS = {
    "Store it": (
        "Press [a], or run: batchtui workspaces add NAME. The key is typed hidden, checked with one call, and kept in "
        "this computer's keyring; or only in memory, for this session."
    ),
    "Set it": (
        "Export ANTHROPIC_API_KEY before you start batchtui; nothing is stored. ANTHROPIC_BASE_URL and "
        "ANTHROPIC_WORKSPACE_ID are read too."
    ),
    "Let a command print it": (
        "Press [a] and choose “a command”, such as: pass show anthropic. Made for hosts without a desktop."
    ),
}
_DEMO = (
    "Press [d] for the demo: a lively workspace on a simulator inside batchtui. No key, no network, no configuration."
)


class WelcomeScreen(ReadingScreen):
    """What is shown while there is no workspace, or none that opens; `error` says why."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (*STARTING, *SCROLLING, *LEAVING)  # type: ignore[assignment]  # as BaseScreen
    BINDINGS = bindings(STARTING)

    def __init__(self, error: BatchtuiError | None = None) -> None:
        super().__init__()
        self.title = "Welcome"
        self._error = error
        self._has_workspaces = False

    def compose(self) -> ComposeResult:
        """Lay out the error, the three ways and the demo."""
        yield Static(
            Content.assemble(("batchtui", "bold"), "  Message Batches in your terminal"), classes="screen-title"
        )
        with ReadingBody():
            yield Static(id="welcome-error")
            yield Static(Content("batchtui needs an API key of the workspace whose batches you want to see."))
            for number, (title, words) in enumerate(_WAYS.items(), start=1):
                yield Static(Content.assemble((f"{number}  {title}", "bold $accent")), classes="welcome-way")
                yield Static(_mark_keys(words), classes="welcome-words")
            yield Static(Content.styled("No key at hand?", "bold $accent"), classes="welcome-way")
            yield Static(_mark_keys(_DEMO), classes="welcome-words")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show why this screen is here."""
        self._show_error(self._error)

    def on_screen_resume(self) -> None:
        """Look again whether there are workspaces: one may have been added or removed meanwhile."""
        self._has_workspaces = not self.dashboard.directory.is_empty
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Offer only what leads somewhere: a list with something in it, a demo that is there, a try after a failure."""
        possible = {
            "workspaces": self._has_workspaces,
            "retry": self._error is not None,
            "demo": self.dashboard.options.start_demo is not None,
        }
        return possible.get(action, True)

    def action_add(self) -> None:
        """Ask for a workspace, then open it."""
        self.app.push_screen(WorkspaceDialog(self.dashboard.directory), self._open)

    def action_workspaces(self) -> None:
        """Show the workspaces there are."""
        self.app.push_screen(WorkspacesScreen())

    def action_demo(self) -> None:
        """Start the simulator and show it."""
        try:
            self.dashboard.start_demo()
        except BatchtuiError as error:
            self._show_error(error)

    def action_retry(self) -> None:
        """Open what the command line asked for once more."""
        options = self.dashboard.options
        self.app.pop_screen()
        self.dashboard.open_workspace(options.workspace, options.base_url)

    def _open(self, name: str | None) -> None:
        if name is not None:
            self.dashboard.open_workspace(name)

    def _show_error(self, error: BatchtuiError | None) -> None:
        self._error = error
        place = self.query_one("#welcome-error", Static)
        place.display = error is not None
        if error is not None:
            place.update(describe_failure(error))
            place.scroll_visible(animate=False)
        self.refresh_bindings()


def _mark_keys(words: str) -> Content:
    """Return our own words with `[k]` drawn as the key k."""
    parts: list[Content] = []
    for piece in words.replace("]", "[").split("["):
        is_key = len(piece) == 1 and piece.isalpha()
        parts.append(Content.styled(f" {piece} ", "bold reverse") if is_key else Content(piece))
    return Content("").join(parts)
