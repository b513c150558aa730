"""What a text must be to be taken for a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from batchtui.credentials import check_key
from batchtui.errors import AdminKeyError, MalformedKeyError, NoKeyError


@pytest.mark.parametrize("text", ["sk-ant-api03-Ab_9-", "  sk-ant-api03-Ab_9-\r\n", "\tsk-ant-api03-Ab_9-\n\n"])
def test_white_space_around_a_key_is_taken_off(text: str) -> None:
    assert check_key(text) == check_key(SecretStr(text)) == SecretStr("sk-ant-api03-Ab_9-")


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_text_is_no_key(text: str) -> None:
    with pytest.raises(NoKeyError):
        check_key(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sk-ant-api03 two", "a space or a line break"),
        ("sk-ant-api03\ntwo", "a space or a line break"),
        ("sk-ant-api03\u00a0two", "a space or a line break"),
        ("sk-ant-\x1b[31m", "characters that no key has"),
        ("sk-ant-\u2013long-dash", "characters that no key has"),
        ("sk-ant-" + "x" * 1274, "longer than 1,280 characters"),
        ('"sk-ant-api03-quoted"', "something before sk-ant-"),
        ("ANTHROPIC_API_KEY=sk-ant-api03", "something before sk-ant-"),
    ],
)
def test_a_malformed_key_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(MalformedKeyError, match=why):
        check_key(text)


def test_an_admin_key_is_told_apart() -> None:
    with pytest.raises(AdminKeyError):
        check_key("sk-ant-admin01-made-up")


def test_a_gateways_key_passes_unless_only_anthropics_will_do() -> None:
    assert check_key("gateway-key").get_secret_value() == "gateway-key"
    with pytest.raises(MalformedKeyError, match="does not begin with sk-ant-"):
        check_key("gateway-key", strict=True)


def test_the_place_begins_the_sentence() -> None:
    with pytest.raises(MalformedKeyError, match=r"^That is not a key: line 3: there is a space"):
        check_key("a b", where="line 3")


@given(st.text(max_size=40))
def test_what_passes_can_stand_in_a_header(text: str) -> None:
    try:
        key = check_key(text).get_secret_value()
    except (AdminKeyError, MalformedKeyError, NoKeyError):
        return
    assert key
    assert all("\x21" <= character <= "\x7e" for character in key)
