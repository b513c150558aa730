"""The loading of one batch's results while somebody looks at them: once, stopped, cut, or again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from batchtui.background import in_background
from batchtui.errors import BatchtuiError, SpoolError
from batchtui.models import MessageBatch
from batchtui.ui.download_pace import DownloadPace
from batchtui.workspace import LoadProgress, ResultsSession, ResultsStore, RetryWait, Workspace, prepare_search

FeedState = Literal["opening", "loading", "complete", "partial", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Pause:
    """A download waits before it is taken up again: why, and until when by `time.monotonic`."""

    error: BatchtuiError
    until: float


@dataclass(frozen=True, slots=True)
class ResultsStatus:
    """How far the results are. `partial`: the stream ended before its end; `failed`: it never began; `error` says why.

    While they are loaded again, `rows` counts those of the new download; the store still holds the earlier ones.
    `pause` is that before the newest try, until something has come of it.
    """

    state: FeedState = "opening"
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: BatchtuiError | None = None
    pause: Pause | None = None

    @property
    def is_loading(self) -> bool:
        """Whether bytes may still come."""
        return self.state in {"opening", "loading"}

    @property
    def is_whole(self) -> bool:
        """Whether the stream came to its own end."""
        return self.state == "complete"


class ResultsFeed:
    """Streams results into a session, and into a new one when asked again; lives on the event loop.

    `publish` is called on the loop, at most some ten times a second. An earlier session is given up only when the
    new one holds at least as much, and closed by `close_retired`.
    """

    def __init__(self, workspace: Workspace, batch: MessageBatch, publish: Callable[[ResultsStatus], None]) -> None:
        self.status = ResultsStatus()
        self._loop = asyncio.get_running_loop()
        self._workspace = workspace
        self._batch = batch
        self._publish = publish
        self._pace = DownloadPace()
        self.session = self._coming = self._open()
        self._retired: list[ResultsSession] = []

    @property
    def store(self) -> ResultsStore:
        """The rows to show."""
        return self.session.store

    @property
    def is_shown_coming(self) -> bool:
        """Whether the rows to show are those of the download that is under way, or was last."""
        return self.session is self._coming

    @property
    def pace(self) -> DownloadPace:
        """How fast bytes come, also those of a download whose rows are not shown yet."""
        self._pace.note(self._coming.received)
        return self._pace

    async def run(self) -> None:
        """Load until the end, a failure or `stop`."""
        self._pace.begin()
        session = self._coming

        def hand_over(progress: LoadProgress) -> None:
            self._loop.call_soon_threadsafe(self._take, session, progress)

        try:
            progress = await in_background(session.run, hand_over)
        except BatchtuiError as error:
            if self.status.is_loading:
                self._end(session, "partial" if len(self.store.index) else "failed", error=error)
        else:
            if progress.state == "complete":
                self._adopt(session)
            self._end(session, progress.state, seconds=progress.seconds)

    async def prepare_search(self) -> None:
        """Do beside the loop what a first search would wait for."""
        with suppress(SpoolError):  # the results were closed meanwhile: nobody will search them
            await in_background(prepare_search, self.store)

    async def run_again(self) -> None:
        """Load everything once more; the rows that are there stay until as many have come again."""
        self._coming = self._open()
        self._change(ResultsStatus())
        await self.run()

    def stop(self) -> None:
        """End the stream; what arrived stays. Where nothing has come, nobody waits for a server to let go."""
        self._coming.stop()
        if self.status.state == "opening":
            self._end(self._coming, "stopped")

    async def close(self) -> None:
        """Stop, and give the disk's space back."""
        self._retired += [self._coming, self.session]
        await self.close_retired()

    def _open(self) -> ResultsSession:
        def hand_over(wait: RetryWait) -> None:
            self._loop.call_soon_threadsafe(self._wait, session, Pause(wait.error, time.monotonic() + wait.seconds))

        session = self._workspace.open_results(self._batch, hand_over)
        return session

    def _wait(self, session: ResultsSession, pause: Pause) -> None:
        if session is self._coming and self.status.is_loading:
            self._change(replace(self.status, pause=pause))

    def _take(self, session: ResultsSession, progress: LoadProgress) -> None:
        is_over = progress.state != "loading"  # which `run` says when all is in order
        if session is not self._coming or not self.status.is_loading or is_over:
            return
        if progress.rows and progress.rows >= len(self.store.index):
            self._adopt(session)
        self._change(ResultsStatus("loading", progress.rows, progress.bytes, progress.seconds))

    def _count(self) -> ResultsStatus:
        return ResultsStatus(rows=len(self.store.index), bytes=self.store.size, seconds=self.status.seconds)

    def _adopt(self, session: ResultsSession) -> None:
        if self.session is not session:
            self._retired.append(self.session)
            self.session = session

    def _end(self, session: ResultsSession, state: FeedState, **facts: Any) -> None:
        self._fall_back(session)
        self._change(replace(self._count(), state=state, **facts))

    def _fall_back(self, session: ResultsSession) -> None:
        """Give up a new session that came to an end before it held as much as the earlier one."""
        if self.session is not session:
            self._retired.append(session)
            self._coming = self.session

    async def close_retired(self) -> None:
        """Give back the space of sessions whose rows were replaced: nobody may look at those any more."""
        retired, self._retired = self._retired, []
        for session in retired:
            await in_background(session.close)

    def _change(self, status: ResultsStatus) -> None:
        self.status = status
        self._publish(status)
