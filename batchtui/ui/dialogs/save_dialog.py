"""Where to: all results of a batch, byte for byte, or only some of their lines, into a file."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from batchtui.models import MessageBatch
from batchtui.ui.dialogs.export_dialog import ExportDialog
from batchtui.ui.widgets.result_selections import Selection, all_of
from batchtui.workspace import ExportReport, ResultsSession, Workspace, save_batch, save_results


class SaveDialog(ExportDialog):
    """As its parent, for result lines as they came; without a session it fetches the results of an ended batch."""

    TITLE_WORDS = "Save results of"
    BUTTON_WORDS = "Save (enter)"
    FORMAT = "jsonl"

    def __init__(
        self,
        workspace: Workspace,
        batch: MessageBatch,
        session: ResultsSession | None = None,
        selections: Sequence[Selection] = (),
    ) -> None:
        super().__init__(workspace, batch, session, tuple(selections) or (all_of(batch),))

    def on_mount(self) -> None:
        """Leave no choice of a format."""
        self.query_one("#formats").display = False

    def _writer(self, path: Path, stop: threading.Event, *, force: bool) -> partial[ExportReport]:
        options: dict[str, Any] = {"force": force, "on_progress": self._hand_over, "is_cancelled": stop.is_set}
        if self._session is None:
            options["on_wait"] = self._hand_over_wait
            return partial(save_batch, self._workspace, self._batch, path, **options)
        if self._selection.rows is None:
            return partial(save_results, self._session, path, **options)
        return super()._writer(path, stop, force=force)
