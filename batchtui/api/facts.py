"""What the headers of the server's answers tell about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

_HALF_A_SECOND = timedelta(seconds=0.5)
_SLOW_ANSWER = timedelta(seconds=2)
_YEARS_OF_CLOCKS = range(2020, 2200)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What is known after the latest answer; what an answer leaves out is kept from before, but for its request id.

    `clock_offset` is the server's time minus this host's, good to about half a second and half a round trip.
    """

    clock_offset: timedelta | None = None
    workspace_id: str | None = None
    organization_id: str | None = None
    request_id: str | None = None

    def after(self, headers: httpx.Headers, *, sent: datetime, received: datetime) -> ServerFacts:
        """Return the facts after an answer with these headers; the moments are this host's, in UTC."""
        return ServerFacts(
            clock_offset=self._offset_after(headers, sent, received),
            workspace_id=headers.get("anthropic-workspace-id") or self.workspace_id,
            organization_id=headers.get("anthropic-organization-id") or self.organization_id,
            request_id=headers.get("request-id") or None,
        )

    def _offset_after(self, headers: httpx.Headers, sent: datetime, received: datetime) -> timedelta | None:
        date = parse_http_date(headers.get("date"))
        is_too_slow = received - sent > _SLOW_ANSWER and self.clock_offset is not None
        if date is None or date.year not in _YEARS_OF_CLOCKS or is_too_slow:
            return self.clock_offset
        return date + _HALF_A_SECOND - (sent + (received - sent) / 2)


def parse_http_date(text: str | None) -> datetime | None:
    """Return an HTTP date in UTC, None where it is missing or none."""
    try:
        date = parsedate_to_datetime(text or "")
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
