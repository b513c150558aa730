"""A result's outcome as a sign, a word and a colour; the sign alone tells the outcomes apart."""

from __future__ import annotations

from dataclasses import dataclass

from batchtui.safe_text import safe_line

RETRYABLE_CAUSES = frozenset({"rate_limit_error", "timeout_error", "api_error", "overloaded_error"})
"""Errors whose request can be sent again as it is: https://docs.anthropic.com/en/api/errors."""

CUT_SHORT = frozenset({"max_tokens", "model_context_window_exceeded", "refusal"})
"""Stop reasons of answers that are not whole, though they count as succeeded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request ended, to be shown."""

    glyph: str
    word: str
    style: str


_OUTCOMES = {
    "succeeded": Outcome("✓", "succeeded", "$text-success"),
    "errored": Outcome("✗", "errored", "$text-error"),
    "canceled": Outcome("⊘", "canceled", "$text-warning"),
    "expired": Outcome("◷", "expired", "$text-warning"),
}


def outcome_of(result_type: str) -> Outcome:
    """Return how a result type is shown; one that we do not know is shown as the server says it."""
    return _OUTCOMES.get(result_type) or Outcome("?", safe_line(result_type) or "no type", "$text-warning")


def advise_resending(result_type: str, error_type: str) -> str:
    """Return whether the request can be sent again as it is, as a sentence; nothing where it succeeded."""
    if result_type in {"expired", "canceled"}:
        return "It can be sent again as it is."
    if result_type != "errored":
        return ""
    if error_type in RETRYABLE_CAUSES:
        return "It can be sent again as it is: the cause was temporary."
    return "It must be fixed before it is sent again."
