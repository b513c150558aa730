"""The workspace that the environment's variables make."""

from __future__ import annotations

import traceback

import pytest

from batchtui.errors import UsageError
from batchtui.settings import KeySource, WorkspaceSettings, env_workspace

KEY = {"ANTHROPIC_API_KEY": "sk-ant-api03-wonderland"}


@pytest.mark.parametrize("environ", [{}, {"ANTHROPIC_API_KEY": " "}, {"ANTHROPIC_BASE_URL": "http://localhost:1"}])
def test_without_a_key_there_is_none(environ: dict[str, str]) -> None:
    assert env_workspace(environ) is None


def test_the_key_alone_makes_one_at_the_api_itself() -> None:
    expected = WorkspaceSettings(name="env", key=KeySource(kind="env", env="ANTHROPIC_API_KEY"))
    assert env_workspace({**KEY, "ANTHROPIC_BASE_URL": "", "ANTHROPIC_WORKSPACE_ID": ""}) == expected


def test_server_and_workspace_id_are_taken_over() -> None:
    found = env_workspace({**KEY, "ANTHROPIC_BASE_URL": "http://localhost:1/", "ANTHROPIC_WORKSPACE_ID": "wrkspc_01"})
    assert found is not None
    assert (found.base_url, found.workspace_id) == ("http://localhost:1", "wrkspc_01")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ANTHROPIC_BASE_URL", "https://user:wonderland@host"), ("ANTHROPIC_WORKSPACE_ID", "wonder land")],
)
def test_a_variable_that_cannot_be_meant_is_named_and_neither_it_nor_the_key_is_shown(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY["ANTHROPIC_API_KEY"])
    del value
    with pytest.raises(UsageError, match=f"{variable} is set to something that it cannot be") as caught:
        _read_environment()
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "wonderland" not in shown


def _read_environment() -> None:
    import os

    env_workspace(os.environ)
