"""A batch in numbers, drawn: tokens, length of answers, stop reasons, models and what it all costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from batchtui.formatting import format_count, format_share
from batchtui.safe_text import safe_line
from batchtui.ui import glyphs
from batchtui.ui.widgets.result_words import CUT_SHORT
from batchtui.workspace import Bucket, CostEstimate, Lengths, ModelCost, TokenSums, Usage, own_prices_path

_LABEL_WIDTH = 16
_NUMBER_WIDTH = 15
_LONGEST_BAR = 40
_LONGEST_NAME = 32
_WIDE = (32, 10, 15, 13, 13, 13)
_NARROW = (27, 9, 14, 12, 12)
_MOST_NAMES = 12
_CENT = 0.01


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the screen shows; `problem` says why there is no estimate."""

    usage: Usage
    estimate: CostEstimate | None = None
    problem: str = ""


def draw_numbers(numbers: Numbers, width: int) -> Iterator[Content]:
    """Yield the lines of a batch's numbers, none wider than `width` as long as that leaves room to read."""
    usage = numbers.usage
    if not usage.total.results:
        yield Content.styled("No result has succeeded so far: nothing was answered, and nothing is billed.", "")
        return
    yield _heading("Cost")
    yield from _draw_cost(numbers, width)
    yield _heading("Tokens", is_first=False)
    yield from _draw_tokens(usage.total)
    yield _heading("Length of answers, in tokens", is_first=False)
    yield from _draw_lengths(usage.output_lengths, width)
    yield _heading("Why answers ended", is_first=False)
    yield from _draw_shares(usage.stop_reasons, usage.total.results, width)
    yield _heading("Models", is_first=False)
    yield from _draw_models(numbers, width)


def _heading(words: str, *, is_first: bool = True) -> Content:
    return Content.assemble("" if is_first else "\n", (words, "bold $accent"))


def format_dollars(amount: float) -> str:
    """Return `$12.34`; what is less than a cent never reads as nothing."""
    if 0 < amount < _CENT:
        return "under $0.01"
    return f"${amount:,.2f}"


def _draw_cost(numbers: Numbers, width: int) -> Iterator[Content]:
    estimate = numbers.estimate
    if estimate is None:
        yield Content.styled(f"  {numbers.problem or 'reading the prices'}", "$text-warning" if numbers.problem else "")
        return
    unknown = estimate.unknown_models
    if len(unknown) < len(estimate.models):
        words = (
            ("  ≈ ", "bold"),
            (format_dollars(estimate.batch), "bold $text-success"),
            f" at batch prices (estimate); {format_dollars(estimate.direct)} directly",
        )
        yield Content.assemble(*words)
    if unknown:
        names = ", ".join(safe_line(name) or "(no model)" for name in unknown[:_MOST_NAMES])
        words_of = Content.styled(f"  Not in it, because no price is known: {names}", "$text-warning")
        yield words_of.truncate(max(width, 20), ellipsis=True)
        if any(unknown):
            yield Content.styled(f"  Add it in {safe_line(str(own_prices_path()))}", "$foreground-muted")


def _draw_tokens(total: TokenSums) -> Iterator[Content]:
    sent = total.all_input_tokens
    yield _number("sent", sent, "")
    yield _number("  new", total.input_tokens, format_share(total.input_tokens, sent))
    hit = f"{format_share(total.cache_read_tokens, sent)}  cache hit rate"
    yield _number("  cache, read", total.cache_read_tokens, hit)
    hour = total.cache_write_1h_tokens
    kept = f", {format_count(hour)} of them for an hour" if hour else ""
    yield _number("  cache, written", total.cache_write_tokens, f"{format_share(total.cache_write_tokens, sent)}{kept}")
    yield _number("answered", total.output_tokens, f"in {format_count(total.results)} answers")


def _number(label: str, number: int, note: str) -> Content:
    return Content.assemble(
        (f"  {label:<{_LABEL_WIDTH}}", "" if not label.startswith(" ") else "$foreground-muted"),
        f"{format_count(number):>{_NUMBER_WIDTH}}",
        (f"  {note}", "$foreground-muted"),
    )


def _draw_lengths(lengths: Lengths, width: int) -> Iterator[Content]:
    buckets = lengths.buckets
    spark = "".join(_spark(bucket, buckets) * 2 for bucket in buckets)
    low, high = (format_count(number) for number in (buckets[0].low, lengths.largest))
    yield Content.assemble(f"  {low} ", (spark, "$primary"), f" {high}").truncate(max(width, 20), ellipsis=True)
    parts = (
        f"half up to {format_count(lengths.median)}",
        f"90% up to {format_count(lengths.p90)}",
        f"99% up to {format_count(lengths.p99)}",
        f"mean {format_count(round(lengths.mean))}",
    )
    yield Content.styled(f"  {' · '.join(parts)}", "$foreground-muted")


def _spark(bucket: Bucket, buckets: Sequence[Bucket]) -> str:
    """Return a bucket as a column; one that holds anything is higher than one that holds nothing."""
    most = max(each.count for each in buckets)
    return glyphs.SPARKS[-(-bucket.count * (len(glyphs.SPARKS) - 1) // most)]


def _draw_shares(counts: Mapping[str, int], total: int, width: int) -> Iterator[Content]:
    most = max(counts.values(), default=1)
    for name, count in list(counts.items())[:_MOST_NAMES]:
        style = "$text-warning" if name in CUT_SHORT else ""
        bar_width = min(max(width - _LONGEST_NAME - 24, 4), _LONGEST_BAR)
        bar = glyphs.BAR_SUCCEEDED * max(round(count / most * bar_width), 1)
        yield Content.assemble(
            (f"  {_shorten(name or '(none)', _LONGEST_NAME - 2)}", style),
            f"{format_count(count):>10}",
            (f" {format_share(count, total):>5}  ", "$foreground-muted"),
            (bar, style or "$primary"),
        )
    yield from _say_more(counts)


def _draw_models(numbers: Numbers, width: int) -> Iterator[Content]:
    costs: Mapping[str, ModelCost] = {each.model: each for each in numbers.estimate.models} if numbers.estimate else {}
    widths = _WIDE if width >= sum(_WIDE) else _NARROW
    heading = ("", "answers", "tokens in", "tokens out", "≈ batch", "directly")
    yield Content.styled(_row(heading, widths), "$foreground-muted")
    for name, tokens in list(numbers.usage.models.items())[:_MOST_NAMES]:
        cost = costs.get(name)
        is_known = cost is not None and cost.batch is not None
        batch, direct = (cost.batch or 0, cost.direct or 0) if cost is not None else (0, 0)
        counts = map(format_count, (tokens.results, tokens.all_input_tokens, tokens.output_tokens))
        prices = (format_dollars(batch), format_dollars(direct)) if is_known else ("no price", "")
        yield Content(_row((name or "(no model)", *counts, *prices), widths))
    yield from _say_more(numbers.usage.models)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return a name and, under each other's right ends, as many numbers as there are widths."""
    name_width, *others = widths
    numbers = (f" {cell:>{width - 1}}" for cell, width in zip(cells[1:], others, strict=False))
    return f"  {_shorten(cells[0], name_width - 2)}{''.join(numbers)}"


def _say_more(names: Mapping[str, object]) -> Iterator[Content]:
    if (left := len(names) - _MOST_NAMES) > 0:
        yield Content.styled(f"  … {format_count(left)} more", "$foreground-muted")


def _shorten(name: str, width: int) -> str:
    name = safe_line(name)
    return f"{name if len(name) <= width else name[: width - 1] + glyphs.ELLIPSIS:<{width}}"
