"""What a comparison leaves in a cell: a widget, and beside it tables for when there is no kernel."""

from __future__ import annotations

import uuid
import warnings
from functools import partial

from lg_jupyter.comparison.compared_runs import ComparedRuns
from lg_jupyter.comparison.static_tables import render_html, render_text
from lg_jupyter.events.events import JSONObject
from lg_jupyter.kernel import notebook
from lg_jupyter.record import make_record_mime_bundle
from lg_jupyter.widgets.live_views import WidgetInCell
from lg_jupyter.widgets.offline.data import make_offline_bundle
from lg_jupyter.widgets.offline.run_data import make_notebook_limits


def show_comparison(comparison: ComparedRuns) -> None:
    """Show a comparison in this cell; :class:`NotImplementedError` where a text is what can be shown."""
    if not notebook.is_in_kernel():
        raise NotImplementedError  # IPython takes the text then
    record = f"lgj-comparison-{uuid.uuid4().hex[:12]}"
    try:
        from lg_jupyter.comparison.widget import ComparisonWidget

        widget = ComparisonWidget(comparison, record)
        notebook.publish_mime_bundle(*(widget._repr_mimebundle_() or ({}, {})))
        show_notice = partial(_publish_tables, comparison, record)
        WidgetInCell(widget, widget.close, runs=lambda: comparison.states, show_notice=show_notice)
    except Exception as error:
        warnings.warn(
            f"there is no view of this comparison, but tables: {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=2,
        )
    _publish_tables(comparison, record)


def _publish_tables(comparison: ComparedRuns, record: str, closed: str = "") -> None:
    """The tables beside the view; of one that was ``closed``, with the sentence that says so."""
    data = make_record_mime_bundle(record, render_html(comparison, record), render_text(comparison), closed)
    notebook.publish_mime_bundle(
        {**data, **_make_offline_mime_bundle(comparison, record)}, {}, display_id=record, update=bool(closed)
    )


def _make_offline_mime_bundle(comparison: ComparedRuns, record: str) -> JSONObject:
    """What the view needs where there is no kernel."""
    try:
        from lg_jupyter.comparison.offline import make_offline_comparison_view

        view = make_offline_comparison_view(comparison, make_notebook_limits(), record)
    except Exception as error:
        warnings.warn(
            f"of this comparison the tables alone are kept: {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=3,
        )
        view = None
    return make_offline_bundle(record, [] if view is None else [view])
