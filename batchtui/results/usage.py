"""A batch in numbers: tokens, stop reasons, models and the length of answers, summed up from the index alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import accumulate

from batchtui.results.index import ResultsIndex

_SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True)
class TokenSums:
    """Tokens of some results.

    `input_tokens` are those that were neither read from the cache nor written to it. `cache_write_1h_tokens` are the
    part of `cache_write_tokens` that is kept for an hour.
    """

    results: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0

    @property
    def all_input_tokens(self) -> int:
        """Every token that was sent, from the cache or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def cache_hit_rate(self) -> float:
        """The part of all input that was read from the cache, from 0 to 1."""
        return self.cache_read_tokens / self.all_input_tokens if self.all_input_tokens else 0.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many of some numbers are from `low` to `high`, both included."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long answers are, in tokens; all 0 where there are none."""

    buckets: tuple[Bucket, ...] = ()
    mean: float = 0.0
    median: int = 0
    p90: int = 0
    p99: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """The numbers of the first `results` rows of a batch. Only those that succeeded have tokens, and are billed.

    `models` and `stop_reasons` are biggest first; their names are the server's own, not made safe.
    """

    results: int
    total: TokenSums
    models: Mapping[str, TokenSums]
    stop_reasons: Mapping[str, int]
    output_lengths: Lengths


def batch_numbers(index: ResultsIndex) -> Usage:
    """Return the numbers of all rows that are there; a million rows take some tenths of a second."""
    results = len(index)
    rows = index.rows(_SUCCEEDED)
    rows = rows[: len(rows)]
    names, codes = index.causes
    stops = Counter(map(codes.__getitem__, rows))
    models = _sum_by_model(index, rows)
    return Usage(
        results=results,
        total=_add(models.values()),
        models=models,
        stop_reasons={names[code]: count for code, count in stops.most_common()},
        output_lengths=measure_lengths(map(index.output_tokens.__getitem__, rows)),
    )


def histogram(values: Iterable[int]) -> tuple[Bucket, ...]:
    """Return how often numbers of each size occur, from the smallest to the largest without a gap.

    A bucket ends where the next power of two begins, so that a few very long answers do not flatten all others.
    """
    return _buckets(Counter(values))


def measure_lengths(values: Iterable[int]) -> Lengths:
    """Return the distribution of some lengths."""
    counts = Counter(values)
    if not counts:
        return Lengths()
    lengths = sorted(counts)
    ranks = list(accumulate(counts[length] for length in lengths))
    total = ranks[-1]

    def at(part: float) -> int:
        return next(length for length, rank in zip(lengths, ranks, strict=True) if rank >= part * total)

    mean = sum(length * count for length, count in counts.items()) / total
    return Lengths(_buckets(counts), mean, at(0.5), at(0.9), at(0.99), lengths[-1])


def _buckets(counts: Mapping[int, int]) -> tuple[Bucket, ...]:
    sizes: Counter[int] = Counter()
    for value, count in counts.items():
        sizes[value.bit_length()] += count
    if not sizes:
        return ()
    return tuple(Bucket((1 << size) >> 1, (1 << size) - 1, sizes[size]) for size in range(min(sizes), max(sizes) + 1))


def _sum_by_model(index: ResultsIndex, rows: Sequence[int]) -> dict[str, TokenSums]:
    names, codes = index.models
    counts = Counter(map(codes.__getitem__, rows))
    columns = (
        index.input_tokens,
        index.output_tokens,
        index.cache_read_tokens,
        index.cache_write_tokens,
        index.cache_write_1h_tokens,
    )
    sums = {code: [0] * len(columns) for code in counts}
    if len(counts) == 1:
        sums = {code: [sum(map(column.__getitem__, rows)) for column in columns] for code in counts}
    else:
        tokens_in, tokens_out, cache_read, cache_write, cache_write_1h = columns
        for row in rows:
            of_model = sums[codes[row]]
            of_model[0] += tokens_in[row]
            of_model[1] += tokens_out[row]
            of_model[2] += cache_read[row]
            of_model[3] += cache_write[row]
            of_model[4] += cache_write_1h[row]
    return {names[code]: TokenSums(count, *sums[code]) for code, count in counts.most_common()}


def _add(parts: Iterable[TokenSums]) -> TokenSums:
    return TokenSums(*map(sum, zip(*map(astuple, parts), strict=True)))
