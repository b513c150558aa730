"""All workspaces of one person: which there are, and how to open, add, test, rename and remove them.

Keyring and configuration are kept in step: a key is written before the entry that needs it, and taken out before the
entry goes. When the second step fails the first is undone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr

from batchtui.api import ApiClient, check_base_url
from batchtui.credentials import Keys
from batchtui.errors import (
    BatchtuiError,
    ConfigurationError,
    InvalidWorkspaceNameError,
    NoKeyError,
    OutputNotWritableError,
    UnknownWorkspaceError,
    WorkspaceExistsError,
)
from batchtui.notices import NoticeJournal, journal_path
from batchtui.paths import cache_folder, config_path
from batchtui.recent_ids import RecentIds
from batchtui.settings import ENV_WORKSPACE, Settings, WorkspaceSettings, check_name, env_workspace
from batchtui.workspace.audit import AuditLog, Origin, audit_path
from batchtui.workspace.entries import KeyCheck, NewWorkspace, WorkspaceEntry, to_settings
from batchtui.workspace.shelves import FileShelf, MemoryShelf, Shelf
from batchtui.workspace.workspace import Workspace

_KEPT_KINDS = frozenset({"keyring", "session"})
"""Sources that hold a key on our behalf."""


def asks_for_reading_only(environ: Mapping[str, str]) -> bool:
    """Whether the environment forbids every change; only what plainly says no does not."""
    return environ.get("BATCHTUI_READ_ONLY", "").lower() not in {"", "0", "false"}


class WorkspaceDirectory:
    """A person's workspaces; by default those of the configuration file and of the environment.

    Every method may block and raises errors of `batchtui.errors`.
    """

    def __init__(
        self,
        *,
        is_read_only: bool = False,
        environ: Mapping[str, str] | None = None,
        shelf: Shelf | None = None,
        origin: Origin = "command",
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._shelf = shelf or FileShelf(config_path(self._environ))
        self._is_read_only = is_read_only or asks_for_reading_only(self._environ)
        self._audit = AuditLog(None if shelf else audit_path(self._environ), origin=origin)
        self._journal = NoticeJournal(None if shelf else journal_path(self._environ))
        self._recent = RecentIds(None if shelf else cache_folder(self._environ) / "recent")
        self._on_close = on_close
        self._opened: list[Workspace] = []
        self._all: dict[WorkspaceSettings, Workspace] = {}

    @classmethod
    def in_memory(
        cls,
        workspaces: Iterable[tuple[WorkspaceSettings, SecretStr]],
        *,
        is_read_only: bool = False,
        others: Settings | None = None,
        on_close: Callable[[], None] = lambda: None,
    ) -> Self:
        """Return workspaces that end with the process: nothing is read from, or written to, this computer.

        `others` are the settings that belong to no workspace.
        """
        listed = tuple(workspaces)
        shelf = MemoryShelf(*(settings for settings, _ in listed), others=others)
        directory = cls(is_read_only=is_read_only, environ={}, shelf=shelf, on_close=on_close)
        for settings, key in listed:
            directory._keys.store(settings.name, settings.key, key)
        return directory

    @property
    def is_empty(self) -> bool:
        """Whether there is no workspace to open; a configuration that cannot be read may hold some."""
        settings = self._load_leniently()
        return settings is not None and not settings.workspaces and self._env_workspace() is None

    @property
    def refresh_seconds(self) -> float:
        """How often to poll; the default where the configuration cannot be read, which `open` will say."""
        return (self._load_leniently() or Settings()).refresh_seconds

    @property
    def low_bandwidth(self) -> bool | Literal["auto"]:
        """Whether to draw for a slow link; "auto" leaves it to whoever draws."""
        return (self._load_leniently() or Settings()).low_bandwidth

    @property
    def settings(self) -> Settings:
        """What the configuration says of the dashboard; the defaults where it cannot be read, which `open` will say."""
        return self._load_leniently() or Settings()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the configuration says and nobody understands."""
        settings = self._load_leniently()
        return settings.warnings if settings else ()

    def entries(self) -> list[WorkspaceEntry]:
        """Return the list of workspaces, that of the environment last."""
        settings = self._shelf.load()
        from_environment = self._env_workspace()
        listed = [*settings.workspaces.values(), *([from_environment] if from_environment else [])]
        default = self._default_name(settings)
        return [self._describe(each, settings, is_default=each.name == default) for each in listed]

    def open(self, name: str | None = None, *, base_url: str | None = None) -> Workspace:
        """Return a workspace, or the default one; its key is asked for when it is first used.

        Raises `UnknownWorkspaceError`, `ConfigurationError`, and `NoKeyError` where there is none at all.
        """
        settings = self._shelf.load()
        chosen = self._named(settings, name) if name else self._default(settings)
        if base_url:
            chosen = chosen.model_copy(update={"base_url": check_base_url(base_url)})
        workspace = Workspace(
            chosen,
            load_key=partial(self._keys.resolve, chosen.name, chosen.key),
            key_source=self._keys.describe(chosen.key),
            spool_folder=cache_folder(self._environ),
            is_read_only=self._is_read_only or settings.read_only,
            audit=self._audit,
            notice_settings=settings.notices,
            journal=self._journal,
            recent=self._recent,
        )
        self._opened.append(workspace)
        return workspace

    def open_all(self) -> list[tuple[WorkspaceEntry, Workspace]]:
        """Return every workspace; the same ones again each time, so that each key is asked for once."""
        settings = self._shelf.load()
        kept: dict[WorkspaceSettings, Workspace] = {}
        listed = []
        for entry in self.entries():
            own = self._named(settings, entry.name)
            kept[own] = self._all.get(own) or self.open(entry.name)
            listed.append((entry, kept[own]))
        self._all = kept
        return listed

    def check(self, new: NewWorkspace, key: SecretStr | None = None) -> KeyCheck:
        """Try a workspace with one list call, before anything is stored."""
        settings = to_settings(new)
        return self._check(settings, key if key is not None else self._keys.resolve(settings.name, settings.key))

    def add(
        self,
        new: NewWorkspace,
        key: SecretStr | None = None,
        *,
        checked: KeyCheck | None = None,
        is_default: bool = False,
    ) -> None:
        """Store the key where the workspace says, then the workspace; `checked` is what its check said."""
        settings = to_settings(new)
        if checked is not None:
            seen = {"seen_workspace_id": checked.workspace_id, "seen_organization_id": checked.organization_id}
            settings = settings.model_copy(update=seen)
        if settings.name in self._shelf.load().workspaces:
            raise WorkspaceExistsError(f"there is a workspace {settings.name}")
        if settings.key.kind in _KEPT_KINDS:
            if key is None:
                raise NoKeyError(f"no key was given for {settings.name}")
            self._keys.store(settings.name, settings.key, key)
        with self._undoing(lambda: self._keys.delete(settings.name, settings.key)):
            self._shelf.add(settings, is_default=is_default)

    def test(self, name: str) -> KeyCheck:
        """Try a workspace's key with one list call, and remember to whom it belongs."""
        settings = self._named(self._shelf.load(), name)
        check = self._check(settings, self._keys.resolve(settings.name, settings.key))
        if settings.name != ENV_WORKSPACE:
            self._shelf.remember(name, check.workspace_id, check.organization_id)
        return check

    def rename(self, old: str, new: str) -> None:
        """Give a workspace another name, also where it is open; its key moves with it."""
        check_name(new)
        all_settings = self._shelf.load()
        settings = self._own(all_settings, old)
        if new in all_settings.workspaces:
            raise WorkspaceExistsError(f"there is a workspace {new}")
        key = self._kept_key(settings)
        if key is not None:
            self._keys.store(new, settings.key, key)
        with self._undoing(lambda: self._keys.delete(new, settings.key)):
            self._shelf.rename(old, new)
            with self._undoing(lambda: self._shelf.rename(new, old)):
                self._keys.delete(old, settings.key)
        for workspace in self._opened:
            if workspace.name == old:
                workspace.take_name(new, partial(self._keys.resolve, new, settings.key))

    def remove(self, name: str, *, keep_key: bool = False) -> None:
        """Remove a workspace and its key; `keep_key` leaves a keyring that cannot be reached as it is."""
        settings = self._own(self._shelf.load(), name)
        key = None if keep_key else self._kept_key(settings)
        if key is None:
            self._shelf.remove(name)
            return
        self._keys.delete(name, settings.key)
        with self._undoing(lambda: self._keys.store(name, settings.key, key)):
            self._shelf.remove(name)

    def make_default(self, name: str) -> None:
        """Make a workspace the one that is opened when none is named."""
        self._own(self._shelf.load(), name)
        self._shelf.make_default(name)

    def keep_theme(self, name: str) -> Path | None:
        """Make a theme stay; return the file that says so now, or None where that cannot be written."""
        with suppress(ConfigurationError, OutputNotWritableError):
            return self._shelf.keep_theme(name)
        return None

    def remember_key(self, name: str, key: SecretStr) -> None:
        """Keep the key of a workspace whose source is this session."""
        self._keys.store(name, self._own(self._shelf.load(), name).key, key)

    def lend_terminal_by(self, lend: Callable[[], AbstractContextManager[None]]) -> None:
        """Say how a key command that asks for a passphrase gets the terminal; it is called in any thread."""
        self._keys.lend_terminal = lend

    def unlock_keyring(self, password: SecretStr | None = None) -> None:
        """Unlock this computer's keyring: with its password, else by its own question on the desktop."""
        self._keys.unlock_keyring(password)

    def close(self) -> None:
        """Close every opened workspace, and what these workspaces live on."""
        for workspace in self._opened:
            workspace.close()
        self._opened.clear()
        self._on_close()

    @cached_property
    def _keys(self) -> Keys:
        settings = self._load_leniently()
        return Keys(environ=self._environ, keyring_backend=settings.keyring_backend if settings else None)

    def _load_leniently(self) -> Settings | None:
        try:
            return self._shelf.load()
        except ConfigurationError:
            return None  # whoever opens a workspace is told

    def _env_workspace(self) -> WorkspaceSettings | None:
        return env_workspace(self._environ)

    def _default_name(self, settings: Settings) -> str | None:
        if settings.default_workspace is not None:
            return settings.default_workspace
        if self._env_workspace() is not None:
            return ENV_WORKSPACE
        return next(iter(settings.workspaces), None)

    def _default(self, settings: Settings) -> WorkspaceSettings:
        """Return the workspace that nobody named; never another one than the configuration chooses."""
        name = self._default_name(settings)
        if name is None:
            raise NoKeyError("there is no workspace yet, and ANTHROPIC_API_KEY is not set")
        if name != ENV_WORKSPACE and name not in settings.workspaces:
            raise UnknownWorkspaceError(
                f"the configuration's default_workspace is {name!r}, and there is no such workspace",
                hint="Correct default_workspace, or name a workspace: --workspace NAME.",
            )
        return self._named(settings, name)

    def _named(self, settings: Settings, name: str) -> WorkspaceSettings:
        found = self._env_workspace() if name == ENV_WORKSPACE else settings.workspaces.get(name)
        if found is not None:
            return found
        if name == ENV_WORKSPACE:
            raise UnknownWorkspaceError("ANTHROPIC_API_KEY is not set", hint="Set it, or name another workspace.")
        known = ", ".join(settings.workspaces)
        raise UnknownWorkspaceError(f"there is no workspace {name!r}" + (f"; there are: {known}" if known else ""))

    def _own(self, settings: Settings, name: str) -> WorkspaceSettings:
        if name == ENV_WORKSPACE:
            raise InvalidWorkspaceNameError(
                f"{ENV_WORKSPACE!r} is made by ANTHROPIC_API_KEY, not by the configuration",
                hint="Unset the variable to be rid of it, or add a workspace that keeps its key elsewhere.",
            )
        return self._named(settings, name)

    def _kept_key(self, settings: WorkspaceSettings) -> SecretStr | None:
        if settings.key.kind not in _KEPT_KINDS:
            return None
        with suppress(NoKeyError):
            return self._keys.resolve(settings.name, settings.key)
        return None

    def _check(self, settings: WorkspaceSettings, key: SecretStr) -> KeyCheck:
        client = ApiClient(base_url=settings.base_url, key=key, workspace_id=settings.workspace_id)
        try:
            page = client.list_batches()
            facts = client.facts
        finally:
            client.close()
        before = settings.seen_workspace_id
        return KeyCheck(
            workspace_id=facts.workspace_id,
            organization_id=facts.organization_id,
            batches=len(page.data) + len(page.unread),
            has_more=page.has_more,
            changed_from=before if before and facts.workspace_id and before != facts.workspace_id else None,
        )

    def _describe(self, each: WorkspaceSettings, settings: Settings, *, is_default: bool) -> WorkspaceEntry:
        return WorkspaceEntry(
            name=each.name,
            base_url=each.base_url,
            key_kind=each.key.kind,
            key_source=self._keys.describe(each.key),
            workspace_id=each.workspace_id,
            seen_workspace_id=each.seen_workspace_id,
            seen_organization_id=each.seen_organization_id,
            is_default=is_default,
            is_read_only=self._is_read_only or settings.read_only or each.read_only,
            is_production=each.production,
            colour=each.colour,
            is_from_environment=each.name == ENV_WORKSPACE,
        )

    @contextmanager
    def _undoing(self, undo: Callable[[], None]) -> Iterator[None]:
        """Undo the step before when this one fails; a failure of the undoing does not hide the first one."""
        try:
            yield
        except BatchtuiError:
            with suppress(BatchtuiError):
                undo()
            raise
