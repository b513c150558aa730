"""What the screen of all workspaces says beside its rows: how fresh each is, what failed where, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from batchtui.errors import AuthenticationError, BatchtuiError, NoKeyError
from batchtui.formatting import format_count
from batchtui.models import describe_unread
from batchtui.safe_text import safe_line
from batchtui.ui.widgets.all_rows import AllRows, Member, draw_name
from batchtui.ui.widgets.status_header import format_freshness, name_reason
from batchtui.ui.workspace_words import can_take_key, hint_in_list

_GIVE_KEY = "w lists the workspaces, and K there gives this one another key."


def describe_paces(members: Iterable[Member], now: float, step: int) -> Content:
    """Return how fresh each workspace is: `production 50+ 5 s ago · staging loading`; `+`: there are older ones."""
    told = (member for member in members if member.status.error is None or member.status.is_loaded)
    return Content(" · ").join(_describe_pace(member, now, step) for member in told)


def _describe_pace(member: Member, now: float, step: int) -> Content:
    status = member.status
    words, style = format_freshness(status, now, step=step)
    if status.error is not None:
        words = f"stale: {name_reason(status.error)}"
    more = "+" if status.snapshot.has_more else ""
    number = f" {format_count(len(status.snapshot.batches))}{more}" if status.is_loaded else ""
    return Content.assemble(draw_name(member.entry), f"{number} ", (words.removeprefix("updated "), style))


def describe_loaded(rows: AllRows) -> Content:
    """Return how many rows of how many there are, and where older ones are: `100 loaded · more in production`."""
    loaded = sum(len(member.status.snapshot.batches) for member in rows.members)
    shown = f"{format_count(len(rows))} of {format_count(loaded)}" if rows.is_filtered else format_count(loaded)
    return Content(" · ").join([Content(f"{shown} loaded"), _describe_older(rows.members)])


def _describe_older(members: Iterable[Member]) -> Content:
    statuses = [(safe_line(member.entry.name), member.status) for member in members if member.status.is_loaded]
    loading = [name for name, status in statuses if status.is_loading_older]
    if loading:
        return Content.styled(f"loading older batches of {', '.join(loading)}…", "$text-primary")
    more = [name for name, status in statuses if status.snapshot.has_more]
    return Content(f"more in {', '.join(more)}" if more else "none older")


def describe_problems(members: Iterable[Member], most: int) -> Content:
    """Return which workspaces failed, why, and the way out, at most so many."""
    problems = list(_iter_problems(members))
    shown = problems[:most]
    if len(problems) > most:
        more = f"and {format_count(len(problems) - most)} more; w lists the workspaces, and T there tests every key"
        shown.append(Content.styled(more, "$foreground-muted"))
    return Content("\n").join(shown)


def _iter_problems(members: Iterable[Member]) -> Iterator[Content]:
    for member in members:
        error = member.status.error
        if error is not None:
            name = Content.styled(f"✗ {safe_line(member.entry.name)}", "bold $text-error")
            yield Content.assemble(name, f"  {_explain(error, member)}")
        unread = member.status.snapshot.unread
        if unread:
            name = Content.styled(f"! {safe_line(member.entry.name)}", "bold $text-error")
            yield Content.assemble(name, f"  {safe_line(describe_unread(unread))}")


def _explain(error: BatchtuiError, member: Member) -> str:
    shown = " What is shown of it is old." if member.status.snapshot.batches else ""
    is_about_key = isinstance(error, AuthenticationError | NoKeyError) and can_take_key(member.entry)
    hint = _GIVE_KEY if is_about_key else hint_in_list(error, member.entry) or error.hint
    return safe_line(f"{error.title}.{shown} {hint}".rstrip())


def describe_emptiness(members: Iterable[Member], *, is_read: bool) -> Content:
    """Return what takes the table's place while there is nothing to show."""
    listed = list(members)
    if not is_read:
        return Content.styled("Reading the workspaces…", "$foreground-muted")
    if not listed:
        return Content("There are no workspaces yet. w shows how to add one.")
    if any(not member.status.is_loaded and member.status.error is None for member in listed):
        return Content.styled("Loading the batches of every workspace…", "$foreground-muted")
    return Content("There are no batches in any workspace that could be read.")
