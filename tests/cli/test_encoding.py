"""What locale and `TERM` say of Unicode."""

from __future__ import annotations

import pytest

from batchtui.cli.encoding import knows_only_ascii


@pytest.mark.parametrize(
    ("environ", "is_plain"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C.utf8"}, False),
        ({"LC_CTYPE": "UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "POSIX", "LC_CTYPE": "C.UTF-8"}, True),  # the second is Python's own doing
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, False),
        ({"LANG": "de_DE@euro"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, True),
        ({"LANG": "C", "LC_ALL": "en_US.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "vt220"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}, False),
    ],
    ids=str,
)
def test_only_a_locale_or_a_terminal_that_says_so_is_without_unicode(environ: dict[str, str], is_plain: bool) -> None:  # noqa: FBT001  # one of the cases
    assert knows_only_ascii(environ) is is_plain
