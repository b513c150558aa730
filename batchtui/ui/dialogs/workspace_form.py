"""The fields of a workspace, and what they say."""

from __future__ import annotations

import shlex

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from batchtui.ui.dialogs.form_dialog import FieldError, FormRow
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.ui.widgets.line_input import LineInput
from batchtui.ui.workspace_words import COLOURS, colour_style
from batchtui.workspace import DEFAULT_BASE_URL, NewWorkspace

KEY_KINDS = (
    ("keyring", "OS keyring"),
    ("session", "this session"),
    ("env", "environment"),
    ("command", "a command"),
)
"""Where a key can come from, in the words of the settings and of the screen."""

_ABOUT = {
    "keyring": "Kept in this computer's keyring, never in a file of ours.",
    "session": "Kept in memory; asked for again after you leave batchtui.",
    "env": "Read from this variable at every start.",
    "command": "It prints the key on its first line, within 10 seconds.",
}
_ABOUT_ASKING = "Then it has the terminal to itself, for five minutes at most."
_KEY_SIGN = "sk-ant-"
_ASKING = (("no", "asks nothing"), ("yes", "may ask for a passphrase"))
_ACCESS = (("all", "read, cancel, delete"), ("read-only", "read only"))
_PRODUCTION = (("no", "no"), ("yes", "yes: ask for an id's last four characters"))
_COLOURS = (("", "none"), *((colour, colour) for colour in COLOURS))
_TYPED = ("keyring", "session")


class WorkspaceForm(Vertical):
    """Name, server, source of the key with the fields that fit it, workspace id, access and looks."""

    class KeyMisplaced(Message):
        """A key was put into a field that is not hidden, and taken out again."""

    def compose(self) -> ComposeResult:
        """Lay out a row a field."""
        yield FormRow("Name", LineInput(id="name", placeholder="research"))
        yield FormRow("Server", LineInput(DEFAULT_BASE_URL, id="base-url"))
        yield FormRow("Key from", Choice(KEY_KINDS, value="keyring", id="key-kind"))
        yield FormRow("Key", KeyInput(id="key", placeholder="paste or type it: sk-ant-…"), id="row-key")
        yield FormRow("Variable", LineInput("ANTHROPIC_API_KEY", id="key-env"), id="row-env")
        yield FormRow("Command", LineInput(id="key-command", placeholder="pass show anthropic"), id="row-command")
        yield FormRow("", Choice(_ASKING, value="no", id="key-asking"), id="row-asking")
        yield FormRow("", Static(id="about-key", classes="form-note"))
        yield FormRow("Workspace id", LineInput(id="workspace-id", placeholder="only for keys of several workspaces"))
        yield FormRow("Access", Choice(_ACCESS, value="all", id="access"))
        yield FormRow("Production", Choice(_PRODUCTION, value="no", id="production"))
        looks = {colour: colour_style(colour) for colour in COLOURS}
        yield FormRow("Colour", Choice(_COLOURS, value="", id="colour", looks=looks))

    def on_mount(self) -> None:
        """Show the field of the first source."""
        self.show_source()

    @on(Choice.Changed, "#key-kind")
    @on(Choice.Changed, "#key-asking")
    def show_source(self) -> None:
        """Show the fields that fit the chosen source; the others keep their words."""
        kind = self.key_kind
        self.query_one("#row-key").display = kind in _TYPED
        self.query_one("#row-env").display = kind == "env"
        self.query_one("#row-command").display = self.query_one("#row-asking").display = kind == "command"
        about = _ABOUT_ASKING if self._may_ask else _ABOUT[kind]
        self.query_one("#about-key", Static).update(Content(about))

    @on(Input.Changed)
    def refuse_key(self, event: Input.Changed) -> None:
        """Take a key out of a field that shows what it holds, and say where it belongs."""
        if _KEY_SIGN in event.value:
            event.input.value = ""
            self.post_message(self.KeyMisplaced())

    @property
    def key_kind(self) -> str:
        """The chosen source of the key."""
        return self._chosen("key-kind")

    @property
    def _may_ask(self) -> bool:
        return self.key_kind == "command" and self._chosen("key-asking") == "yes"

    def read(self) -> tuple[NewWorkspace, SecretStr | None]:
        """Return what was filled in, and the key where it is typed; raise `FieldError` for a field that is missing."""
        kind = self.key_kind
        new = NewWorkspace(
            name=self._text("name", "Give the workspace a name."),
            base_url=self._text("base-url", "Say which server: an URL."),
            key_kind=kind,
            key_env=self._text("key-env", "Name the variable that holds the key.") if kind == "env" else None,
            key_command=self._command() if kind == "command" else (),
            key_command_interactive=self._may_ask,
            workspace_id=self._text("workspace-id") or None,
            read_only=self._chosen("access") == "read-only",
            production=self._chosen("production") == "yes",
            colour=self._chosen("colour") or None,
        )
        return new, self._key() if kind in _TYPED else None

    def _chosen(self, field: str) -> str:
        return self.query_one(f"#{field}", Choice).value

    def _text(self, field: str, words_if_missing: str = "") -> str:
        text = self.query_one(f"#{field}", Input).value.strip()
        if not text and words_if_missing:
            raise FieldError(field, words_if_missing)
        return text

    def _command(self) -> tuple[str, ...]:
        line = self._text("key-command", "Write the command that prints the key.")
        try:
            return tuple(shlex.split(line))
        except ValueError:
            raise FieldError("key-command", "A quotation mark in the command is not closed.") from None

    def _key(self) -> SecretStr:
        key = self.query_one(KeyInput).key
        if key is None:
            raise FieldError("key", "Paste or type the key.")
        return key
