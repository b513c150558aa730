"""The one desk for keys: ask here, whatever the source."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

from pydantic import SecretStr

from batchtui.credentials.environment import Environment
from batchtui.credentials.key_check import check_key
from batchtui.credentials.key_command import LendTerminal, key_from_command, key_from_dialogue, own_terminal
from batchtui.credentials.keyring_store import KeyringStore
from batchtui.credentials.session_keys import SessionKeys
from batchtui.credentials.source import Source, describe_key_source
from batchtui.errors import CredentialError, NoKeyError

_log = logging.getLogger(__name__)


class Keys:
    """Finds and keeps the keys of one program run.

    A workspace names its source and that one is used; nothing falls through to another. Methods may block, up to the
    time limits of the keyring and of the key command, and raise `CredentialError`s; they may be called from any thread.
    `lend_terminal` makes way for a key command that asks for a passphrase on the terminal.
    """

    def __init__(self, *, environ: Mapping[str, str] | None = None, keyring_backend: str | None = None) -> None:
        self._environment = Environment(os.environ if environ is None else environ)
        self._session = SessionKeys()
        self.lend_terminal: LendTerminal = own_terminal
        self._keyring = KeyringStore(backend=keyring_backend, environment=self._environment)

    def resolve(self, name: str, source: Source) -> SecretStr:
        """Return the key of the workspace `name`; raise `NoKeyError` where its source holds none."""
        try:
            key = self._resolve(name, source)
        except CredentialError as error:
            _log.warning("no key of %s from %s: %s", name, self.describe(source), error)
            raise
        _log.info("the key of %s came from %s", name, self.describe(source))
        return key

    def _resolve(self, name: str, source: Source) -> SecretStr:
        if source.kind == "session":
            return self._session.recall(name)
        if source.kind == "env":
            return self._environment.key(source.env or "ANTHROPIC_API_KEY")
        if source.kind == "command":
            if source.interactive:
                return key_from_dialogue(source.command or (), self._environment, self.lend_terminal)
            return key_from_command(source.command or (), self._environment)
        return check_key(self._keyring.read(name), where=f"what the keyring keeps for {name}")

    def store(self, name: str, source: Source, key: SecretStr) -> None:
        """Keep a key where the source says; the environment and commands keep their own, so nothing happens there."""
        if source.kind == "session":
            self._session.remember(name, check_key(key))
        elif source.kind == "keyring":
            self._keyring.write(name, check_key(key))

    def delete(self, name: str, source: Source) -> None:
        """Take a key out of the source; nothing happens where there is none."""
        if source.kind == "session":
            self._session.forget(name)
        elif source.kind == "keyring":
            self._keyring.delete(name)

    def rename(self, old: str, new: str, source: Source) -> None:
        """Keep the key under a new name as well; delete the old one once everything else has been renamed."""
        if source.kind not in {"session", "keyring"}:
            return
        try:
            key = self.resolve(old, source)
        except NoKeyError:
            return
        self.store(new, source, key)

    def unlock_keyring(self, password: SecretStr | None = None) -> None:
        """Unlock the OS keyring, if it is locked: with its password, else by its own question on the desktop."""
        self._keyring.unlock(password)

    def describe(self, source: Source) -> str:
        """Return a few words for a source, at once; the keyring's own name is added when it has been used."""
        return describe_key_source(source, keyring=self._keyring.label)
