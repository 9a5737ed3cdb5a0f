"""Where and how a run is shown: live view and record in a notebook, text in a terminal, else not at all.

A display that fails is a warning; the run does not notice.
"""

from __future__ import annotations

import contextvars
import uuid
import warnings
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from . import notebook, record
from .summary import headline, summarize

if TYPE_CHECKING:
    from .run import Run
    from .terminal import TerminalView
    from .widget import RunWidget

OLD_KERNEL = "This kernel (ipykernel 6) hears Stop only after the cell: use ■, or --background."
BLOCKED = "This cell blocks the kernel, which hears Stop only after it: use ■, or --background."


def show(run: Run, *, background: bool = False, blocking: bool = False) -> None:
    """Show a run where it was started.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    background
        Whether the cell ends before the run does.
    blocking
        Whether the kernel can do nothing else until the run ends.
    """
    if notebook.shell() is None:
        return
    try:
        if notebook.in_kernel():
            Outputs(run, background=background, blocking=blocking).show()
        else:
            _show_in_terminal(run)
    except Exception as error:
        _warn("cannot be shown", run, error)


class Outputs:
    """What a run leaves in a cell: the live view, and beside it the record, for when there is no kernel.

    They are two outputs, for of one output with both a trusted notebook without a kernel would show neither.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    background
        Whether the cell ends before the run does.
    blocking
        Whether the kernel can do nothing else until the run ends.
    view
        The view to show; a new one of all panels if ``None``.
    """

    def __init__(
        self, run: Run, *, background: bool, blocking: bool = False, view: RunWidget | None = None
    ) -> None:
        self._run = run
        self._background = background
        self._blocking = blocking
        self._view = view
        self._panel = None if view is None else view.panel
        self._id = (view and view.record) or f"lgj-record-{uuid.uuid4().hex[:12]}"
        self._ended: dict[str, float | None] = {}  # recorded ends: a run can go on, and end again
        self._branches: list[Run] = []

    def show(self) -> None:
        """Put both into the cell; the record is filled when the run ends."""
        self._show_view()
        self._publish_record(update=False)
        self._run.subscribe(self._change)

    def _show_view(self) -> None:
        try:
            widget = self._view or self._new_view()
            if widget.record is None:
                widget.record = self._id
            widget.keep = self._keep
            notebook.publish(*(widget._repr_mimebundle_() or ({}, {})))
        except Exception as error:
            _warn("has no live view", self._run, error)

    def _new_view(self) -> RunWidget:
        from .widget import RunWidget

        hint = None if self._background else _stop_hint(self._blocking)
        return RunWidget(self._run, stop_hint=hint, record=self._id)

    def _keep(self, branch: Run) -> None:
        """Record a branch that the view shows, too."""
        self._branches.append(branch)
        branch.subscribe(self._change)

    def _change(self, run: Run) -> None:
        if run.done and self._ended.get(run._id) != run.trace.ended:
            self._ended[run._id] = run.trace.ended
            # A background run ends in the context of its old cell; what is published under that, a
            # headless notebook that is at a later cell by then would not take.
            contextvars.Context().run(self._publish_record, update=True)

    def _publish_record(self, update: bool) -> None:
        if update:
            ended = [run for run in (self._run, *self._branches) if run.done]
            html, text = ("\n".join(told) for told in zip(*map(self._filled, ended), strict=True))
        else:
            summary = summarize(self._run, record=self._id)
            html = record.waiting_html(summary, self._background)
            text = record.waiting_text(summary, self._background)
        notebook.publish({"text/html": html, "text/plain": text}, {}, display_id=self._id, update=update)

    def _filled(self, run: Run) -> tuple[str, str]:
        summary = summarize(run, record=self._id)
        try:
            trace, panel = run.trace, self._panel
            return record.html(summary, trace, panel=panel), record.text(summary, trace, panel=panel)
        except Exception as error:
            _warn("has no record", run, error)
            return record.brief_html(summary), headline(summary)


_followed: WeakValueDictionary[int, TerminalView] = WeakValueDictionary()  # by the run's id(), which holds it


def _show_in_terminal(run: Run) -> None:
    """Follow it; one that is followed already, and goes on, is told once."""
    from .terminal import TerminalView

    if (view := _followed.get(id(run))) is None:
        view = _followed[id(run)] = TerminalView(run)
        view.show()
    elif run.done:
        view.tell_end()


def _stop_hint(blocking: bool) -> str | None:
    """What to do in place of Stop where a widget's messages are read only when the cell is over."""
    if not notebook.hears_in_a_cell():
        return OLD_KERNEL
    return BLOCKED if blocking else None


def _warn(what: str, run: Run, error: Exception) -> None:
    message = f"the run of {run.name} {what}, but goes on: {type(error).__name__}: {error}"
    warnings.warn(message, RuntimeWarning, stacklevel=3)
