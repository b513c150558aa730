"""The causes of failures as rows of a table, biggest first, and each of them as a text."""

from __future__ import annotations

from collections.abc import Sequence

from batchtui.formatting import format_count
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui import glyphs
from batchtui.ui.widgets.result_sections import Section
from batchtui.ui.widgets.result_words import outcome_of
from batchtui.ui.widgets.row_table import Cell, Column
from batchtui.workspace import Triage, TriageExample, TriageGroup

_BAR_WIDTH = 8

TRIAGE_COLUMNS = (
    Column("count", "results", 7, align="right", is_sortable=False),
    Column("share", "% of all", 8, align="right", is_sortable=False),
    Column("bar", "", _BAR_WIDTH, is_sortable=False, min_screen_width=72),
    Column("resend", "again", 9, is_sortable=False, min_screen_width=48),
    Column("cause", "cause", 23, is_sortable=False),
    Column("message", "message", 0, is_sortable=False),
)


class TriageRows:
    """What `RowTable` shows of a triage; keys are those of the groups."""

    def __init__(self) -> None:
        self.triage = Triage()
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.triage.groups)

    def show(self, triage: Triage) -> None:
        """Show newer groups."""
        self.triage = triage
        self._places = {group.key: place for place, group in enumerate(triage.groups)}

    def key(self, position: int) -> str:
        """Return the group's own key."""
        return self.triage.groups[position].key

    def position(self, key: str) -> int | None:
        """Return where a group is."""
        return self._places.get(key)

    def group(self, key: str | None) -> TriageGroup | None:
        """Return the group with this key."""
        place = None if key is None else self._places.get(key)
        return None if place is None else self.triage.groups[place]

    def cells(self, position: int) -> Sequence[Cell]:
        """Return one group as the cells of `TRIAGE_COLUMNS`."""
        group = self.triage.groups[position]
        sign, cause, look = name_cause(group)
        again, again_look = ("as it is", "$text-success") if group.is_retryable else ("fix first", "$text-warning")
        return (
            ((format_count(group.count), "bold"),),
            ((self.triage.share(group), ""),),
            (*_draw_bar(group.count, self.triage.groups[0].count, look),),
            ((again, again_look),),
            ((f"{sign} {cause}", look),),
            ((safe_line(group.message), ""),),
        )


def _draw_bar(count: int, biggest: int, look: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return a bar that is full for the biggest group."""
    filled = max(round(count / biggest * _BAR_WIDTH), 1)
    return (glyphs.BAR_SUCCEEDED * filled, look), (glyphs.BAR_OPEN * (_BAR_WIDTH - filled), "$foreground-disabled")


def name_cause(group: TriageGroup) -> tuple[str, str, str]:
    """Return sign, word and style of a group's cause."""
    outcome = outcome_of(group.type)
    look = "$text-warning" if group.type == "succeeded" else outcome.style
    return outcome.glyph, safe_line(group.cause) or outcome.word, look


def name_group(group: TriageGroup) -> str:
    """Return a group in a few words: its cause, and of an error what its messages share."""
    _, cause, _ = name_cause(group)
    return f"{cause}: {safe_line(group.message)}" if group.type == "errored" and group.message else cause


def describe_triage(triage: Triage, *, is_whole: bool) -> str:
    """Return what the groups come to, in a sentence: what failed, what of it can be sent again, what is not whole."""
    results = format_count(triage.results)
    cut = sum(group.count for group in triage.groups if group.type == "succeeded")
    failed = triage.total - cut
    begin = "" if is_whole else "So far "
    not_whole = f"{format_count(cut)} {'answer is' if cut == 1 else 'answers are'} not whole"
    if not failed:
        end = f", but {not_whole}" if cut else ""
        return f"{begin}{'n' if begin else 'N'}one of {results} results failed{end}."
    end = f"; {not_whole}" if cut else ""
    how = "failed or were canceled" if any(group.type == "canceled" for group in triage.groups) else "failed"
    return f"{begin}{format_count(failed)} of {results} {how}: {_describe_resending(triage, failed)}{end}."


def _describe_resending(triage: Triage, failed: int) -> str:
    if triage.retryable == failed:
        return "all can be sent again as they are"
    if not triage.retryable:
        return "none can be sent again before it is fixed"
    fix = format_count(failed - triage.retryable)
    return f"{format_count(triage.retryable)} can be sent again as they are, {fix} must be fixed first"


def group_sections(group: TriageGroup, triage: Triage) -> tuple[Section, ...]:
    """Return what there is to read about a group: its message, what to do, its first and its last result."""
    sign, cause, _ = name_cause(group)
    noun = "result" if group.count == 1 else "results"
    title = f"{sign} {cause} · {format_count(group.count)} {noun} · {triage.share(group)} of all results"
    advice = f"{group.advice[:1].upper()}{group.advice[1:]}."
    words = "\n".join(part for part in (safe_block(group.message), advice) if part)
    examples = (("first", group.first), ("last", group.last)) if group.count > 1 else (("the only one", group.first),)
    return (
        Section("error", title, words),
        *(_example_section(name, example, group) for name, example in examples),
    )


def _example_section(name: str, example: TriageExample, group: TriageGroup) -> Section:
    message = safe_block(example.message) if example.message != group.message else ""
    return Section("facts", f"{name}  {safe_line(example.custom_id) or '(no custom_id)'}", message)
