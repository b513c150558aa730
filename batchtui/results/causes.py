"""Which failed requests can be sent again as they are, and which must be fixed first.

The list of error types is https://docs.anthropic.com/en/api/errors. One that is not in it counts as not retryable:
sending it again by itself could repeat a mistake a hundred thousand times.
"""

from __future__ import annotations

RETRYABLE_ERRORS = frozenset({"rate_limit_error", "timeout_error", "api_error", "overloaded_error"})
RETRYABLE_TYPES = frozenset({"expired", "canceled"})
MUST_BE_FIXED = frozenset(
    {
        "invalid_request_error",
        "authentication_error",
        "billing_error",
        "permission_error",
        "not_found_error",
        "request_too_large",
    }
)


def is_retryable(result_type: str, cause: str) -> bool:
    """Return whether a result of this type, with this error type, can be sent again unchanged."""
    return result_type in RETRYABLE_TYPES or (result_type == "errored" and cause in RETRYABLE_ERRORS)
