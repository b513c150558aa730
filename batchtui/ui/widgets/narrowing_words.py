"""What rows are narrowed to, and how far a search is, in words."""

from __future__ import annotations

from batchtui.formatting import format_count, format_share
from batchtui.safe_text import safe_line
from batchtui.ui.results_inquiries import SearchInquiry
from batchtui.ui.widgets.narrowing_line import Chip
from batchtui.ui.widgets.result_status import explain
from batchtui.ui.widgets.triage_rows import name_group
from batchtui.workspace import SearchQuery, TriageGroup


def group_chip(group: TriageGroup) -> Chip:
    """Return a cause that the rows are narrowed to."""
    return Chip(name_group(group), format_count(group.count), "esc shows all causes")


def describe_search(search: SearchInquiry, rank: int | None, count: int, *, is_alone: bool, is_whole: bool) -> Chip:
    """Return what is searched for, and where the cursor is among the matches.

    `is_alone` says whether only matches are shown, `is_whole` whether no more results will come.
    """
    found = f"{format_count(rank)} of {format_count(count)}" if rank is not None else format_count(count)
    noun = "match" if count == 1 and rank is None else "matches"
    state = found if rank is not None else f"{found} {noun}"
    if search.error is not None:
        return Chip(name_query(search.query), explain(search.error), "esc ends the search")
    if search.is_caught_up and search.rows and not count:
        hidden = f"no match here, {format_count(len(search.rows))} among all results"
        return Chip(name_query(search.query), hidden, "esc ends the search")
    if search.is_caught_up:
        hint = f"n N next, before · f {'all results' if is_alone else 'only these'} · esc ends"
        none = "no match" if is_whole else "no match so far"
        return Chip(name_query(search.query), state if count else none, hint if count else "esc ends the search")
    share = format_share(search.looked_at, len(search.store.index))
    if search.is_stopped:
        return Chip(name_query(search.query), f"{state}, stopped at {share}", "esc ends the search")
    return Chip(name_query(search.query), f"{state}, {share} searched", "esc stops")


def name_query(query: SearchQuery) -> str:
    """Return a query as it was typed, marked as a search."""
    return safe_line(query.text) if query.is_expression else f"/ {safe_line(query.text)}"


def explain_no_match(search: SearchInquiry) -> str:
    """Return that there is nothing to go to, and where was looked."""
    words = safe_line(search.query.text)
    if search.rows:
        return f"Nothing that is shown matches {words}; 1 and esc show more."
    return f"Nothing matches {words} in custom_ids, error messages, texts, thinking and tool calls."
