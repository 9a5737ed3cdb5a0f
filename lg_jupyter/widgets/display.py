"""Where and how a run is shown: live view and record in a notebook, text in a terminal, else not at all.

A display that fails is a warning; the run does not notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from lg_jupyter.kernel import notebook
from lg_jupyter.runtime import execution
from lg_jupyter.runtime import resume as resuming
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.outputs import Outputs, View, leave_elsewhere, warn

if TYPE_CHECKING:
    from lg_jupyter.terminal.view import TerminalView

OLD_KERNEL = "This kernel (ipykernel 6) hears Stop only after the cell: use ■, or --background."
BLOCKED = "This cell blocks the kernel, which hears Stop only after it: use ■, or --background."


def show(run: RunState, *, background: bool = False, blocking: bool = False, onwards: bool = False) -> None:
    """Show a run where it was started.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    background
        Whether the cell ends before the run does.
    blocking
        Whether the kernel can do nothing else until the run ends.
    onwards
        Whether the record is to have only what comes after the answer that was given here.
    """
    if notebook.shell() is None:
        return
    try:
        if notebook.in_kernel():
            hint = None if background else _stop_hint(blocking)
            Outputs(run, background=background, view=partial(_view, run, hint), onwards=onwards).show()
        else:
            _show_in_terminal(run)
    except Exception as error:
        warn("cannot be shown", run, error)


def resume(
    run: RunState, value: Any, stops: Mapping[str, Any], *, thread: bool = False, leave: bool = False
) -> bool:
    """Have a run go on; whether other cells had shown it, which ``leave`` has keep it as it stood."""
    resuming.go_on(run, value, stops)
    left = leave and leave_elsewhere(run)
    execution.start(run, thread)
    return left


_followed: WeakValueDictionary[int, TerminalView] = WeakValueDictionary()  # by the run's id(), which holds it


def _show_in_terminal(run: RunState) -> None:
    """Follow it; one that is followed already, and goes on, is told once."""
    from lg_jupyter.terminal.view import TerminalView

    if (view := _followed.get(id(run))) is None:
        view = _followed[id(run)] = TerminalView(run)
        view.show()
    elif run.done:
        view.tell_end()


def _view(run: RunState, stop_hint: str | None, record: str) -> View:
    from lg_jupyter.widgets.run import RunWidget

    return RunWidget(run, stop_hint=stop_hint, record=record)


def _stop_hint(blocking: bool) -> str | None:
    """What to do in place of Stop where a widget's messages are read only when the cell is over."""
    if not notebook.hears_in_a_cell():
        return OLD_KERNEL
    return BLOCKED if blocking else None
