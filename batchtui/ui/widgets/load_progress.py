"""How far a download is: words and a thin bar, redrawn only when they change."""

from __future__ import annotations

import math

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from batchtui.errors import BatchtuiError
from batchtui.formatting import format_bytes, format_count
from batchtui.ui.download_pace import DownloadPace

_BAR_WIDTH = 20
_MINUTE = 60
_SHORTEST = 0.1
_SILENCE_SECONDS = 3.0


def format_seconds(seconds: float) -> str:
    """Return a measured time: `under 0.1 s`, `0.7 s`, `42 s`, `3 m 05 s`."""
    if seconds < _SHORTEST:
        return "under 0.1 s"
    if seconds < 10:  # noqa: PLR2004  # below ten, a tenth tells something
        return f"{seconds:.1f} s"
    return _format_whole(round(seconds))


def format_loading(rows: int, expected: int, size: int, pace: DownloadPace) -> str:
    """Return `12,345 of 100,000 rows · 27 MB · 190 MB/s`, the rate where it is known.

    Where nothing has come for some seconds, that is told instead.
    """
    parts = [format_rows(rows, expected), format_bytes(size)]
    if words := format_silence(pace.silent_seconds):
        parts.append(words)
    elif (rate := pace.bytes_per_second) is not None:
        parts.append(f"{format_bytes(round(rate))}/s")
    return " · ".join(parts)


def format_silence(seconds: float) -> str:
    """Return `nothing for 16 s`; no words for what is no silence yet."""
    return f"nothing for {_format_whole(int(seconds))}" if seconds >= _SILENCE_SECONDS else ""


def _format_whole(seconds: int) -> str:
    minutes, rest = divmod(seconds, _MINUTE)
    return f"{minutes} m {rest:02} s" if minutes else f"{rest} s"


def format_loaded(rows: int, size: int, seconds: float) -> str:
    """Return `100,000 rows · 219 MB · in 0.7 s`."""
    word = "row" if rows == 1 else "rows"
    return f"{format_count(rows)} {word} · {format_bytes(size)} · in {format_seconds(seconds)}"


def format_pause(error: BatchtuiError, seconds: float) -> str:
    """Return `the API is overloaded, next try in 5 s`."""
    title, left = error.title, math.ceil(seconds)
    return f"{title[:1].lower()}{title[1:]}, {f'next try in {left} s' if left > 0 else 'trying again'}"


def format_partial(rows: int, expected: int) -> str:
    """Return `partial: 45,120 of 100,000 rows`."""
    return f"partial: {format_rows(rows, expected)}"


def format_rows(rows: int, expected: int) -> str:
    """Return `45,120 of 100,000 rows`; of more rows than were expected only how many they are."""
    of = f" of {format_count(expected)}" if rows <= expected else ""
    return f"{format_count(rows)}{of} {'row' if rows == 1 and not of else 'rows'}"


class LoadProgressLine(Widget):
    """One line of words with, while `share` is a number from 0 to 1, a bar before them."""

    words: reactive[str] = reactive("")
    look: reactive[str] = reactive("$foreground-muted")
    share: reactive[float | None] = reactive(None)

    def show(self, words: str, *, look: str = "$foreground-muted", share: float | None = None) -> None:
        """Replace everything that is shown."""
        self.words, self.look, self.share = words, look, share

    def render(self) -> Content:
        """Draw the bar and the words; the bar gives way where both do not fit."""
        words = Content.styled(self.words, self.look)
        if self.share is None or self.size.width < words.cell_length + _BAR_WIDTH + 1:
            return words.truncate(max(self.size.width, 1), ellipsis=True)
        filled = round(min(max(self.share, 0.0), 1.0) * _BAR_WIDTH)
        bar = Content.assemble(("━" * filled, "$primary"), ("─" * (_BAR_WIDTH - filled), "$foreground-muted"))
        return Content.assemble(bar, " ", words)
