"""A batch in numbers: tokens, cache, length of answers, stop reasons, models, cost; also while results still come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from batchtui.background import in_background
from batchtui.errors import BatchtuiError
from batchtui.formatting import format_count
from batchtui.models import MessageBatch
from batchtui.safe_text import safe_line
from batchtui.ui.commands import Command, bindings
from batchtui.ui.results_feed import ResultsStatus
from batchtui.ui.screens.base import WITHIN_A_WORKSPACE, WORKSPACES
from batchtui.ui.screens.reading_screen import SCROLLING, ReadingBody, ReadingScreen
from batchtui.ui.widgets.key_bar import KeyBar
from batchtui.ui.widgets.numbers_words import Numbers, draw_numbers
from batchtui.ui.widgets.result_status import describe_freshness, explain
from batchtui.ui.widgets.status_header import StatusHeader
from batchtui.workspace import Prices, ResultsStore, Workspace, batch_numbers, load_prices

_COUNT_AGAIN_SECONDS = 0.5


class NumbersView(Widget):
    """The numbers, as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Numbers | None = None

    def show(self, numbers: Numbers) -> None:
        """Show newer numbers."""
        self._numbers = numbers
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's
        """Return the number of lines at this width; a note that is longer takes several."""
        return self._draw(width).get_height({}, width)

    def render(self) -> Content:
        """Draw all lines."""
        return self._draw(self.content_size.width)

    def _draw(self, width: int) -> Content:
        lines = draw_numbers(self._numbers, width) if self._numbers else [Content("counting…")]
        return Content("\n").join(lines)


class NumbersScreen(ReadingScreen):
    """Counts a store's rows beside the event loop; `show_status` counts again those that have come since.

    `store` is asked each time, because a new download brings another.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (*SCROLLING, *WITHIN_A_WORKSPACE)  # type: ignore[assignment]  # as BaseScreen
    BINDINGS = bindings([WORKSPACES])
    workspace: Workspace

    def __init__(
        self, workspace: Workspace, batch: MessageBatch, store: Callable[[], ResultsStore], status: ResultsStatus
    ) -> None:
        super().__init__()
        self.title = "In numbers"
        self.workspace = workspace
        self._batch = batch
        self._store = store
        self._status = status
        self._counted: Numbers | None = None
        self._is_counting = False
        self._due = 0.0

    def compose(self) -> ComposeResult:
        """Lay out what was counted above the numbers."""
        yield StatusHeader(self.workspace, subject=safe_line(self._batch.id), view="in numbers")
        yield Static(id="counted")
        with ReadingBody():
            yield NumbersView()
        yield KeyBar()

    def on_mount(self) -> None:
        """Count what is there."""
        self.show_status(self._status)

    def show_status(self, status: ResultsStatus) -> None:
        """Count again when more results are there, now and then while they come."""
        self._status = status
        self.query_one(StatusHeader).show_freshness(*describe_freshness(status))
        is_due = not status.is_loading or time.monotonic() >= self._due
        if is_due and not self._is_counting and not self._is_counted:
            self._is_counting = True
            self._due = time.monotonic() + _COUNT_AGAIN_SECONDS
            self.run_worker(self._count(), group="count")

    @property
    def _is_counted(self) -> bool:
        return self._counted is not None and self._counted.usage.results == len(self._store().index)

    async def _count(self) -> None:
        usage = await in_background(batch_numbers, self._store().index)
        numbers = Numbers(usage)
        try:
            prices: Prices = await in_background(load_prices)
            numbers = replace(numbers, estimate=prices.estimate(usage))
        except BatchtuiError as error:
            numbers = replace(numbers, problem=explain(error))
        self._is_counting = False
        self._counted = numbers
        self.query_one(NumbersView).show(numbers)
        self.query_one("#counted", Static).update(Content(self._describe()))
        if not self._status.is_loading:
            self.show_status(self._status)

    def _describe(self) -> str:
        """Return what the numbers are about."""
        usage = self._counted.usage if self._counted else None
        if usage is None:
            return ""
        begin = "So far " if self._status.is_loading else ""
        results = f"{format_count(usage.results)} {'result' if usage.results == 1 else 'results'}"
        return (
            f"{begin}{results}, {format_count(usage.total.results)} succeeded; only those have tokens and are billed."
        )
