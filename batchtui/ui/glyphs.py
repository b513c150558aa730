"""The signs of the dashboard, in one place, so that each means one thing; none needs more than a common font.

A terminal without Unicode gets the signs of `ASCII` instead, and so does everything else that is drawn: borders, dots
between words, other people's texts.
"""

from __future__ import annotations

import unicodedata

CURSOR = "▌"
MARK = "*"
ASCENDING = "▲"
DESCENDING = "▼"
ELLIPSIS = "…"
FOLDED = "▸"
UNFOLDED = "▾"

RUNNING = "●"
CANCELING = "◌"
SUCCEEDED = "✓"
FAILED = "✗"
CANCELED = "⊘"
EXPIRED = "◷"
UNKNOWN = "?"

CHOSEN = "●"
NOT_CHOSEN = "○"

BAR_SUCCEEDED = "━"
BAR_FAILED = "\N{MULTIPLICATION SIGN}"
BAR_CANCELED = "╌"
BAR_OPEN = "·"
"""Parts of a bar differ by their signs as well as by their colours."""

SPARKS = "▁▂▃▄▅▆▇█"
"""Columns of a small diagram, from one that stands for nothing to the highest."""

ASCII = {
    CURSOR: ">",
    ASCENDING: "^",
    DESCENDING: "v",
    ELLIPSIS: "~",
    FOLDED: "+",
    UNFOLDED: "-",
    "⚙": "*",
    "✱": "*",
    RUNNING: "@",
    CANCELING: "%",
    SUCCEEDED: "+",
    FAILED: "x",
    CANCELED: "-",
    EXPIRED: "!",
    BAR_SUCCEEDED: "=",
    BAR_FAILED: "x",
    BAR_CANCELED: "-",
    BAR_OPEN: ".",
    NOT_CHOSEN: "o",
    "•": "*",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "⤷": ">",
    "⏎": "$",
    "“": '"',
    "”": '"',
    "„": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{EN DASH}": "-",
    "—": "-",
    "│": "|",
    "┊": ":",
    "║": "#",
    "≈": "~",
    "\u00a0": " ",
}
"""One ASCII character for each sign; the states of a batch, and the parts of a bar, still differ."""

_CORNERS = "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬"
_LINES = {"─": "-", "═": "=", "╍": "-", "┄": "-", "┈": "-", "╴": "-", "╶": "-", "╸": "=", "╺": "=", "▔": "-"}
_UPRIGHTS = "┃╎╏┆┇┋╵╷╹╻▎▏▕▊▐▋▍▉"
_BLOCKS = "▀▙▛▜▟▓"
_HEIGHTS = "_.:-=+*#"
"""What stands for `SPARKS`: the higher a column, the more ink."""


class _Substitutes(dict[int, str]):
    """What `str.translate` asks; what is not listed is taken apart, such as é, or shown as question marks."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isascii():
            return character
        taken_apart = unicodedata.normalize("NFKD", character)
        plain = "".join(part for part in taken_apart if part.isascii())
        width = _cells(character)
        self[code] = plain if len(plain) == width else "?" * width
        return self[code]


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


_SUBSTITUTES = _Substitutes(
    {
        **{ord(sign): substitute for sign, substitute in (ASCII | _LINES).items()},
        **{ord(spark): height for spark, height in zip(SPARKS, _HEIGHTS, strict=True)},
        **dict.fromkeys(map(ord, _CORNERS), "+"),
        **dict.fromkeys(map(ord, _UPRIGHTS), "|"),
        **dict.fromkeys(map(ord, _BLOCKS), "#"),
    }
)


def to_ascii(text: str) -> str:
    """Return a text in ASCII that takes as many cells as it did."""
    return text if text.isascii() else text.translate(_SUBSTITUTES)
