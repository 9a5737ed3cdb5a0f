"""What the runs of a history leave in a cell: a live table, and beside it a static one."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Sequence
from functools import partial

from lg_jupyter.histories.entry import HistoryEntry
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.store import HistoryStore
from lg_jupyter.histories.table import render_html, render_text
from lg_jupyter.kernel import notebook
from lg_jupyter.record import make_record_mime_bundle
from lg_jupyter.widgets.live_views import WidgetInCell


def show_history(
    store: HistoryStore,
    query: HistoryQuery,
    fits: Callable[[HistoryEntry], bool] | None,
    entries: Sequence[HistoryEntry],
) -> None:
    """Show runs in this cell; :class:`NotImplementedError` where a text is what can be shown."""
    if not notebook.is_in_kernel():
        raise NotImplementedError  # IPython takes the text then
    record = f"lgj-history-{uuid.uuid4().hex[:12]}"
    try:
        from lg_jupyter.histories.widget import HistoryTableWithRuns

        view = HistoryTableWithRuns(store, query, fits, record)
        notebook.publish_mime_bundle(view.make_mime_bundle(), {})
        show_notice = partial(_publish_table, entries, record)
        WidgetInCell(view.table, view.close, runs=lambda: view.runs, show_notice=show_notice)
    except Exception as error:
        warnings.warn(
            f"there is no live table of this history: {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=2,
        )
    _publish_table(entries, record)


def _publish_table(entries: Sequence[HistoryEntry], record: str, closed: str = "") -> None:
    """The table beside the live one; of one that was ``closed``, with the sentence that says so."""
    data = make_record_mime_bundle(record, render_html(entries, record), render_text(entries), closed)
    notebook.publish_mime_bundle(data, {}, display_id=record, update=bool(closed))
