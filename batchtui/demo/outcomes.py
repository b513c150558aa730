"""What becomes of a request: the four result types, and every cause of an error with its words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of an error: the API's type, a message with `{a}` and `{b}` for numbers, and perhaps details."""

    type: str
    message: str
    details: Mapping[str, Any] | None = None
    low: int = 1
    high: int = 100

    def render(self, number: int) -> bytes:
        """Return the inner error as JSON, its numbers drawn from `number`."""
        drawn = self.low + number % (self.high - self.low + 1)
        error: dict[str, Any] = {"type": self.type, "message": self.message.format(a=drawn, b=number % 40)}
        if self.details is not None:
            error["details"] = self.details
        return json.dumps(error, ensure_ascii=False, separators=(",", ":")).encode()


CAUSES: Mapping[str, Cause] = {
    "prompt_too_long": Cause(
        "invalid_request_error", "prompt is too long: {a} tokens > 200000 maximum", low=200_001, high=731_000
    ),
    "bad_role": Cause("invalid_request_error", "messages.{b}.role: Input should be 'user' or 'assistant'"),
    "no_max_tokens": Cause("invalid_request_error", "max_tokens: Field required"),
    "empty_text": Cause("invalid_request_error", "messages: text content blocks must be non-empty"),
    "low_credit": Cause(
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or "
        "purchase credits.",
    ),
    "revoked_key": Cause("authentication_error", "The API key that created this batch has been revoked"),
    "billing": Cause(
        "billing_error",
        "Your organization's payment method was declined",
        {"error_code": "linked_organization_billing_unavailable"},
    ),
    "no_permission": Cause(
        "permission_error", "Your organization does not have access to the requested model: claude-opus-4-7"
    ),
    "no_model": Cause("not_found_error", "model: claude-3-opus-20240229"),
    "too_large": Cause(
        "request_too_large", "Request exceeds the maximum size of 32 MB ({a} bytes)", low=33_554_433, high=61_000_000
    ),
    "rate_limit": Cause(
        "rate_limit_error",
        "This request would exceed your organization's rate limit of {a},000 input tokens per minute",
        low=200,
        high=201,
    ),
    "spend_limit": Cause(
        "rate_limit_error",
        "This workspace has reached its spend limit for the month",
        {"error_code": "enforced_spend_limit_reached"},
    ),
    "timeout": Cause("timeout_error", "Request timed out after {a} s", low=540, high=600),
    "internal": Cause("api_error", "Internal server error"),
    "overloaded": Cause("overloaded_error", "Overloaded"),
}
"""Every error type of the API under names of our own; one type can have several causes."""

SUCCEEDED, CANCELED, EXPIRED, REFUSED = range(4)
OUTCOME_NAMES = ("succeeded", "canceled", "expired", "refused", *CAUSES)
"""The outcomes of a request: an outcome's place is its code. `refused` has words of its own for each request."""
OUTCOME_CODES: Mapping[str, int] = {name: code for code, name in enumerate(OUTCOME_NAMES)}
FIRST_CAUSE = OUTCOME_CODES["prompt_too_long"]


@dataclass(frozen=True, slots=True)
class Counts:
    """The five numbers of a batch."""

    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0

    def to_json(self) -> dict[str, int]:
        """Return them under the API's names."""
        return {
            "processing": self.processing,
            "succeeded": self.succeeded,
            "errored": self.errored,
            "canceled": self.canceled,
            "expired": self.expired,
        }


@dataclass(frozen=True, slots=True)
class Mix:
    """How many requests of a batch meet which outcome, by name."""

    shares: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of requests."""
        return sum(self.shares.values())

    def codes(self) -> bytearray:
        """Return one code a request, in the order of the shares."""
        return bytearray(b"".join(bytes([OUTCOME_CODES[name]]) * many for name, many in self.shares.items()))


def count_codes(codes: bytes | bytearray) -> Counts:
    """Count outcomes by result type."""
    succeeded, canceled, expired = (codes.count(code) for code in (SUCCEEDED, CANCELED, EXPIRED))
    errored = len(codes) - succeeded - canceled - expired
    return Counts(succeeded=succeeded, errored=errored, canceled=canceled, expired=expired)
