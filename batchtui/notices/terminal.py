"""Notices for the terminal: its bell, and the sequences that terminals show as notifications of the desktop.

Which terminal understands OSC 9 and which OSC 777 is for the person to know: none of them answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from batchtui.notices.notice import Notice, Told, summarize
from batchtui.passthrough import pass_through
from batchtui.safe_text import safe_line
from batchtui.settings import NoticeSettings

_LONGEST = 200
_BELL = "\a"


def terminal_sequences(
    notices: Sequence[Notice], settings: NoticeSettings, environ: Mapping[str, str]
) -> Iterator[str]:
    """Yield what to write to the terminal; nothing unless the settings ask for it."""
    if any("bell" in notice.ways for notice in notices):
        yield _BELL
    for told in summarize(notice for notice in notices if "terminal" in notice.ways):
        yield pass_through(_notification(settings.terminal, told), environ)


def _notification(kind: str, told: Told) -> str:
    title, text = (safe_line(words)[:_LONGEST] for words in (told.title, told.text))
    if kind == "osc777":
        return f"\x1b]777;notify;{title.replace(';', ',')};{text}{_BELL}"
    return f"\x1b]9;{title}: {text}{_BELL}"
