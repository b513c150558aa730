from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from batchtui.credentials.environment import Environment
from batchtui.credentials.keyring_store import KeyringStore
from tests.support.secret_service import SecretService, State, secret_service

KeyringIn = Callable[[State], SecretService]


@pytest.fixture
def keyring_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringIn]:
    """Return what starts a Secret Service in a state and leads this process to it, and to nothing else."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(variable, raising=False)
    with ExitStack() as services:

        def start(state: State) -> SecretService:
            service = services.enter_context(secret_service(state))
            for variable, value in service.environ.items():
                monkeypatch.setenv(variable, value)
            return service

        yield start


@pytest.fixture
def make_store() -> Callable[..., KeyringStore]:
    """Return what makes a keyring store that gives up in the end, with a display or without one."""

    def make(*, display: bool = False, backend: str | None = None) -> KeyringStore:
        environment = Environment({"DISPLAY": ":99"} if display else {})
        return KeyringStore(backend=backend, environment=environment, seconds=60.0, prompt_seconds=60.0)

    return make
