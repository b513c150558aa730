from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from batchtui.results import ResultsIndex
from batchtui.results.usage import Bucket, Lengths, TokenSums, Usage, batch_numbers, histogram, measure_lengths
from tests.support.result_lines import bare, errored, fill_store, succeeded


def numbers_of(tmp_path: Path, *lines: bytes) -> Usage:
    store = fill_store(tmp_path, lines)
    store.close()
    return batch_numbers(store.index)


def tokens(given_in: int, out: int, read: int = 0, written: int = 0, written_1h: int = 0) -> dict[str, object]:
    return {
        "input_tokens": given_in,
        "output_tokens": out,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "cache_creation": {"ephemeral_1h_input_tokens": written_1h},
    }


def test_tokens_are_summed_by_model_and_in_all(tmp_path: Path) -> None:
    usage = numbers_of(
        tmp_path,
        succeeded("a", model="opus", usage=tokens(10, 100, 70, 20, 5)),
        errored("b"),
        succeeded("c", model="haiku", usage=tokens(1, 2)),
        succeeded("d", model="opus", usage=tokens(10, 50)),
        bare("e", "expired"),
    )
    assert usage.results == 5
    assert usage.models == {"opus": TokenSums(2, 20, 150, 70, 20, 5), "haiku": TokenSums(1, 1, 2)}
    assert list(usage.models) == ["opus", "haiku"]
    assert usage.total == TokenSums(3, 21, 152, 70, 20, 5)
    assert usage.total.cache_hit_rate == 70 / 111


def test_one_model_alone_is_summed_the_same(tmp_path: Path) -> None:
    usage = numbers_of(tmp_path, *(succeeded(str(n), usage=tokens(n, 2 * n, n, 1, 1)) for n in range(5)), errored("x"))
    assert usage.total == next(iter(usage.models.values())) == TokenSums(5, 10, 20, 10, 5, 5)


def test_stop_reasons_are_counted_most_frequent_first(tmp_path: Path) -> None:
    lines = [succeeded("a", stop_reason="max_tokens"), errored("b"), succeeded("c"), succeeded("d")]
    usage = numbers_of(tmp_path, *lines)
    assert list(usage.stop_reasons.items()) == [("end_turn", 2), ("max_tokens", 1)]


def test_a_batch_without_any_answer_has_zeros_and_no_division_by_them(tmp_path: Path) -> None:
    usage = numbers_of(tmp_path, errored("a"))
    assert (usage.results, usage.total, usage.models, usage.output_lengths) == (1, TokenSums(), {}, Lengths())
    assert usage.total.cache_hit_rate == 0
    assert batch_numbers(ResultsIndex()).total == TokenSums()


def test_only_answers_count_among_the_lengths(tmp_path: Path) -> None:
    lines = [succeeded(str(n), usage=tokens(1, n)) for n in (0, 1, 5, 6, 7, 40)]
    lengths = numbers_of(tmp_path, *lines, errored("x"), errored("y")).output_lengths
    assert lengths.buckets == (
        Bucket(0, 0, 1),
        Bucket(1, 1, 1),
        Bucket(2, 3, 0),
        Bucket(4, 7, 3),
        Bucket(8, 15, 0),
        Bucket(16, 31, 0),
        Bucket(32, 63, 1),
    )
    assert (lengths.median, lengths.largest) == (5, 40)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_every_number_is_in_one_bucket_and_the_percentiles_are_numbers_that_occur(values: list[int]) -> None:
    buckets = histogram(values)
    for bucket in buckets:
        assert bucket.count == sum(bucket.low <= value <= bucket.high for value in values)
    assert sum(bucket.count for bucket in buckets) == len(values)
    lengths = measure_lengths(values)
    in_order = sorted(values)
    assert lengths.median == in_order[(len(values) - 1) // 2]
    assert lengths.median <= lengths.p90 <= lengths.p99 <= lengths.largest == in_order[-1]
