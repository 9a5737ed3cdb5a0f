"""What a run leaves in a cell, and in which cells a run stands."""

from __future__ import annotations

import contextvars
import uuid
import warnings
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias
from weakref import WeakSet

from lg_jupyter import record
from lg_jupyter.kernel import notebook
from lg_jupyter.record.summary import headline, since, summarize
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.mark import Mark
from lg_jupyter.tables.onwards import Onwards
from lg_jupyter.text.words import GOES_ON

Filled: TypeAlias = tuple[str, str]
"""A record as HTML and as text."""


class View(Protocol):
    """A live view, as far as it matters here.

    Attributes
    ----------
    keep
        What records a branch that is shown in it.
    """

    keep: Callable[[RunState], None] | None

    @property
    def record(self) -> str | None:
        """The class of the record, which is hidden while the view lives."""

    @record.setter
    def record(self, name: str) -> None: ...
    def _repr_mimebundle_(self) -> Any: ...


def leave_elsewhere(run: RunState) -> bool:
    """Have the records in other cells keep a run as it stood, for it goes on here; whether there are any.

    Where this cell, too, shows it, none is left: its record is of the whole run.
    """
    here, shown = notebook.cell(), [each for each in list(_shown) if each.records(run)]
    if here is None or any(each.cell is None or each.cell.id == here.id for each in shown):
        return False
    for each in shown:
        each.leave(run, here)
    return bool(shown)


class Outputs:
    """What a run leaves in a cell: the live view, and beside it the record, for when there is no kernel.

    They are two outputs, for of one output with both a trusted notebook without a kernel would show neither.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    background
        Whether the cell ends before the run does.
    view
        Gives the view to show, of the class by which it hides the record.
    panel
        The one panel that it shows; ``None`` for all.
    record
        The class of the record, if the view has one already.
    onwards
        Whether the record is to have only what comes after the answer that was given here.

    Attributes
    ----------
    cell
        Where they are.
    """

    def __init__(
        self,
        run: RunState,
        *,
        background: bool,
        view: Callable[[str], View],
        panel: str | None = None,
        record: str | None = None,
        onwards: bool = False,
    ) -> None:
        self.cell = notebook.cell()
        self._since = _earlier(run) if onwards else None
        self._run = run
        self._background = background
        self._view = view
        self._panel = panel
        self._id = record or f"lgj-record-{uuid.uuid4().hex[:12]}"
        self._ended: dict[str, float | None] = {}  # recorded ends: a run can go on, and end again
        self._branches: list[RunState] = []
        self._stood: dict[str, Filled] = {}  # the records of those that wait
        self._left: dict[str, tuple[notebook.Cell, Filled]] = {}  # of those that went on elsewhere
        _shown.add(self)

    def records(self, run: RunState) -> bool:
        """Whether the whole of a run stands here, or all since an answer, and goes on."""
        return self._panel is None and run in (self._run, *self._branches) and not self.left(run)

    def left(self, run: RunState) -> bool:
        """Whether its record stands here as the run was when it went on elsewhere."""
        return run.key in self._left

    def leave(self, run: RunState, cell: notebook.Cell) -> None:
        """Keep the record of a run as it stood, for it goes on in ``cell``."""
        self._left[run.key] = cell, self._stood.pop(run.key) if run.key in self._stood else self._filled(run)
        self._publish_record(update=True)

    def show(self) -> None:
        """Put both into the cell; the record is filled when the run ends."""
        self._show_view()
        self._publish_record(update=False)
        self._run.subscribe(self._change)

    def _show_view(self) -> None:
        try:
            widget = self._view(self._id)
            if widget.record is None:
                widget.record = self._id
            widget.keep = self._keep
            notebook.publish(*(widget._repr_mimebundle_() or ({}, {})))
        except Exception as error:
            warn("has no live view", self._run, error)

    def _keep(self, branch: RunState) -> None:
        """Record a branch that the view shows, too."""
        self._branches.append(branch)
        branch.subscribe(self._change)

    def _change(self, run: RunState) -> None:
        if self.left(run):
            return
        if run.done and self._ended.get(run.key) != run.trace.ended:
            self._ended[run.key] = run.trace.ended
            # A background run ends in the context of its old cell; what is published under that, a
            # headless notebook that is at a later cell by then would not take.
            contextvars.Context().run(self._publish_record, update=True)

    def _publish_record(self, update: bool) -> None:
        if update:
            known = [run for run in (self._run, *self._branches) if run.done or self.left(run)]
            html, text = ("\n".join(told) for told in zip(*map(self._told, known), strict=True))
        else:
            summary = summarize(self._run, record=self._id)
            html = record.waiting_html(summary, self._background)
            text = record.waiting_text(summary, self._background)
        notebook.publish({"text/html": html, "text/plain": text}, {}, display_id=self._id, update=update)

    def _told(self, run: RunState) -> Filled:
        """The record of a run as it is; of one that went on elsewhere, as it stood."""
        if self.left(run):
            cell, (html, text) = self._left[run.key]
            sentence = f"Went on in [{cell.number}], where what came after stands. Here is how it stood."
            return f"{record.left_html(self._id, sentence)}\n{html}", f"{GOES_ON} {sentence}\n{text}"
        filled = self._filled(run)
        self._stood.pop(run.key, None)
        if run.status != "success":  # it may go on elsewhere
            self._stood[run.key] = filled
        return filled

    def _filled(self, run: RunState) -> Filled:
        summary, trace, panel = summarize(run, record=self._id), run.trace, self._panel
        try:
            if self._since is not None and run is self._run:
                mark, earlier = self._since
                part = Onwards(trace, mark)
                summary = since(summary, part, earlier)
                return record.html(summary, part), record.text(summary, part)
            return record.html(summary, trace, panel=panel), record.text(summary, trace, panel=panel)
        except Exception as error:
            warn("has no record", run, error)
            return record.brief_html(summary), headline(summary)


_shown: WeakSet[Outputs] = WeakSet()  # a run holds those that show it


def _earlier(run: RunState) -> tuple[Mark, int] | None:
    """How far a run was when it went on here, and the cell that has it up to there."""
    numbers = [each.cell.number for each in list(_shown) if each.cell and each.left(run)]
    return (run.trace.went_on, max(numbers)) if run.trace.went_on and numbers else None


def warn(what: str, run: RunState, error: Exception) -> None:
    """Say that a display failed; the run does not notice."""
    message = f"the run of {run.name} {what}, but goes on: {type(error).__name__}: {error}"
    warnings.warn(message, RuntimeWarning, stacklevel=3)
