"""Names that every keyring can hold."""

from __future__ import annotations

import pytest

from batchtui.errors import InvalidWorkspaceNameError
from batchtui.settings import check_name


@pytest.mark.parametrize("name", ["a", "prod", "eu-west_2", "0day", "a" * 64])
def test_a_plain_name_is_good(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Prod", "'prod' would"),
        ("my team", "'my-team' would"),
        ("-x", "'x' would"),
        ("Größe", "'gr-e' would"),
        ("a" * 65, f"'{'a' * 64}' would"),
    ],
)
def test_another_name_is_refused_with_one_that_would_do(name: str, suggestion: str) -> None:
    with pytest.raises(InvalidWorkspaceNameError, match=suggestion):
        check_name(name)


@pytest.mark.parametrize("name", ["", "..", "日本", "env"])
def test_a_name_without_a_likeness_is_refused(name: str) -> None:
    with pytest.raises(InvalidWorkspaceNameError):
        check_name(name)


def test_a_hostile_name_is_shown_safely() -> None:
    with pytest.raises(InvalidWorkspaceNameError) as caught:
        check_name("\x1b[31m")
    assert "\x1b" not in str(caught.value)
