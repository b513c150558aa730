"""The list of workspaces: open another one, and look after names, keys and the default."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError, KeyringError
from batchtui.ui.commands import MOVING, Command, bindings
from batchtui.ui.dialogs.confirm_dialog import ConfirmDialog
from batchtui.ui.dialogs.key_dialog import KeyDialog
from batchtui.ui.dialogs.remove_question import ask_to_leave_key, ask_to_remove
from batchtui.ui.dialogs.rename_dialog import RenameDialog
from batchtui.ui.dialogs.unlock_dialog import UnlockDialog
from batchtui.ui.dialogs.workspace_dialog import WorkspaceDialog
from batchtui.ui.screens.base import LEAVING, BaseScreen
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.row_table import RowTable
from batchtui.ui.widgets.workspace_rows import WORKSPACE_COLUMNS, Outcome, WorkspaceRows
from batchtui.ui.workspace_facts import describe_check, describe_entry, describe_failure
from batchtui.ui.workspace_words import can_take_key, hint_in_list
from batchtui.workspace import Workspace, WorkspaceDirectory, WorkspaceEntry

TENDING = (
    Command("enter", "open", "Open", "Show this workspace's batches", "Workspaces", in_footer=True, has_priority=True),
    Command("A", "all_batches", "All", "The batches of every workspace", "Workspaces", in_footer=True),
    Command("a", "add", "Add", "Add a workspace and give its key", "Workspaces", in_footer=True),
    Command(
        "t",
        "test",
        "Test",
        "Ask with one call whether the key works, and where it really belongs",
        "Workspaces",
        in_footer=True,
    ),
    Command("T", "test_all", "Test all", "Test every workspace's key", "Workspaces"),
    Command("m", "make_default", "Default", "Open this workspace when none is named", "Workspaces", in_footer=True),
    Command(
        "n", "rename", "Rename", "Give the workspace another name; its key moves with it", "Workspaces", in_footer=True
    ),
    Command("K", "give_key", "Key", "Give the workspace another key", "Workspaces"),
    Command("U", "unlock", "Unlock", "Unlock this computer's keyring with its password", "Workspaces"),
    Command(
        "d",
        "remove",
        "Remove",
        "Take the workspace and its key out of batchtui; asks first",
        "Workspaces",
        in_footer=True,
    ),
)
_NEED_ENTRY = frozenset(command.action for command in TENDING) - {"add", "unlock"}
_EMPTY = "No workspaces yet. Press a to add one: its key is checked first, then kept in this computer's keyring."
_FROM_ENVIRONMENT = (
    "This workspace is made by ANTHROPIC_API_KEY: unset that variable to take it away. Press a to add one with a name."
)


class WorkspaceTable(RowTable):
    """The workspaces; there is nothing to mark."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Leave out marking."""
        return action != "toggle_mark"


class WorkspacesScreen(BaseScreen):
    """Every workspace with its server, the source of its key and to whom that key belongs.

    `current` is the workspace whose batches are open below this screen.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (*TENDING, *MOVING, *LEAVING)
    BINDINGS = bindings(TENDING)
    AUTO_FOCUS = "WorkspaceTable"

    def __init__(self, current: Workspace | None = None) -> None:
        super().__init__()
        self.title = "Workspaces"
        self._rows = WorkspaceRows(current)
        self._wanted = None if current is None else current.name

    def compose(self) -> ComposeResult:
        """Lay out the title, the table and what is known of the chosen workspace."""
        yield Static(Content("Workspaces"), classes="screen-title")
        yield Static(Content(_EMPTY), id="notice")
        yield WorkspaceTable(WORKSPACE_COLUMNS, id="workspaces")
        with VerticalScroll(id="details", can_focus=False):
            yield Static(id="facts")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the list."""
        self.query_one(RowTable).source = self._rows
        self._reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Offer what is done to a workspace only where there is one."""
        return bool(self._rows.entries) or action not in _NEED_ENTRY

    @property
    def _directory(self) -> WorkspaceDirectory:
        return self.dashboard.directory

    @property
    def _chosen(self) -> WorkspaceEntry | None:
        return self._rows.entry(self.query_one(RowTable).cursor_key)

    @on(RowTable.CursorMoved)
    def _show_facts(self) -> None:
        entry = self._chosen
        self.query_one("#facts", Static).update(self._describe(entry) if entry else Content(""))

    @on(RowTable.RowOpened)
    def action_open(self) -> None:
        """Show the chosen workspace's batches; the one that is open already is shown as it was left."""
        entry = self._chosen
        if entry is not None and self._rows.is_current(entry):
            self.app.call_later(self.action_leave)  # this screen cannot wait for its own end
        elif entry is not None:
            self.dashboard.open_workspace(entry.name)

    def action_all_batches(self) -> None:
        """Show the batches of every workspace."""
        from batchtui.ui.screens.all_batches_screen import AllBatchesScreen  # noqa: PLC0415  # which leads back here

        self.app.push_screen(AllBatchesScreen())

    def action_add(self) -> None:
        """Ask for a workspace, and go to it."""
        self.app.push_screen(WorkspaceDialog(self._directory), self._reload_at)

    def action_unlock(self) -> None:
        """Ask for the keyring's password, and try what needs it again."""
        self.app.push_screen(UnlockDialog(self._directory), self._take_unlocked)

    def _take_unlocked(self, words: str | None) -> None:
        if words is not None:
            self.tell(words)
            self.action_test()

    def action_test(self) -> None:
        """Test the chosen workspace's key."""
        entry = self._chosen
        if entry is not None:
            self._test(entry.name)

    def action_test_all(self) -> None:
        """Test every key, side by side."""
        for entry in self._rows.entries:
            self._test(entry.name)

    def action_make_default(self) -> None:
        """Open the chosen workspace when none is named."""
        entry = self._chosen_of_file()
        if entry is not None:
            self._make_default(entry.name)

    def action_rename(self) -> None:
        """Ask for another name."""
        entry = self._chosen_of_file()
        if entry is not None:
            self.app.push_screen(RenameDialog(self._directory, entry), self._reload_at)

    def action_give_key(self) -> None:
        """Ask for the chosen workspace's key, then test it."""
        entry = self._chosen
        if entry is not None and can_take_key(entry):
            self.app.push_screen(KeyDialog(self._directory, entry), self._test_given)
        elif entry is not None:
            self.tell(f"The key of {entry.name} is not kept here: it comes from {entry.key_source}.")

    def action_remove(self) -> None:
        """Ask, then remove the chosen workspace and its key."""
        entry = self._chosen_of_file()
        if entry is not None:
            question = ask_to_remove(entry, is_current=self._rows.is_current(entry))
            self.app.push_screen(ConfirmDialog(question), partial(self._remove, entry, keep_key=False))

    def _chosen_of_file(self) -> WorkspaceEntry | None:
        entry = self._chosen
        if entry is not None and entry.is_from_environment:
            self.tell(_FROM_ENVIRONMENT)
            return None
        return entry

    def _describe(self, entry: WorkspaceEntry) -> Content:
        words = describe_entry(entry, is_current=self._rows.is_current(entry))
        outcome = self._rows.outcomes.get(entry.name)
        if outcome is None:
            return words
        if outcome == "asking":
            said = Content("Asking with one call…")
        elif isinstance(outcome, BatchtuiError):
            said = describe_failure(outcome, hint_in_list(outcome, entry))
        else:
            said = describe_check(outcome)
        return Content.assemble(words, "\n\n", said)

    def _reload_at(self, name: str | None) -> None:
        if name is not None:
            self._wanted = name
            self._reload()

    @work(group="read", exclusive=True)
    async def _reload(self) -> None:
        """Read the list again; the newest reading counts."""
        try:
            entries = await in_background(self._directory.entries)
        except BatchtuiError as error:
            self._show_entries([], describe_failure(error))
        else:
            self._show_entries(entries, Content(_EMPTY))
        if self._rows.entry(self._wanted):
            self.query_one(RowTable).move_cursor(key=self._wanted)
            self._wanted = None
        self._show_facts()
        self.refresh_bindings()

    def _show_entries(self, entries: list[WorkspaceEntry], words_if_none: Content) -> None:
        self._rows.entries = entries
        known = {entry.name for entry in entries}
        self._rows.outcomes = {name: outcome for name, outcome in self._rows.outcomes.items() if name in known}
        self.query_one("#notice", Static).update(words_if_none)
        self.set_class(not entries, "-empty")
        table = self.query_one(RowTable)
        table.source_changed()
        table.refresh_rows(known)

    def _test(self, name: str) -> None:
        if self._rows.outcomes.get(name) != "asking":
            self._note(name, "asking")
            self._ask(name)

    @work(group="test")
    async def _ask(self, name: str) -> None:
        outcome: Outcome
        try:
            outcome = await in_background(self._directory.test, name)
        except BatchtuiError as error:
            outcome = error
        self._note(name, outcome)
        self._reload()

    def _note(self, name: str, outcome: Outcome) -> None:
        self._rows.outcomes[name] = outcome
        self.query_one(RowTable).refresh_rows({name})
        self._show_facts()

    def _test_given(self, name: str | None) -> None:
        if name is not None:
            self._test(name)

    def _remove(self, entry: WorkspaceEntry, is_sure: bool | None, *, keep_key: bool) -> None:  # noqa: FBT001  # the dialog's answer
        if is_sure:
            self._run_remove(entry, keep_key=keep_key)

    @work(group="change")
    async def _make_default(self, name: str) -> None:
        try:
            await in_background(self._directory.make_default, name)
        except BatchtuiError as error:
            self.tell_error(error)
        self._reload()

    @work(group="change")
    async def _run_remove(self, entry: WorkspaceEntry, *, keep_key: bool) -> None:
        try:
            await in_background(self._directory.remove, entry.name, keep_key=keep_key)
        except KeyringError as error:
            question = ask_to_leave_key(entry, error)
            self.app.push_screen(ConfirmDialog(question), partial(self._remove, entry, keep_key=True))
        except BatchtuiError as error:
            self.tell_error(error)
        self._reload()
