"""Text from outside, made harmless for a terminal.

Result lines, names, error messages and headers can carry escape sequences and bidirectional overrides that would
reach the terminal as commands. They are replaced once, where they are shown; exports keep the original bytes.
"""

from __future__ import annotations

_VISIBLE_CONTROLS = {code: 0x2400 + code for code in range(0x20)}  # the Control Pictures block
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SUBSTITUTES: dict[int, int | str] = {
    **_VISIBLE_CONTROLS,
    0x7F: 0x2421,
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    **{code: f"\\u{code:04x}" for code in _BIDI},
    0x2028: "⏎",
    0x2029: "⏎",
    0xFEFF: "\\ufeff",
    **dict.fromkeys(range(55296, 57344), "�"),
}
_BLOCK = {**_SUBSTITUTES}
del _BLOCK[0x09], _BLOCK[0x0A]
_LINE = {**_SUBSTITUTES, 0x09: " ", 0x0A: "⏎", 0x0D: "⏎"}


def safe_block(text: str) -> str:
    """Return `text` with tabs and line feeds kept and every other control character made visible."""
    return text.replace("\r\n", "\n").translate(_BLOCK)


def safe_line(text: str) -> str:
    """Return `text` for one row: as `safe_block`, with line breaks as a sign and tabs as a space."""
    return text.replace("\r\n", "\n").translate(_LINE)
