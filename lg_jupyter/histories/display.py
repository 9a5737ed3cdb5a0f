"""What the runs of a history leave in a cell: a live table, and beside it a static one."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Sequence
from functools import partial

from lg_jupyter.histories.entry import Entry
from lg_jupyter.histories.index import Query
from lg_jupyter.histories.store import Store
from lg_jupyter.histories.table import html, text
from lg_jupyter.kernel import notebook
from lg_jupyter.record import beside_view
from lg_jupyter.widgets.live_views import WidgetInCell


def show(store: Store, query: Query, fits: Callable[[Entry], bool] | None, entries: Sequence[Entry]) -> None:
    """Show runs in this cell; :class:`NotImplementedError` where a text is what can be shown."""
    if not notebook.in_kernel():
        raise NotImplementedError  # IPython takes the text then
    record = f"lgj-history-{uuid.uuid4().hex[:12]}"
    try:
        from lg_jupyter.histories.widget import HistoryView

        view = HistoryView(store, query, fits, record)
        notebook.publish(view.bundle(), {})
        tell = partial(_publish, entries, record)
        WidgetInCell(view.table, view.close, runs=lambda: view.runs, tell=tell)
    except Exception as error:
        warnings.warn(
            f"there is no live table of this history: {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=2,
        )
    _publish(entries, record)


def _publish(entries: Sequence[Entry], record: str, closed: str = "") -> None:
    """The table beside the live one; of one that was ``closed``, with the sentence that says so."""
    data = beside_view(record, html(entries, record), text(entries), closed)
    notebook.publish(data, {}, display_id=record, update=bool(closed))
