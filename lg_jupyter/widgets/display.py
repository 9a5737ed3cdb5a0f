"""Where and how a run is shown: live view and record in a notebook, elsewhere text.

A display that fails is a warning; the run does not notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from lg_jupyter.kernel import notebook
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime import resume as resuming
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets import marimo
from lg_jupyter.widgets.cell_outputs import (
    CellOutputs,
    LiveView,
    freeze_records_in_other_cells,
    is_shown_in_current_cell,
    warn_of_display_failure,
)
from lg_jupyter.widgets.live_views import LIVE_VIEWS

if TYPE_CHECKING:
    from lg_jupyter.terminal.view import TerminalView

OLD_KERNEL_STOP_HINT = "This kernel (ipykernel 6) hears Stop only after the cell: use ■, or --background."
BLOCKED_KERNEL_STOP_HINT = (
    "This cell blocks the kernel, which hears Stop only after it: use ■, or --background."
)


def show_run(
    run: RunState,
    *,
    panel: str | None = None,
    background: bool = False,
    blocking: bool = False,
    since_resume: bool = False,
) -> None:
    """Show a run where it was started.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    panel
        The panel that is open at first.
    background
        Whether the cell ends before the run does.
    blocking
        Whether the kernel can do nothing else until the run ends.
    since_resume
        Whether the record is to have only what comes after the answer that was given here.
    """
    try:
        if notebook.is_in_marimo():
            marimo.append_run_output(run, panel)
            if notebook.is_marimo_export():
                _show_in_terminal(run)
        elif notebook.is_in_kernel():
            hint = None if background else _find_stop_hint(blocking)
            view = partial(_make_run_widget, run, hint, panel)
            shown = CellOutputs(run, view=view, since_resume=since_resume)
            shown.show()
            LIVE_VIEWS.add_and_close_old(shown)
        else:
            _show_in_terminal(run)
    except Exception as error:
        warn_of_display_failure("cannot be shown", run, error)


def show_run_as_cell_value(run: RunState) -> None:
    """Show a run that is a cell's value: once in each cell, not in one that was to show nothing of it.

    Raises
    ------
    NotImplementedError
        Where a text is what can be shown, or what is left to show.
    """
    withheld = (
        run in _suppressed_cells_by_run
        and _suppressed_cells_by_run[run] == notebook.get_current_cell_execution()
    )
    if withheld or not notebook.is_in_kernel() or is_shown_in_current_cell(run):
        raise NotImplementedError  # IPython shows the repr then
    show_run(run, background=True)


def suppress_cell_value(run: RunState) -> None:
    """Have the cell at hand not show a run as its value either."""
    _suppressed_cells_by_run[run] = notebook.get_current_cell_execution()


_suppressed_cells_by_run: WeakKeyDictionary[RunState, notebook.CellExecution | None] = WeakKeyDictionary()


def resume_in_current_cell(
    run: RunState,
    value: Any,
    stops: Mapping[str, Any],
    *,
    thread: bool = False,
    freeze_other_records: bool = False,
) -> bool:
    """Have a run go on; whether other cells had shown it: ``freeze_other_records`` keeps it as it stood."""
    resuming.prepare_resume(run, value, stops)
    left = freeze_other_records and freeze_records_in_other_cells(run)
    lifecycle.start_execution(run, thread)
    return left


# By id(run), which they hold.
_terminal_views_by_id: WeakValueDictionary[int, TerminalView] = WeakValueDictionary()


def _show_in_terminal(run: RunState) -> None:
    """Follow it; one that is followed already, and goes on, is printed once."""
    from lg_jupyter.terminal.view import TerminalView

    if (view := _terminal_views_by_id.get(id(run))) is None:
        view = _terminal_views_by_id[id(run)] = TerminalView(run)
        view.show()
    elif run.done:
        view.print_rest_and_outcome()


def _make_run_widget(run: RunState, stop_hint: str | None, panel: str | None, record: str) -> LiveView:
    from lg_jupyter.widgets.run import RunWidget

    return RunWidget(run, stop_hint=stop_hint, record=record, first=panel)


def _find_stop_hint(blocking: bool) -> str | None:
    """What to do in place of Stop where a widget's messages are read only when the cell is over."""
    if not notebook.handles_widget_messages_during_cell():
        return OLD_KERNEL_STOP_HINT
    return BLOCKED_KERNEL_STOP_HINT if blocking else None
