from __future__ import annotations

import pytest

from batchtui.api import check_base_url
from batchtui.api.base_url import encode_id
from batchtui.errors import UsageError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com"),
        ("https://api.anthropic.com/", "https://api.anthropic.com"),
        ("  HTTPS://API.Anthropic.com:443/v1/ ", "https://api.anthropic.com"),
        ("https://gw.example/anthropic/v1", "https://gw.example/anthropic"),
        ("http://localhost:8080//", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_is_written_in_one_way(given: str, expected: str) -> None:
    assert check_base_url(given) == expected
    assert check_base_url(check_base_url(given)) == check_base_url(given)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "api.anthropic.com",
        "localhost:8080",
        "ftp://api.anthropic.com",
        "https://",
        "https:///path",
        "https://user:secret@host",
        "https://host?x=1",
        "https://host?",
        "https://host#part",
        "https://host:notaport",
        "https://host:99999",
        "https://ho st",
        "https://host\x1b[2J",
        "https://\udcff",
        "https://" + "a" * 70_000,
    ],
)
def test_what_is_no_address_of_an_api_is_refused_with_a_way_out(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_base_url(given)
    assert "https://" in caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("given", ["", ".", "..", "x" * 600])
def test_an_id_that_would_name_another_resource_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        encode_id(given)


def test_a_hostile_id_stays_one_segment_of_a_path() -> None:
    assert encode_id("../../x?y#z%2F\x1b é") == "..%2F..%2Fx%3Fy%23z%252F%1B%20%C3%A9"
    assert encode_id("\udcff") == "%ED%B3%BF"
