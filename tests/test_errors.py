from __future__ import annotations

import inspect

import pytest

from batchtui import errors

CLASSES = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.BatchtuiError) and error.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_stands_in_the_tree_at_the_top_of_the_module(error: type[errors.BatchtuiError]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("error", [error for error in CLASSES if not error.__subclasses__()])
def test_every_error_that_is_raised_names_what_happened_and_a_way_out(error: type[errors.BatchtuiError]) -> None:
    assert error.title
    assert error.hint.endswith((".", "'", "`"))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ReadOnlyError, 2),
        (errors.KeyringLockedError, 4),
        (errors.RateLimitError, 1),
        (errors.OutputExistsError, 1),
    ],
)
def test_exit_codes_follow_the_kind_of_error(error: type[errors.BatchtuiError], code: int) -> None:
    assert error.exit_code == code
