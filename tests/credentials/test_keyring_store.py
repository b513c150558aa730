"""The OS keyring, against a real Secret Service in every condition."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
import secretstorage
from pydantic import SecretStr

from batchtui.credentials import Keys
from batchtui.credentials.environment import Environment
from batchtui.credentials.keyring_store import KeyringStore
from batchtui.errors import (
    CredentialError,
    KeyringDismissedError,
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
    KeyringTimeoutError,
    MalformedKeyError,
    NoKeyError,
)
from batchtui.settings import KeySource
from tests.credentials.conftest import KeyringIn
from tests.support.secret_service import PASSWORD, State

pytestmark = pytest.mark.secret_service

KEY = SecretStr("sk-ant-api03-made-up")
OTHER = SecretStr("sk-ant-api03-another")
SOURCE = KeySource(kind="keyring")
MakeStore = Callable[..., KeyringStore]


def test_a_stored_key_is_found_by_the_next_program_run(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    Keys(environ={}).store("prod", SOURCE, KEY)
    assert Keys(environ={}).resolve("prod", SOURCE) == KEY


def test_each_workspace_has_a_key_of_its_own_and_storing_again_replaces_it(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    keys = Keys(environ={})
    keys.store("prod", SOURCE, KEY)
    keys.store("test", SOURCE, OTHER)
    keys.store("prod", SOURCE, OTHER)
    keys.store("test", SOURCE, KEY)
    assert (keys.resolve("prod", SOURCE), keys.resolve("test", SOURCE)) == (OTHER, KEY)


def test_a_key_lies_in_the_service_under_our_name_and_the_workspaces(keyring_in: KeyringIn) -> None:
    service = keyring_in("unlocked")
    Keys(environ={}).store("prod", SOURCE, KEY)
    with service.connect() as connection:
        [item] = secretstorage.search_items(connection, {"service": "batchtui", "username": "prod"})
        assert item.get_secret() == KEY.get_secret_value().encode()


def test_a_deleted_key_is_gone_and_deleting_it_again_is_no_error(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    keys = Keys(environ={})
    keys.store("prod", SOURCE, KEY)
    keys.delete("prod", SOURCE)
    keys.delete("prod", SOURCE)
    with pytest.raises(NoKeyError, match=r"Secret Service.*prod") as caught:
        keys.resolve("prod", SOURCE)
    assert "then K" in caught.value.hint  # `workspaces add prod` would be refused: there is one


def test_a_renamed_key_is_there_under_both_names_until_the_old_one_is_deleted(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    keys = Keys(environ={})
    keys.store("old", SOURCE, KEY)
    keys.rename("old", "new", SOURCE)
    assert keys.resolve("old", SOURCE) == keys.resolve("new", SOURCE) == KEY


def test_a_workspace_without_a_key_can_be_renamed(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    Keys(environ={}).rename("old", "new", SOURCE)


def test_the_keyring_is_named_once_it_was_used(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    keys = Keys(environ={})
    assert keys.describe(SOURCE) == "OS keyring"
    keys.store("prod", SOURCE, KEY)
    assert keys.describe(SOURCE) == "OS keyring (Secret Service)"


def test_what_another_program_put_there_is_checked_like_any_key(keyring_in: KeyringIn) -> None:
    service = keyring_in("unlocked")
    Keys(environ={}).store("prod", SOURCE, KEY)
    with service.connect() as connection:
        [item] = secretstorage.search_items(connection, {"service": "batchtui", "username": "prod"})
        item.set_secret(b"two words")
    with pytest.raises(MalformedKeyError, match="what the keyring keeps for prod: there is a space"):
        Keys(environ={}).resolve("prod", SOURCE)


def test_a_locked_keyring_without_a_display_says_how_to_unlock_it_over_ssh(
    keyring_in: KeyringIn, make_store: MakeStore
) -> None:
    keyring_in("locked")
    for call in _calls(make_store()):
        with pytest.raises(KeyringLockedError) as caught:
            call()
        assert "gnome-keyring-daemon --replace --unlock" in caught.value.hint


@pytest.mark.parametrize(("state", "error"), [("locked", KeyringLockedError), ("absent", KeyringMissingError)])
def test_the_command_that_is_recommended_over_ssh_does_open_the_keyring(
    state: State, error: type[CredentialError], keyring_in: KeyringIn, make_store: MakeStore
) -> None:
    service = keyring_in(state)
    store = make_store()
    with pytest.raises(error) as caught:
        store.write("prod", KEY)
    command = caught.value.hint.split("`")[1]
    typed = f"{PASSWORD}\n".encode()
    subprocess.run(["bash", "-c", command], env=dict(service.environ), input=typed, capture_output=True, check=True)
    service.wait_until_unlocked()
    store.write("prod", KEY)
    assert store.read("prod") == KEY


def test_a_question_that_is_closed_is_not_called_locked(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("locked")
    for call in _calls(make_store(display=True)):
        with pytest.raises(KeyringDismissedError):
            call()


def test_unlocking_asks_and_says_when_nobody_answered(keyring_in: KeyringIn) -> None:
    keyring_in("locked")
    with pytest.raises(KeyringDismissedError):
        Keys().unlock_keyring()


def test_unlocking_an_unlocked_keyring_does_nothing(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    Keys().unlock_keyring()


def test_its_password_unlocks_a_keyring_without_a_desktop_and_another_one_does_not(
    keyring_in: KeyringIn, make_store: MakeStore
) -> None:
    keyring_in("locked")
    store = make_store()
    with pytest.raises(KeyringDismissedError) as refused:
        store.unlock(SecretStr("another password"))
    assert "another password" not in str(refused.value)
    store.unlock(SecretStr(PASSWORD))
    store.write("prod", KEY)
    assert store.read("prod") == KEY


def test_a_service_without_a_keyring_holds_no_key_and_says_how_to_make_one(
    keyring_in: KeyringIn, make_store: MakeStore
) -> None:
    keyring_in("absent")
    store = make_store()
    store.delete("prod")
    with pytest.raises(NoKeyError):
        store.read("prod")
    with pytest.raises(KeyringMissingError, match="no default keyring"):
        store.write("prod", KEY)


def test_a_bus_without_a_service_is_a_missing_keyring(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    for call in _calls(make_store()):
        with pytest.raises(KeyringMissingError, match="no Secret Service"):
            call()


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", ""])
def test_no_bus_at_all_is_a_missing_keyring(
    address: str, keyring_in: KeyringIn, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring_in("missing")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(KeyringMissingError):
        make_store().read("prod")


def test_a_service_that_starts_later_is_found(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    store = make_store()
    with pytest.raises(KeyringMissingError):
        store.read("prod")
    keyring_in("unlocked")
    store.write("prod", KEY)
    assert store.read("prod") == KEY


def test_a_bus_that_ends_meanwhile_is_a_keyring_error(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    service = keyring_in("unlocked")
    store = make_store()
    store.write("prod", KEY)
    service.stop_bus()
    for call in _calls(store):
        with pytest.raises((KeyringFailedError, KeyringMissingError)):
            call()


def test_a_hung_service_is_given_up_at_the_time_limit_even_where_it_might_be_asking(keyring_in: KeyringIn) -> None:
    keyring_in("hung")
    store = KeyringStore(backend=None, environment=Environment({"DISPLAY": ":99"}), seconds=0.2, prompt_seconds=600)
    for call in _calls(store):
        with pytest.raises(KeyringTimeoutError, match=r"0\.2 seconds"):
            call()


def test_a_hung_service_does_not_hold_up_the_exit(keyring_in: KeyringIn) -> None:
    service = keyring_in("hung")
    program = """
from batchtui.credentials.environment import Environment
from batchtui.credentials.keyring_store import KeyringStore
from batchtui.errors import KeyringTimeoutError
try:
    KeyringStore(backend=None, environment=Environment({}), seconds=1).read("prod")
except KeyringTimeoutError:
    raise SystemExit(42)
"""
    ended = subprocess.run([sys.executable, "-c", program], env=dict(service.environ), timeout=60, check=False)
    assert ended.returncode == 42


def test_many_threads_may_ask_at_once(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    keys = Keys(environ={})
    keys.store("prod", SOURCE, KEY)
    found: list[SecretStr] = []
    threads = [threading.Thread(target=lambda: found.append(keys.resolve("prod", SOURCE))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [KEY] * 4


def test_the_longest_key_is_kept_whole(keyring_in: KeyringIn) -> None:
    keyring_in("unlocked")
    key = SecretStr("sk-ant-" + "x" * 1273)
    keys = Keys(environ={})
    keys.store("prod", SOURCE, key)
    assert keys.resolve("prod", SOURCE) == key


def _calls(store: KeyringStore) -> list[Callable[[], object]]:
    return [lambda: store.read("prod"), lambda: store.write("prod", KEY), lambda: store.delete("prod")]
