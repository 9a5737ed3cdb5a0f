"""What a batch leaves in a cell: the live table, and beside it a static one for when there is no kernel."""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
import warnings
from typing import TYPE_CHECKING, Any

from lg_jupyter.batch.state import BatchState
from lg_jupyter.batch.table import html, text
from lg_jupyter.kernel import notebook
from lg_jupyter.record import instead_of_view

if TYPE_CHECKING:
    from lg_jupyter.batch.widget import BatchView

REFRESH = 2.0
"""Seconds between two states of the static table while the live one is there."""


class BatchDisplay:
    """Keeps both as the batch is. A failure is one warning; the runs go on.

    A terminal, which is not ``live``, is shown the end.
    """

    def __init__(self, batch: BatchState, live: bool) -> None:
        self._batch = batch
        self._live = live
        self._id = f"lgj-batch-{uuid.uuid4().hex[:12]}"
        self._lock = threading.RLock()  # a cell that waits may be on another thread than the runs
        self._next_update = 0.0
        self._shown: str | None = None
        self._shown_end: Any = None  # the end that was shown
        self._failed = False
        self._view: BatchView | None = self._live_view() if live else None
        if live:
            self._publish(html(batch, record=self._id), update=False)

    def _live_view(self) -> BatchView | None:
        try:
            from lg_jupyter.batch.widget import BatchView

            view = BatchView(self._batch, record=self._id)
            notebook.publish(view.bundle(), {})
        except Exception as error:
            self._warn("there is no live table", error)
            return None
        return view

    def update(self) -> None:
        """Show the batch as it is now."""
        if self._failed or not (self._live or self._batch.done):
            return
        try:
            with self._lock:
                if self._view is not None:
                    self._view.update()
                self._update_record()
        except Exception as error:
            self._failed = True
            self._warn("its table stands still", error)

    def _update_record(self) -> None:
        batch = self._batch
        ended = (batch.ended, batch.counts) if batch.done else None
        if ended is None and time.monotonic() < self._next_update:
            return
        if ended is not None and ended == self._shown_end:
            return
        self._shown_end, self._next_update = ended, time.monotonic() + (REFRESH if self._view else 0)
        page = html(batch, last=batch.done, record=self._id)
        if page != self._shown:
            # A batch may go on after its cell; a headless notebook would not take what comes from there.
            contextvars.Context().run(self._publish, page, update=self._live)

    def _publish(self, page: str, update: bool) -> None:
        self._shown = page
        data = {"text/html": f"{instead_of_view(self._id)}{page}", "text/plain": text(self._batch)}
        notebook.publish(data, {}, display_id=self._id, update=update)

    def _warn(self, what: str, error: Exception) -> None:
        message = self._batch.masked(f"{type(error).__name__}: {error}")
        warnings.warn(
            f"the runs of {self._batch.name} go on, but {what}: {message}", RuntimeWarning, stacklevel=3
        )


def display_of(batch: BatchState) -> BatchDisplay | None:
    """The display of a batch in this cell; ``None`` where there is no shell to show it."""
    return None if notebook.shell() is None else BatchDisplay(batch, live=notebook.in_kernel())
