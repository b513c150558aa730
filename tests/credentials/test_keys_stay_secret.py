"""No error, representation or traceback shows a key, not even one that lists every local variable."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from io import StringIO

import pytest
from pydantic import SecretStr
from rich.console import Console
from rich.traceback import Traceback

from batchtui.credentials import Keys, check_key
from batchtui.credentials.environment import Environment
from batchtui.credentials.time_limit import within
from batchtui.errors import CredentialError, KeyringFailedError
from batchtui.settings import KeySource
from tests.credentials.conftest import KeyringIn

SECRET = SecretStr("wonderland")
"""A part of every made-up key below."""

KEY = SecretStr(f"sk-ant-api03-{SECRET.get_secret_value()}")
BROKEN = SecretStr(f"sk-ant-api03 {SECRET.get_secret_value()}")
ADMIN = SecretStr(f"sk-ant-admin01-{SECRET.get_secret_value()}")


def keys_with(key: SecretStr = KEY, *, backend: str | None = None) -> Keys:
    """Return keys whose environment holds a key in several variables."""
    variables = dict.fromkeys(("PROD_KEY", "ANTHROPIC_API_KEY"), key.get_secret_value())
    return Keys(environ={"PATH": "/usr/bin:/bin", **variables}, keyring_backend=backend)


def printing(script: str) -> KeySource:
    return KeySource(kind="command", command=("sh", "-c", script))


FAILURES: dict[str, Callable[[], object]] = {
    "a malformed key": lambda: check_key(BROKEN),
    "a malformed text": lambda: check_key(BROKEN.get_secret_value()),
    "an admin key": lambda: check_key(ADMIN),
    "a variable that is not set": lambda: keys_with().resolve("prod", KeySource(kind="env", env="OTHER")),
    "a malformed variable": lambda: keys_with(BROKEN).resolve("prod", KeySource(kind="env", env="PROD_KEY")),
    "a command that fails": lambda: keys_with().resolve("prod", printing("echo $PROD_KEY; echo $PROD_KEY >&2; exit 1")),
    "a command that prints too much": lambda: keys_with().resolve("prod", printing("exec yes $PROD_KEY")),
    "a command that prints no key": lambda: keys_with(BROKEN).resolve("prod", printing("echo $PROD_KEY")),
    "a command that is missing": lambda: keys_with().resolve("prod", KeySource(kind="command", command=("missing",))),
    "a session without a key": lambda: keys_with().resolve("prod", KeySource(kind="session")),
    "a malformed key to store": lambda: keys_with().store("prod", KeySource(kind="session"), BROKEN),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_shows_a_key(failure: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        shown = everything_shown(FAILURES[failure])
    assert SECRET.get_secret_value() not in shown + caplog.text


@pytest.mark.secret_service
@pytest.mark.parametrize("state", ["locked", "absent", "missing"])
def test_no_failure_of_the_keyring_shows_a_key(state: str, keyring_in: KeyringIn) -> None:
    keyring_in(state)  # type: ignore[arg-type]  # one of its states
    shown = everything_shown(lambda: keys_with().store("prod", KeySource(kind="keyring"), KEY))
    assert SECRET.get_secret_value() not in shown


@pytest.mark.secret_service
def test_a_keyring_that_quotes_the_key_in_its_own_error_is_not_repeated(
    keyring_in: KeyringIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.null import Keyring

    def quote(_: Keyring, service: str, username: str, password: str) -> None:
        raise OSError(f"cannot keep {password} of {username} for {service}")

    keyring_in("missing")
    monkeypatch.setattr(Keyring, "set_password", quote)
    keys = keys_with(backend="keyring.backends.null.Keyring")
    shown = everything_shown(lambda: keys.store("prod", KeySource(kind="keyring"), KEY))
    assert "OSError: cannot keep … of prod for batchtui" in shown
    assert SECRET.get_secret_value() not in shown


def test_an_error_brings_no_frames_and_no_causes_from_the_thread_it_happened_in() -> None:
    def fail() -> None:
        raise OSError("the original")

    with pytest.raises(KeyringFailedError) as caught:
        within(5, fail, lambda error: KeyringFailedError(str(error)))
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "fail" not in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]


def test_nothing_that_holds_keys_shows_them() -> None:
    keys = keys_with()
    keys.store("prod", KeySource(kind="session"), KEY)
    shown = [repr(keys), repr(vars(keys)), repr(Environment({"KEY": KEY.get_secret_value()}))]
    assert SECRET.get_secret_value() not in "".join(shown)


def everything_shown(call: Callable[[], object]) -> str:
    """Return all that a failure could print: its words, its causes, and every frame with its local variables, twice."""
    try:
        call()
    except CredentialError as error:
        words = [str(error), repr(error), error.detail, error.hint, repr(vars(error)), repr(error.args)]
        plain = traceback.TracebackException(*sys.exc_info(), capture_locals=True)
        rich = Traceback.from_exception(*sys.exc_info(), show_locals=True)
        console = Console(file=StringIO(), width=400)
        console.print(rich)
        return "\n".join([*words, *plain.format(chain=True), console.file.getvalue()])  # type: ignore[attr-defined]
    raise AssertionError("it did not fail")
