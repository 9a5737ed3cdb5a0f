"""What marimo shows: the widget, and the static record beside it, for a page without a kernel.

marimo calls ``_display_`` of a cell's last value; what runs show by themselves is appended to the output.
"""

from __future__ import annotations

import sys
import uuid
from typing import Any

from lg_jupyter import record
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.state import RunState


def append_run_output(run: RunState, panel: str | None) -> None:
    """Append a run to the output of the cell at hand, and its record if it is over before the cell is."""
    from lg_jupyter.widgets.run import RunWidget

    view = RunWidget(run, first=panel)
    if run.done:
        _get_marimo_module().output.append(stack_view_and_record(view, run))
        return
    _get_marimo_module().output.append(view)
    cell = _get_cell_id()

    def append_record(run: RunState) -> None:
        if run.done and cell is not None and _get_cell_id() == cell:
            _get_marimo_module().output.append(_make_record_hidden_by_view(view, run))
            stop()

    stop = run.subscribe(append_record)


def make_cell_value(run: RunState) -> Any:
    """What a cell shows whose last value is a run."""
    from lg_jupyter.widgets.run import RunWidget

    return stack_view_and_record(RunWidget(run), run)


def stack_view_and_record(view: Any, run: RunState) -> Any:
    """A view of a run, and its record, which the view hides while it lives."""
    return _get_marimo_module().vstack([view, _make_record_hidden_by_view(view, run)])


def _make_record_hidden_by_view(view: Any, run: RunState) -> Any:
    if view.record is None:
        view.record = f"lgj-record-{uuid.uuid4().hex[:12]}"
    summary = summarize_run(run, record=view.record)
    return _get_marimo_module().Html(
        record.render_record_html(summary, run.trace) if run.done else record.render_running_html(summary)
    )


def _get_cell_id() -> Any:
    """The id of the cell that is executed."""
    context = sys.modules["marimo._runtime.context"].get_context().execution_context
    return None if context is None else context.cell_id


def _get_marimo_module() -> Any:
    return sys.modules["marimo"]
