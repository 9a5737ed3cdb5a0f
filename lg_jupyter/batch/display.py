"""What a batch leaves in a cell: the live table, and beside it a static one for when there is no kernel."""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, TypeAlias

from lg_jupyter.batch.run_table_model import RunTableModel
from lg_jupyter.batch.table import render_html, render_text
from lg_jupyter.events.events import JSONObject
from lg_jupyter.kernel import notebook
from lg_jupyter.record import make_record_mime_bundle
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.live_views import LIVE_VIEWS, format_closed_notice
from lg_jupyter.widgets.offline.data import make_offline_bundle
from lg_jupyter.widgets.offline.run_data import make_notebook_limits

RECORD_REFRESH_SECONDS = 2.0
"""Seconds between two states of the static table while the live one is there."""


class LiveTable(Protocol):
    """The live table, as far as it matters here."""

    def make_mime_bundle(self) -> dict[str, Any]:
        """What a cell shows."""

    @property
    def widget(self) -> Any:
        """The widget that a cell shows."""

    def send_changes(self) -> None:
        """Send the page what changed."""

    def close(self) -> None:
        """Take it away."""


LiveTableFactory: TypeAlias = Callable[[str], LiveTable]


class ExistingOutput(NamedTuple):
    """What of a table stands in a cell already: the id of its record, and the live table, if there is one."""

    record_id: str
    live_table: LiveTable | None


class BatchDisplay:
    """Keeps both as the batch is. A failure is one warning; the runs go on.

    A terminal, which is not ``is_live``, is shown the end. ``view`` makes what stands in
    the place of the usual live table, and hides the static one of a class.

    Attributes
    ----------
    cell
        Where they are.
    """

    closes_when_old = True

    def __init__(
        self,
        batch: RunTableModel,
        is_live: bool,
        view: LiveTableFactory | None = None,
        existing: ExistingOutput | None = None,
    ) -> None:
        self.cell = notebook.get_current_cell_execution()
        self._batch = batch
        self._is_live = is_live
        self._close_reason = ""  # a sentence, where the live table was taken away
        self._id = f"lgj-batch-{uuid.uuid4().hex[:12]}" if existing is None else existing.record_id
        self._lock = threading.RLock()  # a cell that waits may be on another thread than the runs
        self._next_update = 0.0
        self._shown: str | None = None
        self._shown_end: Any = None  # the end that was shown
        self._has_warned = False
        self._view: LiveTable | None = None
        if existing is not None:
            self._view = existing.live_table
        elif is_live:
            self._view = self._publish_live_table(view)
        if is_live:
            self._publish_record(render_html(batch, record=self._id), update=existing is not None)

    def _publish_live_table(self, make: LiveTableFactory | None) -> LiveTable | None:
        try:
            from lg_jupyter.batch.widget import BatchTableWithRun

            view: LiveTable = make(self._id) if make else BatchTableWithRun(self._batch, record=self._id)
            notebook.publish_mime_bundle(view.make_mime_bundle(), {})
        except Exception as error:
            self._warn_of_failure("there is no live table", error)
            return None
        return view

    @property
    def widget(self) -> Any:
        """The live table; ``None`` if there is none any more."""
        return None if self._view is None else self._view.widget

    @property
    def is_unused(self) -> bool:
        """Whether the batch is, and no variable holds the widget."""
        return self._batch.done and notebook.find_variable_name(self.widget) is None

    @property
    def retained_runs(self) -> list[RunState]:
        """The runs of the table, unless somebody holds the batch."""
        if self._batch.is_held:
            return []
        return [entry.run_state for entry in self._batch.entries if entry.run_state is not None]

    def stop_updates(self) -> None:
        """Follow the batch no more: what stood in the cell is gone."""
        with suppress(ValueError):
            self._batch.listeners.remove(self.update)

    def close_view(self, reason: str | None) -> None:
        """Take the live table away, which would be held for good; the static one says the ``reason``."""
        if not reason:
            self.stop_updates()
        with self._lock:
            view, self._view = self._view, None
            try:
                if view is not None:
                    view.close()
                if reason:
                    self._close_reason = format_closed_notice(reason)
                    page = render_html(self._batch, is_final=self._batch.done, record=self._id)
                    contextvars.Context().run(self._publish_record, page, update=True)
            except Exception as error:
                self._warn_of_failure("an old table is kept", error)

    def update(self) -> None:
        """Show the batch as it is now."""
        if self._has_warned or not (self._is_live or self._batch.done):
            return
        try:
            with self._lock:
                if self._view is not None:
                    self._view.send_changes()
                self._update_record()
        except Exception as error:
            self._has_warned = True
            self._warn_of_failure("its table stands still", error)

    def _update_record(self) -> None:
        batch = self._batch
        ended = (batch.ended, batch.status_counts) if batch.done else None
        if ended is None and time.monotonic() < self._next_update:
            return
        if ended is not None and ended == self._shown_end:
            return
        self._shown_end, self._next_update = (
            ended,
            time.monotonic() + (RECORD_REFRESH_SECONDS if self._view else 0),
        )
        page = render_html(batch, is_final=batch.done, record=self._id)
        if page != self._shown:
            # A batch may go on after its cell; a headless notebook would not take what comes from there.
            contextvars.Context().run(self._publish_record, page, update=self._is_live)
        if ended is not None:
            LIVE_VIEWS.close_if_memory_exceeded()

    def _publish_record(self, page: str, update: bool) -> None:
        self._shown = page
        data = make_record_mime_bundle(self._id, page, render_text(self._batch), self._close_reason)
        notebook.publish_mime_bundle(
            {**data, **self._make_offline_bundle()}, {}, display_id=self._id, update=update
        )

    def _make_offline_bundle(self) -> JSONObject:
        """What the table and its runs need where there is no kernel, once the batch is over."""
        if not (self._is_live and self._batch.done):
            return {}
        try:
            from lg_jupyter.batch.offline import make_offline_batch_view

            view = make_offline_batch_view(self._batch, make_notebook_limits(), self._id)
        except Exception as error:
            self._warn_of_failure("the static table alone is kept", error)
            return {}
        return make_offline_bundle(self._id, [] if view is None else [view])

    def _warn_of_failure(self, what: str, error: Exception) -> None:
        message = self._batch.mask_secrets(f"{type(error).__name__}: {error}")
        warnings.warn(
            f"the runs of {self._batch.name} go on, but {what}: {message}", RuntimeWarning, stacklevel=3
        )


def display_batch(batch: RunTableModel) -> BatchDisplay | None:
    """The display of a batch in this cell; ``None`` on marimo's page, which shows it as a cell's value."""
    if notebook.is_in_marimo() and not notebook.is_marimo_export():
        return None
    return BatchDisplay(batch, is_live=notebook.is_in_kernel())
