"""A small App around the screens that look after workspaces, and a directory made by hand."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pydantic import SecretStr
from textual.app import App
from textual.events import Paste
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

import batchtui.ui
from batchtui.errors import BatchtuiError, WorkspaceExistsError
from batchtui.workspace import KeyCheck, NewWorkspace, WorkspaceDirectory, WorkspaceEntry
from tests.support.screen_text import screen_text

SIZES = [(80, 24), (120, 36)]
KEY = "sk-ant-api03-never-on-a-screen-0123456789"
CHECK = KeyCheck(workspace_id="wrkspc_01research", organization_id="org-7", batches=20, has_more=True)


class HandmadeDirectory:
    """Workspaces in a list; `failures` says which call fails how, and `checks` what a call to the server would say."""

    def __init__(self, *entries: WorkspaceEntry) -> None:
        self.listed = list(entries)
        self.failures: dict[str, BatchtuiError] = {}
        self.checks: dict[str, KeyCheck] = {}
        self.keys: dict[str, SecretStr | None] = {}
        self.checked: list[NewWorkspace] = []
        self.calls: list[tuple[str, ...]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    @property
    def is_empty(self) -> bool:
        """Whether there is none."""
        return not self.listed

    def entries(self) -> list[WorkspaceEntry]:
        """Return the list."""
        self._call("entries")
        return list(self.listed)

    def check(self, new: NewWorkspace, key: SecretStr | None = None) -> KeyCheck:  # noqa: ARG002  # as the real one
        """Say what `checks` says."""
        self.checked.append(new)
        self._call("check", new.name)
        return self.checks.get(new.name, CHECK)

    def add(self, new: NewWorkspace, key: SecretStr | None = None, *, checked: KeyCheck | None = None) -> None:
        """Add it to the list."""
        self._call("add", new.name)
        if any(entry.name == new.name for entry in self.listed):
            raise WorkspaceExistsError(f"there is a workspace {new.name}")
        self.keys[new.name] = key
        seen = checked.workspace_id if checked else None
        self.listed.append(
            WorkspaceEntry(new.name, new.base_url, new.key_kind, f"{new.key_kind}!", seen_workspace_id=seen)
        )

    def test(self, name: str) -> KeyCheck:
        """Say what `checks` says, and remember it."""
        self._call("test", name)
        check = self.checks.get(name, CHECK)
        self._put(name, seen_workspace_id=check.workspace_id, seen_organization_id=check.organization_id)
        return check

    def rename(self, old: str, new: str) -> None:
        """Rename it in the list."""
        self._call("rename", old, new)
        self._put(old, name=new)

    def remove(self, name: str, *, keep_key: bool = False) -> None:
        """Take it out of the list."""
        self._call("remove", name, *(["keep_key"] if keep_key else []))
        self.listed = [entry for entry in self.listed if entry.name != name]

    def make_default(self, name: str) -> None:
        """Note it in the list."""
        self._call("make_default", name)
        self.listed = [dataclasses.replace(entry, is_default=entry.name == name) for entry in self.listed]

    def remember_key(self, name: str, key: SecretStr) -> None:
        """Keep it."""
        self._call("remember_key", name)
        self.keys[name] = key

    def _call(self, *words: str) -> None:
        assert self.may_go_on.wait(60)
        self.calls.append(words)
        failure = self.failures.pop(words[0], None)
        if failure is not None:
            raise failure

    def _put(self, which: str, /, **facts: Any) -> None:
        self.listed = [dataclasses.replace(entry, **facts) if entry.name == which else entry for entry in self.listed]


class WorkspacesApp(App[None]):
    """Stands for the dashboard: shows one screen and notes which workspace would be opened."""

    CSS_PATH = Path(batchtui.ui.__file__).parent / "styles.tcss"

    def __init__(self, directory: HandmadeDirectory | WorkspaceDirectory, screen: Screen[None]) -> None:
        super().__init__()
        self.directory = cast("WorkspaceDirectory", directory)
        self.options = SimpleNamespace(workspace=None, base_url=None, start_demo=self.start_demo)
        self.first_screen = screen
        self.opened: list[str | None] = []
        self.demo_failure: BatchtuiError | None = None

    def on_mount(self) -> None:
        """Show the screen under test."""
        self.push_screen(self.first_screen)

    def open_workspace(self, name: str | None, base_url: str | None = None) -> None:  # noqa: ARG002  # the App's signature
        """Note which one."""
        self.opened.append(name)

    def start_demo(self) -> None:
        """Note that the demo was asked for."""
        if self.demo_failure is not None:
            raise self.demo_failure
        self.opened.append("the demo")


class Watch:
    """Notes every message of a run, to look for keys in them; pass it as `message_hook`."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def __call__(self, message: Message) -> None:
        if not isinstance(message, Paste):  # which is how a key comes in
            self.messages.append(repr(message))


def assert_hidden(app: App[Any], watch: Watch, key: str = KEY) -> None:
    """Fail when a key, or much of it, is on the screen, in a picture of it, in a message or in the clipboard."""
    part = key[12:24]
    assert part not in screen_text(app)
    assert part not in app.export_screenshot()
    assert part not in app.clipboard
    assert not [words for words in watch.messages if part in words]


async def paste(pilot: Pilot[Any], text: str = KEY) -> Paste:
    """Paste as a terminal does; return the event as the App left it."""
    event = Paste(text)
    pilot.app.post_message(event)
    await pilot.pause()
    return event


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Press a key for each character."""
    await pilot.press(*("space" if character == " " else character for character in text))
