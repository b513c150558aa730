"""How much of its 24 hours a batch has used, as a small gauge and in percent."""

from __future__ import annotations

import math
from datetime import datetime

from textual.content import Content

from batchtui.models import MessageBatch
from batchtui.ui import glyphs
from batchtui.ui.widgets.batch_words import expires_soon, used_share

_PERCENT_WIDTH = 5


def used_percent(batch: MessageBatch, now: datetime) -> int:
    """Return the used part in percent; 100 only when nothing is left."""
    return min(math.floor(used_share(batch, now) * 100), 100)


def draw_gauge(batch: MessageBatch, now: datetime, width: int) -> Content:
    """Return gauge and percent; an ended batch's is pale, one with less than an hour left warns."""
    percent = used_percent(batch, now)
    bar_width = max(width - _PERCENT_WIDTH, 0)
    filled = math.ceil(percent * bar_width / 100)
    used = "$foreground-muted"
    if batch.is_active:
        used = "$text-warning" if expires_soon(batch, now) else "$text-primary"
    return Content.assemble(
        (glyphs.BAR_SUCCEEDED * filled, used),
        (glyphs.BAR_OPEN * (bar_width - filled), "$foreground-disabled"),
        (f"{f'{percent}%':>{_PERCENT_WIDTH}}", "" if batch.is_active else "$foreground-muted"),
    )
