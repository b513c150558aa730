from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import secretstorage
from pydantic import SecretStr
from textual.widgets import Input

from batchtui.demo.simulator import Simulator
from batchtui.ui.dialogs.key_dialog import KeyDialog
from batchtui.ui.dialogs.workspace_dialog import WorkspaceDialog
from batchtui.ui.screens.workspaces_screen import WorkspacesScreen
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.key_input import KeyInput
from batchtui.ui.widgets.row_table import RowTable
from batchtui.workspace import NewWorkspace, WorkspaceDirectory
from tests.support.screen_text import screen_lines, screen_text
from tests.support.secret_service import PASSWORD, SecretService, State, secret_service
from tests.support.terminal import Terminal
from tests.support.waiting import wait_for_text, wait_until
from tests.support.workspaces_app import Watch, WorkspacesApp, assert_hidden, paste

KeyringIn = Callable[[State], SecretService]


@pytest.fixture
def keyring_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringIn]:
    """Return what starts a Secret Service in a state and leads this process to it."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    with ExitStack() as services:

        def start(state: State) -> SecretService:
            service = services.enter_context(secret_service(state))
            for variable, value in service.environ.items():
                monkeypatch.setenv(variable, value)
            return service

        yield start


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"BATCHTUI_CONFIG": str(tmp_path / "config.toml"), "XDG_CACHE_HOME": str(tmp_path)}


@pytest.fixture
def directory(environ: dict[str, str]) -> Iterator[WorkspaceDirectory]:
    directory = WorkspaceDirectory(environ=environ)
    yield directory
    directory.close()


def is_listed(app: WorkspacesApp, *words: str) -> bool:
    return any(all(word in line for word in words) for line in screen_lines(app))


@pytest.mark.secret_service
async def test_a_workspace_is_added_tested_renamed_and_removed_with_its_key_in_a_real_keyring(
    simulator: Simulator, keyring_in: KeyringIn, directory: WorkspaceDirectory, environ: dict[str, str]
) -> None:
    service, key, watch = keyring_in("unlocked"), simulator.keys["production"], Watch()
    app = WorkspacesApp(directory, WorkspacesScreen())
    async with app.run_test(size=(120, 36), message_hook=watch) as pilot:
        await wait_for_text(pilot, "No workspaces yet")
        await pilot.press("a")
        await paste(pilot, "prod")
        app.screen.query_one("#base-url", Input).value = simulator.url
        app.screen.query_one(KeyInput).focus()
        await paste(pilot, key)
        await pilot.press("enter")
        await wait_for_text(pilot, f"workspace {simulator.workspace_ids['production']}")
        await pilot.press("enter")
        await wait_until(pilot, lambda: is_listed(app, "▌", "prod", "default", "OS keyring"))
        await pilot.press("t")
        await wait_until(pilot, lambda: is_listed(app, "prod", f"✓ {simulator.workspace_ids['production']}"))
        await wait_for_text(pilot, "OS keyring (Secret Service)")
        assert_hidden(app, watch, key)
        written = read_config(environ)
        await pilot.press("n", "2", "enter")
        await wait_until(pilot, lambda: is_listed(app, "▌", "prod2"))
        assert [item for _, item in stored_keys(service)] == [key]
        await pilot.press("d", "y")
        await wait_for_text(pilot, "No workspaces yet")
        assert stored_keys(service) == []
    assert key not in written


async def test_what_the_form_says_is_written_and_the_list_shows_it(
    simulator: Simulator, directory: WorkspaceDirectory, environ: dict[str, str]
) -> None:
    environ["PROD"] = simulator.keys["production"]
    app = WorkspacesApp(directory, WorkspacesScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "No workspaces yet")
        await pilot.press("a")
        await paste(pilot, "prod")
        app.screen.query_one("#base-url", Input).value = simulator.url
        await pilot.press("tab", "tab", "right", "right", "tab")
        app.screen.query_one("#key-env", Input).value = "PROD"
        for field, key in (("#access", "right"), ("#production", "right"), ("#colour", "left")):
            app.screen.query_one(field).focus()
            await pilot.press(key)
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Save it?")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: is_listed(app, "prod, production, default, read-only"))
    written = read_config(environ)
    assert "production = true" in written
    assert 'colour = "pink"' in written
    assert "read_only = true" in written
    assert "interactive" not in written


def test_a_command_that_may_ask_is_written_as_one(directory: WorkspaceDirectory, environ: dict[str, str]) -> None:
    asking = NewWorkspace(name="a", key_kind="command", key_command=("pass", "show"), key_command_interactive=True)
    directory.add(asking)
    assert "key_command_interactive = true" in read_config(environ)


def read_config(environ: dict[str, str]) -> str:
    return Path(environ["BATCHTUI_CONFIG"]).read_text()


def stored_keys(service: SecretService) -> list[tuple[str, str]]:
    with service.connect() as connection:
        items = secretstorage.search_items(connection, {"service": "batchtui"})
        return [(item.get_attributes()["username"], item.get_secret().decode()) for item in items]


@pytest.mark.secret_service
@pytest.mark.parametrize(
    ("state", "words"),
    [("locked", "The keyring is locked"), ("absent", "No keyring"), ("missing", "No keyring")],
)
async def test_where_the_keyring_fails_the_key_is_kept_for_this_session_instead(
    simulator: Simulator, keyring_in: KeyringIn, directory: WorkspaceDirectory, state: State, words: str
) -> None:
    keyring_in(state)
    key, watch = simulator.keys["production"], Watch()
    app = WorkspacesApp(directory, WorkspacesScreen())
    async with app.run_test(size=(80, 24), message_hook=watch) as pilot:
        await pilot.press("a")
        await wait_until(pilot, lambda: isinstance(app.screen, WorkspaceDialog))
        await paste(pilot, "prod")
        app.screen.query_one("#base-url", Input).value = simulator.url
        app.screen.query_one(KeyInput).focus()
        await paste(pilot, key)
        await pilot.press("enter")
        await wait_for_text(pilot, "Save it?")
        await pilot.press("enter")
        await wait_for_text(pilot, f"✗ {words}")
        assert "Or choose another source" in " ".join(screen_text(app).replace("│", " ").split())
        assert "--key-env" not in screen_text(app)
        app.screen.query_one(Choice).focus()
        await pilot.press("right", "ctrl+s")
        await wait_for_text(pilot, "Save it?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: is_listed(app, "prod", "this session"))
        assert_hidden(app, watch, key)
    assert directory.open("prod").refresh() is not None


async def test_a_key_of_an_earlier_session_is_asked_for_again_and_a_strange_one_is_noticed(
    simulator: Simulator, directory: WorkspaceDirectory, environ: dict[str, str]
) -> None:
    new = NewWorkspace("prod", simulator.url, "session")
    key = SecretStr(simulator.keys["production"])
    directory.add(new, key, checked=directory.check(new, key))
    app = WorkspacesApp(WorkspaceDirectory(environ=environ), WorkspacesScreen())
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_until(pilot, lambda: app.screen.query_one(RowTable).cursor_key)
        await pilot.press("t")
        await wait_for_text(pilot, "Press K to give its key.")
        await pilot.press("K")
        await wait_until(pilot, lambda: isinstance(app.screen, KeyDialog))
        await paste(pilot, simulator.keys["staging"])
        await pilot.press("enter")
        await wait_for_text(pilot, f"! It belonged to workspace {simulator.workspace_ids['production']} before.")
        await pilot.press("enter")
        await wait_until(pilot, lambda: is_listed(app, "prod", f"! {simulator.workspace_ids['staging']}"))


@pytest.mark.terminal
@pytest.mark.parametrize("no_colour", [{}, {"NO_COLOR": "1"}], ids=["colour", "no-colour"])
def test_the_first_minute_in_a_real_terminal(simulator: Simulator, tmp_path: Path, no_colour: dict[str, str]) -> None:
    key = simulator.keys["production"]
    environment = {
        "BATCHTUI_CONFIG": str(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": str(tmp_path),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        **no_colour,
    }
    with Terminal(environment=environment, columns=80, rows=24) as terminal:
        terminal.wait_for("No key at hand?")
        terminal.send("a")
        terminal.wait_for("https://api.anthropic.com")
        terminal.send("prod")
        terminal.wait_for("prod")
        terminal.send("tab", *["backspace"] * len("https://api.anthropic.com"))
        terminal.wait_gone("https:")
        terminal.send(simulator.url)
        terminal.wait_for(simulator.url)
        terminal.send("tab", "right")
        terminal.wait_for("Kept in memory")
        assert any(terminal.read_for(1.0) == 0 for _ in range(5))  # nothing blinks
        terminal.send(f"\x1b[200~{key}\n\x1b[201~")
        terminal.wait_for(f"{len(key)} characters")
        terminal.send("enter")
        terminal.wait_for("Save it?")
        terminal.send("enter")
        terminal.wait_for("prod · ")
        terminal.send("w")
        terminal.wait_for("this session")
        terminal.send("t")
        terminal.wait_for("✓ The key works.")
        assert key[:24].encode() not in terminal.raw
        terminal.send("q", "q")
        assert terminal.wait_exit() == 0


@pytest.mark.secret_service
async def test_a_locked_keyring_is_unlocked_from_the_list_with_its_password(
    keyring_in: KeyringIn, simulator: Simulator, tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(f'[workspaces.prod]\nbase_url = "{simulator.url}"\n')
    keyring_in("locked")
    app = WorkspacesApp(WorkspaceDirectory(environ=environ), WorkspacesScreen())
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_until(pilot, lambda: app.screen.query_one(RowTable).cursor_key)
        await pilot.press("t")
        await wait_for_text(pilot, "The keyring is locked")
        await pilot.press("U")
        await wait_for_text(pilot, "Unlock the keyring")
        await pilot.press(*"wrong", "enter")
        await wait_for_text(pilot, "that is not its password", seconds=15)
        assert "wrong" not in screen_text(app)
        await pilot.press("ctrl+u")
        await paste(pilot, PASSWORD)
        await pilot.press("enter")
        await wait_for_text(pilot, "holds no key", seconds=15)
