from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.results import ResultsStore
from batchtui.results.triage import RunningTriage, Triage, split_message, triage
from tests.support.result_lines import bare, encode, errored, fill_store, succeeded

triage_module = importlib.import_module("batchtui.results.triage")  # the package has a function of this name


def triage_of(tmp_path: Path, *lines: bytes) -> Triage:
    store = fill_store(tmp_path, lines)
    try:
        return triage(store)
    finally:
        store.close()


def invalid(custom_id: str, message: str) -> bytes:
    return errored(custom_id, "invalid_request_error", message)


@pytest.mark.parametrize(
    ("message", "folded"),
    [
        ("prompt is too long: 231,904 tokens > 200000 maximum", "prompt is too long: … tokens > … maximum"),
        ("messages.7.content.0.text: Field required", "messages.….content.….text: Field required"),
        ("role: Input should be 'user' or \"assistant\"", "role: Input should be … or …"),
        ("Your organization's limit isn't 'x'", "Your organization's limit isn't …"),
        ("no file file_abc in workspace wrkspc_xyz", "no file … in workspace …"),
        ("request 6f1e-11c2-aa took 1.5s, see https://x.example/a1", "request … took …, see https://x.example/…"),
        ("max_tokens: `0` < 1.", "max_tokens: … < …."),
        ("Overloaded", "Overloaded"),
    ],
)
def test_numbers_ids_and_quoted_values_are_folded(message: str, folded: str) -> None:
    assert "…".join(split_message(message)[0]) == folded


@given(st.text(max_size=40), st.integers(0, 10**9), st.integers(0, 10**9))
def test_messages_that_differ_in_a_number_alone_are_one(words: str, one: int, other: int) -> None:
    assert split_message(f"{words} {one} end")[0] == split_message(f"{words} {other} end")[0]


def test_words_that_look_like_folded_ones_or_like_a_cause_make_groups_of_their_own(tmp_path: Path) -> None:
    found = triage_of(
        tmp_path,
        invalid("a", "it begins with … tokens"),
        invalid("b", "it begins with 5 tokens"),
        errored("c", "overloaded_error", "x/y"),
        errored("d", "overloaded_error/x", "y"),
    )
    assert [group.count for group in found.groups] == [1, 1, 1, 1]
    assert [group.is_retryable for group in found.groups] == [False, False, True, False]
    assert len({group.key for group in found.groups}) == 4


def test_rows_that_come_while_groups_are_made_wait_for_the_next_look(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    store.feed(bare("a", "expired") + b"\n")
    running = RunningTriage(store)

    def come() -> bool:
        store.feed(bare("b", "canceled") + b"\n" + bare("c", "expired") + b"\n")
        return False

    found = running.advance(is_cancelled=come)
    assert found.total <= found.results
    assert running.advance().total == 3
    store.close()


def test_failures_are_grouped_by_their_cause_biggest_first(tmp_path: Path) -> None:
    found = triage_of(
        tmp_path,
        invalid("a", "prompt is too long: 5 tokens > 9 maximum"),
        errored("b"),
        succeeded("c"),
        invalid("d", "prompt is too long: 6 tokens > 9 maximum"),
        errored("e"),
        invalid("f", "prompt is too long: 7 tokens > 9 maximum"),
        errored("g", "api_error", "Overloaded"),
    )
    assert [(group.cause, group.message, group.count) for group in found.groups] == [
        ("invalid_request_error", "prompt is too long: … tokens > 9 maximum", 3),
        ("overloaded_error", "Overloaded", 2),
        ("api_error", "Overloaded", 1),
    ]
    long = found.groups[0]
    assert list(long.rows) == [0, 3, 5]
    assert (long.first.custom_id, long.first.message) == ("a", "prompt is too long: 5 tokens > 9 maximum")
    assert (long.last.custom_id, long.last.message) == ("f", "prompt is too long: 7 tokens > 9 maximum")
    assert (found.total, found.results, found.share(long), found.retryable) == (6, 7, "43%", 3)


def test_what_can_be_sent_again_and_what_must_be_done_first_is_said(tmp_path: Path) -> None:
    found = triage_of(
        tmp_path,
        *(bare(str(n), "expired") for n in range(6)),
        *(bare(str(n), "canceled") for n in range(5)),
        *(errored(str(n), "rate_limit_error", "slow down") for n in range(4)),
        *(errored(str(n), "authentication_error", "revoked") for n in range(3)),
        *(invalid(str(n), "bad") for n in range(2)),
        errored("x", "brand_new_error", "?"),
    )
    assert [(group.is_retryable, group.advice) for group in found.groups] == [
        (True, "send again as is"),
        (True, "send again as is"),
        (True, "send again as is"),
        (False, "fix the key first"),
        (False, "fix the request first"),
        (False, "fix the request first"),
    ]


def test_answers_that_were_cut_or_refused_are_groups_too(tmp_path: Path) -> None:
    found = triage_of(
        tmp_path,
        succeeded("a", "so much to s", stop_reason="max_tokens"),
        succeeded("b", stop_reason="end_turn"),
        succeeded("c", "I cannot.", stop_reason="refusal"),
        succeeded("d", "and then", stop_reason="max_tokens"),
    )
    assert [(group.type, group.cause, group.count, group.advice) for group in found.groups] == [
        ("succeeded", "max_tokens", 2, "raise max_tokens"),
        ("succeeded", "refusal", 1, "change the prompt"),
    ]
    assert found.groups[0].last.message == "and then"


def test_lines_of_unknown_types_and_lines_that_are_no_results_are_not_lost(tmp_path: Path) -> None:
    found = triage_of(tmp_path, bare("a", "postponed"), b"{not json", bare("b", "postponed"))
    assert [(group.type, group.count, group.is_retryable) for group in found.groups] == [
        ("postponed", 2, False),
        ("unreadable", 1, False),
    ]


def test_errors_of_any_shape_have_a_group(tmp_path: Path) -> None:
    found = triage_of(
        tmp_path,
        encode("a", {"type": "errored", "error": {"type": "overloaded_error", "message": "flat"}}),
        encode("b", {"type": "errored", "error": {"error": {"type": "api_error", "message": {"deep": 1}}}}),
        encode("c", {"type": "errored"}),
        errored("d", message="\ud800 'x"),
    )
    assert found.total == 4
    assert {group.message for group in found.groups} >= {"flat", ""}


def test_triage_goes_on_while_rows_still_come_and_a_groups_key_stays(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    running = RunningTriage(store)
    assert running.advance() == Triage()
    store.feed(invalid("a", "got 1 of 2") + b"\n" + errored("b") + b"\n")
    before = running.advance()
    assert [group.message for group in before.groups] == ["got 1 of 2", "Overloaded"]
    store.feed(invalid("c", "got 2 of 2") + b"\n" + succeeded("d") + b"\n" + bare("e", "expired") + b"\n")
    after = running.advance()
    assert [(group.message, group.count) for group in after.groups] == [
        ("got … of 2", 2),
        ("Overloaded", 1),
        ("not processed within the batch's 24 hours", 1),
    ]
    assert after.groups[0].key == before.groups[0].key
    assert before.groups[0].count == 1
    assert running.advance() == after
    store.close()


def test_a_cancelled_triage_keeps_what_it_has_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage_module, "_SLICE", 10)
    store = fill_store(tmp_path, [errored(str(n)) for n in range(35)])
    running = RunningTriage(store)
    answers = iter([False, False, True])
    assert running.advance(is_cancelled=lambda: next(answers)).total == 20
    assert list(running.advance().groups[0].rows) == list(range(35))
    store.close()


def test_a_million_different_messages_do_not_become_a_million_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage_module, "GROUP_LIMIT", 5)
    found = triage_of(tmp_path, *(errored(str(n), message="x" * n) for n in range(20)))
    assert len(found.groups) == 6
    assert (found.groups[0].message, found.groups[0].count, found.total) == ("(other messages)", 15, 20)
