"""The signs of the dashboard, in one place, so that each means one thing; none needs more than a common font."""

from __future__ import annotations

CURSOR = "▌"
MARK = "*"
ASCENDING = "▲"
DESCENDING = "▼"
ELLIPSIS = "…"

RUNNING = "●"
CANCELING = "◌"
SUCCEEDED = "✓"
FAILED = "✗"
CANCELED = "⊘"
EXPIRED = "◷"
UNKNOWN = "?"

BAR_SUCCEEDED = "━"
BAR_FAILED = "\N{MULTIPLICATION SIGN}"
BAR_CANCELED = "╌"
BAR_OPEN = "·"
"""Parts of a bar differ by their signs as well as by their colours."""
