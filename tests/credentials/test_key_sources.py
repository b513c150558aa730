"""Keys from the environment and from this session, and the words for every source."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import SecretStr

from batchtui.credentials import Keys, describe_key_source
from batchtui.errors import MalformedKeyError, NoKeyError
from batchtui.settings import KeySource

KEY = SecretStr("sk-ant-api03-made-up")
SESSION = KeySource(kind="session")
VARIABLE = KeySource(kind="env", env="PROD_KEY")


def test_a_variable_holds_the_key() -> None:
    assert Keys(environ={"PROD_KEY": "sk-ant-api03-made-up\n"}).resolve("prod", VARIABLE) == KEY


@pytest.mark.parametrize(("environ", "why"), [({}, "PROD_KEY is not set"), ({"PROD_KEY": " "}, "PROD_KEY is empty")])
def test_a_variable_without_a_key_is_named_and_nothing_else_is_tried(environ: dict[str, str], why: str) -> None:
    with pytest.raises(NoKeyError, match=why) as caught:
        Keys(environ={**environ, "ANTHROPIC_API_KEY": "sk-ant-api03-other"}).resolve("prod", VARIABLE)
    assert "export PROD_KEY=" in caught.value.hint


def test_a_malformed_key_is_blamed_on_its_variable() -> None:
    with pytest.raises(MalformedKeyError, match="the environment variable PROD_KEY: there is a space"):
        Keys(environ={"PROD_KEY": "two words"}).resolve("prod", VARIABLE)


def test_a_typed_key_lives_as_long_as_the_run() -> None:
    keys = Keys(environ={})
    keys.store("prod", SESSION, KEY)
    assert keys.resolve("prod", SESSION) == KEY
    with pytest.raises(NoKeyError, match="prod is kept for one session only"):
        Keys(environ={}).resolve("prod", SESSION)


def test_a_typed_key_is_renamed_and_forgotten() -> None:
    keys = Keys(environ={})
    keys.store("old", SESSION, KEY)
    keys.rename("old", "new", SESSION)
    keys.delete("old", SESSION)
    keys.delete("old", SESSION)
    assert keys.resolve("new", SESSION) == KEY
    with pytest.raises(NoKeyError):
        keys.resolve("old", SESSION)


def test_a_malformed_key_is_never_kept() -> None:
    keys = Keys(environ={})
    with pytest.raises(MalformedKeyError):
        keys.store("prod", SESSION, SecretStr("two words"))
    with pytest.raises(NoKeyError):
        keys.resolve("prod", SESSION)


@pytest.mark.parametrize("source", [VARIABLE, KeySource(kind="command", command=("false",))])
def test_a_source_that_keeps_its_own_keys_is_left_alone(source: KeySource) -> None:
    environ = {"PROD_KEY": "sk-ant-api03-made-up"}
    keys = Keys(environ=environ)
    keys.store("prod", source, SecretStr("sk-ant-api03-other"))
    keys.rename("prod", "other", source)
    keys.delete("prod", source)
    assert environ == {"PROD_KEY": "sk-ant-api03-made-up"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (VARIABLE, "environment variable PROD_KEY"),
        (SESSION, "this session"),
        (KeySource(kind="keyring"), "OS keyring"),
        (KeySource(kind="command", command=("/usr/bin/pass", "show", "private")), "command: pass …"),
        (KeySource(kind="command", command=("key\x1b[31m",)), "command: key␛[31m"),
    ],
)
def test_a_source_is_described_without_its_private_parts(source: KeySource, words: str) -> None:
    assert Keys(environ={}).describe(source) == describe_key_source(source) == words


def test_the_keyring_package_is_imported_only_when_it_is_needed() -> None:
    program = """
import sys
from batchtui.credentials import Keys
from batchtui.settings import KeySource
keys = Keys(environ={"KEY": "sk-ant-api03-made-up"})
keys.resolve("prod", KeySource(kind="env", env="KEY"))
keys.describe(KeySource(kind="keyring"))
raise SystemExit(" ".join({"keyring", "secretstorage", "jeepney"} & sys.modules.keys()))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stderr == "\n"
