from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from batchtui.credentials import Keys
from batchtui.demo.simulator import Simulator
from batchtui.errors import (
    AuthenticationError,
    BatchtuiError,
    ConfigurationError,
    InvalidWorkspaceNameError,
    KeyringMissingError,
    NoKeyError,
    OutputNotWritableError,
    ReadOnlyError,
    UnknownWorkspaceError,
    UsageError,
    WorkspaceExistsError,
)
from batchtui.settings import KeySource
from batchtui.workspace import NewWorkspace, WorkspaceDirectory
from tests.support.secret_service import secret_service
from tests.support.simulator import place_batch

SESSION = KeySource(kind="session")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def directory(config: Path) -> WorkspaceDirectory:
    return WorkspaceDirectory(environ={"BATCHTUI_CONFIG": str(config), "PROD_KEY": "sk-ant-api03-made-up"})


def new(simulator: Simulator, name: str = "alpha", **changes: object) -> NewWorkspace:
    return NewWorkspace(**{"name": name, "base_url": simulator.url, "key_kind": "session", **changes})  # type: ignore[arg-type]  # names are the class's own


def key_of(simulator: Simulator, workspace: str = "production") -> SecretStr:
    return SecretStr(simulator.keys[workspace])


def names(directory: WorkspaceDirectory) -> list[str]:
    return [entry.name for entry in directory.entries()]


def fail_to_write(*_: object, **__: object) -> None:
    raise OutputNotWritableError("the disk is full")


def test_a_new_workspace_is_checked_stored_opened_and_knows_whose_it_is(
    directory: WorkspaceDirectory, simulator: Simulator, config: Path
) -> None:
    place_batch(simulator)
    check = directory.check(new(simulator), key_of(simulator))
    assert (check.workspace_id, check.batches) == (simulator.workspace_ids["production"], 1)
    directory.add(new(simulator), key_of(simulator), checked=check)
    entry = directory.entries()[0]
    assert (entry.name, entry.is_default, entry.seen_workspace_id) == ("alpha", True, check.workspace_id)
    assert len(directory.open().refresh().batches) == 1
    assert simulator.keys["production"] not in config.read_text()
    directory.close()


def test_a_refused_key_is_told_before_anything_is_stored(
    directory: WorkspaceDirectory, simulator: Simulator, config: Path
) -> None:
    with pytest.raises(AuthenticationError):
        directory.check(new(simulator), SecretStr("sk-ant-api03-wrong"))
    assert not config.exists()


def test_a_key_that_has_come_to_belong_to_another_workspace_is_noticed(
    directory: WorkspaceDirectory, simulator: Simulator
) -> None:
    directory.add(new(simulator), key_of(simulator))
    assert directory.test("alpha").changed_from is None
    directory.remember_key("alpha", key_of(simulator, "staging"))
    check = directory.test("alpha")
    assert check.changed_from == simulator.workspace_ids["production"]
    assert check.workspace_id == simulator.workspace_ids["staging"]


def test_an_entry_that_cannot_be_written_leaves_no_key_behind(
    directory: WorkspaceDirectory, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.settings.add_workspace", fail_to_write)
    with pytest.raises(OutputNotWritableError):
        directory.add(new(simulator), key_of(simulator))
    with pytest.raises(NoKeyError):
        directory._keys.resolve("alpha", SESSION)


def test_a_name_is_not_taken_twice_and_the_first_ones_key_stays(
    directory: WorkspaceDirectory, simulator: Simulator
) -> None:
    directory.add(new(simulator), key_of(simulator))
    with pytest.raises(WorkspaceExistsError):
        directory.add(new(simulator), SecretStr("sk-ant-api03-another"))
    assert directory._keys.resolve("alpha", SESSION) == key_of(simulator)


def test_a_key_moves_with_its_workspaces_name(directory: WorkspaceDirectory, simulator: Simulator) -> None:
    directory.add(new(simulator), key_of(simulator))
    directory.rename("alpha", "beta")
    assert names(directory) == ["beta"]
    assert directory._keys.resolve("beta", SESSION) == key_of(simulator)
    with pytest.raises(NoKeyError):
        directory._keys.resolve("alpha", SESSION)


@pytest.mark.parametrize("change", [lambda each: each.rename("alpha", "beta"), lambda each: each.remove("alpha")])
@pytest.mark.parametrize("what_fails", ["configuration", "keyring"])
def test_when_one_of_the_two_fails_name_and_key_are_as_they_were(
    directory: WorkspaceDirectory,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[WorkspaceDirectory], None],
    what_fails: str,
) -> None:
    directory.add(new(simulator), key_of(simulator))
    delete = Keys.delete

    def fail_for_alpha(keys: Keys, name: str, source: KeySource) -> None:
        if name == "alpha":
            raise KeyringMissingError("the bus is gone")
        delete(keys, name, source)

    with monkeypatch.context() as patch:
        if what_fails == "configuration":
            patch.setattr("batchtui.settings.rename_workspace", fail_to_write)
            patch.setattr("batchtui.settings.remove_workspace", fail_to_write)
        else:
            patch.setattr(Keys, "delete", fail_for_alpha)
        with pytest.raises((OutputNotWritableError, KeyringMissingError)):
            change(directory)
    assert names(directory) == ["alpha"]
    assert directory._keys.resolve("alpha", SESSION) == key_of(simulator)
    with pytest.raises(NoKeyError):
        directory._keys.resolve("beta", SESSION)


def test_a_removed_workspace_is_gone_with_its_key(directory: WorkspaceDirectory, simulator: Simulator) -> None:
    directory.add(new(simulator), key_of(simulator))
    directory.remove("alpha")
    assert directory.is_empty
    with pytest.raises(NoKeyError):
        directory._keys.resolve("alpha", SESSION)


@pytest.mark.secret_service
def test_the_keyring_and_the_configuration_stay_in_step(
    config: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secret_service("unlocked") as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        directory = WorkspaceDirectory(environ={**service.environ, "BATCHTUI_CONFIG": str(config)})
        directory.add(new(simulator, key_kind="keyring"), key_of(simulator))
        directory.rename("alpha", "beta")
        later = WorkspaceDirectory(environ={**service.environ, "BATCHTUI_CONFIG": str(config)})
        assert later.open("beta").refresh().batches == ()
        assert later.test("beta").workspace_id == simulator.workspace_ids["production"]
        later.remove("beta")
        with pytest.raises(NoKeyError):
            later._keys.resolve("beta", KeySource())
        later.close()


@pytest.mark.secret_service
def test_a_keyring_that_is_gone_can_be_left_behind(
    config: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(f'[workspaces.alpha]\nbase_url = "{simulator.url}"\n')
    with secret_service("missing") as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        directory = WorkspaceDirectory(environ={**service.environ, "BATCHTUI_CONFIG": str(config)})
        with pytest.raises(BatchtuiError):
            directory.remove("alpha")
        assert names(directory) == ["alpha"]
        directory.remove("alpha", keep_key=True)
        assert directory.is_empty


def test_the_environment_makes_a_workspace_that_needs_no_configuration(simulator: Simulator, config: Path) -> None:
    environ = {
        "BATCHTUI_CONFIG": str(config),
        "ANTHROPIC_API_KEY": simulator.spanning_key,
        "ANTHROPIC_BASE_URL": simulator.url,
        "ANTHROPIC_WORKSPACE_ID": simulator.workspace_ids["staging"],
    }
    directory = WorkspaceDirectory(environ=environ)
    workspace = directory.open()
    workspace.refresh()
    assert (workspace.name, workspace.workspace_id) == ("env", simulator.workspace_ids["staging"])
    with pytest.raises(InvalidWorkspaceNameError):
        directory.remove("env")
    directory.close()


def test_a_default_that_was_chosen_wins_over_the_environment(directory: WorkspaceDirectory, config: Path) -> None:
    config.write_text(
        'default_workspace = "b"\n[workspaces.a]\nkey_env = "PROD_KEY"\n[workspaces.b]\nkey_env = "PROD_KEY"\n'
    )
    both = WorkspaceDirectory(environ={"BATCHTUI_CONFIG": str(config), "ANTHROPIC_API_KEY": "sk-ant-api03-x"})
    assert both.open().name == "b"
    directory.make_default("a")
    assert both.open().name == "a"
    assert [entry.name for entry in both.entries() if entry.is_default] == ["a"]


@pytest.mark.parametrize("wanted", ["prod", "env"])
def test_a_default_that_does_not_exist_opens_no_other_workspace(config: Path, wanted: str) -> None:
    config.write_text(f'default_workspace = "{wanted}"\n[workspaces.a]\nkey_env = "PROD_KEY"\n')
    environ = {"BATCHTUI_CONFIG": str(config), "PROD_KEY": "sk-ant-api03-x"}
    environ |= {"ANTHROPIC_API_KEY": "sk-ant-api03-y"} if wanted == "prod" else {}
    directory = WorkspaceDirectory(environ=environ)
    with pytest.raises(UnknownWorkspaceError):
        directory.open()
    assert not any(entry.is_default for entry in directory.entries())
    assert directory.open("a").name == "a"


def test_without_any_workspace_opening_says_how_to_get_one(directory: WorkspaceDirectory) -> None:
    assert directory.is_empty
    with pytest.raises(NoKeyError) as problem:
        directory.open()
    assert "workspaces add" in problem.value.hint


def test_a_configuration_that_cannot_be_read_is_told_when_a_workspace_is_opened(
    directory: WorkspaceDirectory, config: Path
) -> None:
    config.write_text("[workspaces.alpha\n")
    assert not directory.is_empty
    assert directory.refresh_seconds == 10
    with pytest.raises(ConfigurationError):
        directory.open()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "Größe"}, InvalidWorkspaceNameError),
        ({"base_url": "example.com"}, UsageError),
        ({"key_kind": "env", "key_env": "NOT A NAME"}, UsageError),
        ({"key_kind": "command", "key_command": ()}, UsageError),
        ({"workspace_id": "two words"}, UsageError),
    ],
)
def test_what_the_configuration_cannot_hold_is_refused_in_words(
    directory: WorkspaceDirectory, simulator: Simulator, changes: dict[str, object], error: type[BatchtuiError]
) -> None:
    with pytest.raises(error) as problem:
        directory.add(new(simulator, **changes), key_of(simulator))  # type: ignore[arg-type]  # names are the class's own
    assert problem.value.detail
    assert directory.is_empty


def test_the_strictest_read_only_wins(config: Path, simulator: Simulator) -> None:
    config.write_text(f'[workspaces.a]\nbase_url = "{simulator.url}"\nkey_env = "K"\nread_only = true\n')
    environ = {"BATCHTUI_CONFIG": str(config), "K": simulator.keys["production"]}
    by_setting = WorkspaceDirectory(environ=environ)
    with pytest.raises(ReadOnlyError):
        by_setting.open("a").cancel("msgbatch_1")
    config.write_text(f'[workspaces.a]\nbase_url = "{simulator.url}"\nkey_env = "K"\n')
    assert not by_setting.open("a").is_read_only
    assert WorkspaceDirectory(environ=environ, is_read_only=True).open("a").is_read_only
    assert WorkspaceDirectory(environ={**environ, "BATCHTUI_READ_ONLY": "1"}).open("a").is_read_only


def test_an_unknown_workspace_is_named_with_those_that_there_are(directory: WorkspaceDirectory, config: Path) -> None:
    config.write_text('[workspaces.alpha]\nkey_env = "PROD_KEY"\n')
    with pytest.raises(UnknownWorkspaceError) as problem:
        directory.open("beta")
    assert "alpha" in problem.value.detail
