"""The configuration file as it is read: defaults, errors with their place, and warnings."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.errors import ConfigurationError, OutputNotWritableError
from batchtui.settings import (
    KeySource,
    Settings,
    WorkspaceSettings,
    add_workspace,
    editing,
    load_settings,
    parse_settings,
    set_default_workspace,
)

FILE = Path("/somewhere/config.toml")
EXAMPLE = """
# My settings
default_workspace = "prod"
refresh_seconds = 30
low_bandwidth = true
theme = "nord"

[workspaces.prod]
key_command = ["pass", "show", "prod"]
workspace_id = "wrkspc_01"
read_only = true

[workspaces.gateway]
base_url = "http://localhost:4000/anthropic/"
key_env = "GATEWAY_KEY"

[workspaces.typed]
key_source = "session"

[workspaces.plain]
"""


def test_a_file_that_is_not_there_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_the_path_comes_from_the_environment_when_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text("refresh_seconds = 42")
    monkeypatch.setenv("BATCHTUI_CONFIG", str(tmp_path / "mine.toml"))
    assert load_settings().refresh_seconds == 42


def test_every_setting_is_read() -> None:
    settings = parse_settings(EXAMPLE, FILE)
    assert settings == Settings(
        default_workspace="prod",
        refresh_seconds=30,
        low_bandwidth=True,
        theme="nord",
        workspaces={
            "prod": WorkspaceSettings(
                name="prod",
                key=KeySource(kind="command", command=("pass", "show", "prod")),
                workspace_id="wrkspc_01",
                read_only=True,
            ),
            "gateway": WorkspaceSettings(
                name="gateway",
                base_url="http://localhost:4000/anthropic",
                key=KeySource(kind="env", env="GATEWAY_KEY"),
            ),
            "typed": WorkspaceSettings(name="typed", key=KeySource(kind="session")),
            "plain": WorkspaceSettings(name="plain", key=KeySource(kind="keyring")),
        },
    )
    assert list(settings.workspaces) == ["prod", "gateway", "typed", "plain"]


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert load_settings(tmp_path / "config.toml") == parse_settings(EXAMPLE, FILE)


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("a = [1,\n2", 2, 2, "Unclosed array"),
        ("# fine\nrefresh_seconds 10", 2, 17, "Expected '='"),
        ("a = 1\na = 2", 2, 6, ""),
        ("refresh_seconds = 0", 1, 1, "`refresh_seconds` must be a number of seconds from 1 to 3600"),
        ("\n\n  refresh_seconds = 'ten'", 3, 3, "`refresh_seconds` must be a number"),
        ("read_only = 1", 1, 1, "`read_only` must be true or false"),
        ("low_bandwidth = 'yes'", 1, 1, '`low_bandwidth` must be "auto", true or false'),
        ("workspaces = 3", 1, 1, "must be tables"),
        ("[workspaces]\nprod = 3", 2, 1, "`workspaces.prod` must be a table"),
        ("[workspaces.a]\n[workspaces.Prod]", 2, 13, "'prod' would"),
        ("[workspaces.env]", 1, 13, "ANTHROPIC_API_KEY makes"),
        ("[workspaces.a]\n[workspaces.b]\nbase_url = 'ftp://x'", 3, 1, "`base_url` must be an http or https URL"),
        ("[workspaces.a]\nbase_url = 'https://user:word@host'", 2, 1, "without a password"),
        ("[workspaces.a]\nkey_source = 'file'", 2, 1, '`key_source` must be "keyring"'),
        ("[workspaces.a]\nkey_source = 'command'", 2, 1, "must say which command"),
        ("[workspaces.a]\nkey_command = 'pass show x'", 2, 1, "`key_command` must be a list"),
        ("[workspaces.a]\nkey_env = 'A-B'", 2, 1, "`key_env` must be the name of an environment variable"),
        ("[workspaces.a]\nkey_env = 'A'\nkey_command = ['b']", 3, 1, "two sources"),
        ("workspaces = {a = {base_url = 3}}", 1, 20, "`base_url` must be"),
        ("workspaces.a.read_only = 3", 1, 14, "`read_only` must be"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(text: str, line: int, column: int, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(text, FILE)
    assert why in caught.value.detail
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"{FILE}, line {line}, column {column}: " in str(caught.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"a = 1\nb = '\xff'", "line 2, column 6: it is not UTF-8 text"), (b"#" * (256 * 1024 + 1), "it is too large")],
)
def test_a_file_of_another_kind_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=why):
        load_settings(tmp_path / "config.toml")


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device"])
def test_what_is_no_file_is_refused_at_once_and_the_way_out_is_named(kind: str, tmp_path: Path) -> None:
    place = Path("/dev/zero") if kind == "device" else tmp_path / kind
    with socket.socket(socket.AF_UNIX) as listener:
        makers: dict[str, Callable[[], object]] = {
            "folder": place.mkdir,
            "pipe": lambda: os.mkfifo(place),
            "socket": lambda: listener.bind(str(place)),
        }
        makers.get(kind, place.stat)()
        with pytest.raises(ConfigurationError, match=f"it is a {kind}") as caught:
            load_settings(place)
    assert "Let BATCHTUI_CONFIG name a file" in caught.value.hint
    assert ("`<(…)`" in caught.value.hint) == (kind == "pipe")


def test_the_null_device_means_the_defaults_and_stays_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "replace_file", lambda *_: pytest.fail("the device would have been replaced"))
    null = Path(os.devnull)
    assert load_settings(null) == Settings()
    with pytest.raises(OutputNotWritableError, match="it is no file"):
        add_workspace(null, WorkspaceSettings(name="new"))


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            "refresh_second = 3",
            "line 1: `refresh_second` is not a setting and is ignored; did you mean `refresh_seconds`?",
        ),
        (
            "[workspaces.a]\n\nbase_ulr = 'x'",
            "line 3: `base_ulr` is not a setting and is ignored; did you mean `base_url`?",
        ),
        ("zzz = 3", "line 1: `zzz` is not a setting and is ignored"),
        ("[zzz]\nrefresh_seconds = 3", "line 1: `zzz` is not a setting and is ignored"),
        ("default_workspace = 'a'", "line 1: default_workspace names 'a', which is not in this file"),
    ],
)
def test_what_is_not_understood_is_a_warning_and_the_rest_is_used(text: str, warning: str) -> None:
    assert parse_settings(text, FILE).warnings == (warning,)


def test_a_hostile_name_is_shown_safely() -> None:
    [warning] = parse_settings(r'"\u001b[31m" = 1', FILE).warnings
    assert "\x1b" not in warning


@pytest.mark.parametrize(
    "text",
    [
        "# sk-ant-api03-wonderland-made-up",
        "[workspaces.a]\nkey_env = 'sk-ant-api03-wonderland-made-up'",
        "[workspaces.a]\nkey_command = ['echo', 'sk-ant-api03-wonderland-made-up']",
        "[workspaces.a]\napi_key = 'wonderland'",
        "[workspaces.a]\ntoken = 'wonderland'",
        "broken = = 'sk-ant-api03-wonderland-made-up'",
    ],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    del text  # this frame is part of the tracebacks as well
    calls: list[Callable[[], object]] = [
        lambda: load_settings(file),
        lambda: set_default_workspace(file, "a"),
        lambda: parse_settings(file.read_text(), file),
    ]
    for call in calls:
        with pytest.raises(ConfigurationError, match="an API key stands here") as caught:
            call()
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert caught.value.line is not None
        assert "wonderland" not in "".join(shown.format())


@pytest.mark.parametrize("rest", [b"\xff", b"#" * (256 * 1024)])
def test_a_key_in_a_file_that_is_no_configuration_is_not_shown_either(rest: bytes, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"# sk-ant-api03-wonderland-made-up\n" + rest)
    calls: list[Callable[[], object]] = [lambda: load_settings(file), lambda: set_default_workspace(file, "a")]
    for call in calls:
        with pytest.raises(ConfigurationError) as caught:
            call()
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert "wonderland" not in "".join(shown.format())


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused_in_our_own_words(text: str) -> None:
    with suppress(ConfigurationError):
        parse_settings(text, FILE)
