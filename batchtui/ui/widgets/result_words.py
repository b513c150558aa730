"""How the outcome of one request reads: a sign, a word and a style; the sign alone tells the outcomes apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from batchtui.safe_text import safe_line
from batchtui.ui import glyphs
from batchtui.workspace import UNREADABLE, is_retryable

CUT_SHORT: Mapping[str, str] = {
    "max_tokens": "the answer was cut off at its max_tokens",
    "model_context_window_exceeded": "the answer was cut off at the end of the context window",
    "pause_turn": "the turn was paused and can be continued",
    "refusal": "the model declined to answer",
}
"""Stop reasons of answers that are not whole, though they count as succeeded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request ended, to be shown."""

    glyph: str
    word: str
    style: str


_OUTCOMES = {
    "succeeded": Outcome(glyphs.SUCCEEDED, "succeeded", "$text-success"),
    "errored": Outcome(glyphs.FAILED, "errored", "$text-error"),
    "canceled": Outcome(glyphs.CANCELED, "canceled", "$text-warning"),
    "expired": Outcome(glyphs.EXPIRED, "expired", "$text-warning"),
    UNREADABLE: Outcome(glyphs.UNKNOWN, "unreadable", "$text-error"),
}


def outcome_of(result_type: str) -> Outcome:
    """Return how a result type is shown; one that we do not know is shown as the server says it."""
    return _OUTCOMES.get(result_type) or Outcome(glyphs.UNKNOWN, safe_line(result_type) or "no type", "$text-warning")


def advise_resending(result_type: str, error_type: str) -> str:
    """Return whether the request can be sent again as it is, as a sentence; nothing where it succeeded."""
    if is_retryable(result_type, error_type):
        return "It can be sent again as it is."
    return "It must be fixed before it is sent again." if result_type == "errored" else ""
