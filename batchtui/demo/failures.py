"""The API's refusals: https://docs.anthropic.com/en/api/errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ERROR_TYPES = MappingProxyType(
    {
        400: "invalid_request_error",
        401: "authentication_error",
        402: "billing_error",
        403: "permission_error",
        404: "not_found_error",
        405: "invalid_request_error",
        409: "invalid_request_error",
        413: "request_too_large",
        416: "invalid_request_error",
        429: "rate_limit_error",
        500: "api_error",
        504: "timeout_error",
        529: "overloaded_error",
    }
)
"""The word that goes with a status; any other 5xx is an `api_error`."""


class ApiFailure(Exception):  # noqa: N818  # an answer of the API's, not a failure of this program
    """A refusal, as the API words it."""

    def __init__(self, status: int, message: str, *, error_type: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_type = error_type or ERROR_TYPES.get(status, "api_error")
        self.headers: dict[str, str] = {}


def invalid(message: str) -> ApiFailure:
    """Return the refusal of a request that is not as it should be."""
    return ApiFailure(400, message)


def missing(message: str) -> ApiFailure:
    """Return the refusal for something that is not there, or not this key's."""
    return ApiFailure(404, message)


def error_body(failure: ApiFailure, request_id: str) -> Mapping[str, object]:
    """Return the body of a refusal; a 413 comes from the edge, which knows of no envelope."""
    error = {"type": failure.error_type, "message": failure.message}
    if failure.status == 413:  # noqa: PLR2004  # the status itself
        return {"error": error}
    return {"type": "error", "error": error, "request_id": request_id}
