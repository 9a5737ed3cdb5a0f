"""What a run leaves in a cell, and in which cells a run stands."""

from __future__ import annotations

import contextvars
import uuid
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol
from weakref import WeakSet

from lg_jupyter import record
from lg_jupyter.kernel import notebook
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.record.summary import format_headline, summarize_run, summarize_run_since_resume
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.resume_point import ResumePoint
from lg_jupyter.tables.trace_since_resume import TraceSinceResume
from lg_jupyter.text.words import RESUME_SIGN
from lg_jupyter.widgets.live_views import LIVE_VIEWS, format_closed_notice
from lg_jupyter.widgets.offline.data import OfflineView, make_offline_bundle
from lg_jupyter.widgets.offline.run_data import make_notebook_limits, make_offline_run_view


class RenderedRecord(NamedTuple):
    """A record as HTML and as text, and what is kept beside it of the run."""

    html: str
    text: str
    offline_view: OfflineView | None


class LiveView(Protocol):
    """A live view, as far as it matters here.

    Attributes
    ----------
    on_branch
        What records a branch that is shown in it.
    """

    on_branch: Callable[[RunState], None] | None

    @property
    def record(self) -> str | None:
        """The class of the record, which is hidden while the view lives."""

    @record.setter
    def record(self, name: str) -> None: ...
    def close(self) -> None:
        """Take it away."""

    def _repr_mimebundle_(self) -> Any: ...


def freeze_records_in_other_cells(run: RunState) -> bool:
    """Have the records in other cells keep a run as it stood, for it goes on here; whether there are any.

    Where this cell, too, shows it, none is left: its record is of the whole run.
    """
    here, shown = (
        notebook.get_current_cell_execution(),
        [each for each in list(_all_cell_outputs) if each.is_record_live(run)],
    )
    if here is None or any(
        each.cell is None or each.cell.parent_msg_id == here.parent_msg_id for each in shown
    ):
        return False
    for each in shown:
        each.freeze_record(run, here)
    return bool(shown)


def is_shown_in_current_cell(run: RunState) -> bool:
    """Whether an output of the cell at hand shows the whole of a run."""
    here = notebook.get_current_cell_execution()
    return here is not None and any(
        each.cell is not None and each.cell.parent_msg_id == here.parent_msg_id and each.shows_whole_run(run)
        for each in list(_all_cell_outputs)
    )


def _format_show_again_hint(run: RunState) -> str:
    """How a live view that was closed comes back, to end a sentence with."""
    name = None if run.user_run is None else notebook.find_variable_name(run.user_run)
    return f": {name}.show() brings it back." if name else "."


class CellOutputs:
    """What a run leaves in a cell: the live view, and beside it the record, for when there is no kernel.

    They are two outputs, for of one output with both a trusted notebook without a kernel would show neither.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    view
        Gives the view to show, of the class by which it hides the record.
    panel
        The one panel that it shows; ``None`` for all.
    options
        How the view begins.
    record
        The class of the record, if the view has one already.
    since_resume
        Whether the record is to have only what comes after the answer that was given here.

    Attributes
    ----------
    cell
        Where they are.
    """

    closes_when_old = True

    def __init__(
        self,
        run: RunState,
        *,
        view: Callable[[str], LiveView],
        panel: str | None = None,
        options: Mapping[str, Any] | None = None,
        record: str | None = None,
        since_resume: bool = False,
    ) -> None:
        self.cell = notebook.get_current_cell_execution()
        self._resume_point = _find_resume_point_and_cell(run) if since_resume else None
        self._run = run
        self._view: Callable[[str], LiveView] | None = view
        self._panel = panel
        self._options = options
        self._unsubscribe: list[Callable[[], None]] = []
        self._id = record or f"lgj-record-{uuid.uuid4().hex[:12]}"
        self._ended: dict[str, float | None] = {}  # recorded ends: a run can go on, and end again
        self._branches: list[RunState] = []
        self._last_records: dict[str, RenderedRecord] = {}  # the records of those that wait
        # Of those that went on elsewhere: in which cell, and the record as it stood.
        self._frozen: dict[str, tuple[notebook.CellExecution, RenderedRecord]] = {}
        self._widget: LiveView | None = None
        self._close_reason: str | None = None  # a sentence, where the live view was taken away
        _all_cell_outputs.add(self)

    @property
    def widget(self) -> LiveView | None:
        """The live view; ``None`` if there is none any more."""
        return self._widget

    @property
    def is_unused(self) -> bool:
        """Whether its run is, and every branch that stands here, and no variable holds the view."""
        over = all(run.done for run in self.retained_runs)
        return over and (self._widget is None or notebook.find_variable_name(self._widget) is None)

    @property
    def retained_runs(self) -> tuple[RunState, ...]:
        """The runs that stand here."""
        return (self._run, *self._branches)

    def stop_updates(self) -> None:
        """Follow the runs no more: what stood in the cell is gone, or others keep it up."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe.clear()
        _all_cell_outputs.discard(self)

    def close_view(self, reason: str | None) -> None:
        """Take the live view away, which would be held for good; the record says the ``reason``."""
        if not reason:
            self.stop_updates()
        widget, self._widget = self._widget, None
        if widget is None:
            return
        try:
            widget.close()
            if reason:
                self._close_reason = format_closed_notice(reason, _format_show_again_hint(self._run))
                contextvars.Context().run(self._publish_record, update=True)
        except Exception as error:
            warn_of_display_failure("keeps an old view", self._run, error)

    def shows_whole_run(self, run: RunState) -> bool:
        """Whether the whole of a run stands here, or all since an answer."""
        return self._panel is None and run in (self._run, *self._branches)

    def is_record_live(self, run: RunState) -> bool:
        """Whether its record here grows with it."""
        return self.shows_whole_run(run) and not self.is_record_frozen(run)

    def is_record_frozen(self, run: RunState) -> bool:
        """Whether its record stands here as the run was when it went on elsewhere."""
        return run.key in self._frozen

    def freeze_record(self, run: RunState, cell: notebook.CellExecution) -> None:
        """Keep the record of a run as it stood, for it goes on in ``cell``."""
        self._frozen[run.key] = (
            cell,
            self._last_records.pop(run.key) if run.key in self._last_records else self._render_record(run),
        )
        self._publish_record(update=True)

    def show(self) -> None:
        """Put both into the cell; the record is filled when the run ends."""
        self._publish_live_view()
        self._publish_record(update=False)
        self._unsubscribe.append(self._run.subscribe(self._on_run_change))

    def release_record_id(self) -> str:
        """Leave the record as it is to others, who get its id."""
        self.stop_updates()
        return self._id

    def _publish_live_view(self) -> None:
        make, self._view = self._view, None  # it may hold the widget
        if make is None:
            return
        try:
            widget = self._widget = make(self._id)
            if widget.record is None:
                widget.record = self._id
            widget.on_branch = self._add_branch
            notebook.publish_mime_bundle(*(widget._repr_mimebundle_() or ({}, {})))
        except Exception as error:
            warn_of_display_failure("has no live view", self._run, error)

    def _add_branch(self, branch: RunState) -> None:
        """Record a branch that the view shows, too."""
        self._branches.append(branch)
        self._unsubscribe.append(branch.subscribe(self._on_run_change))

    def _on_run_change(self, run: RunState) -> None:
        if self.is_record_frozen(run):
            return
        if run.done and self._ended.get(run.key) != run.trace.ended:
            self._ended[run.key] = run.trace.ended
            # A background run ends in the context of its old cell; what is published under that, a
            # headless notebook that is at a later cell by then would not take.
            contextvars.Context().run(self._publish_record, update=True)
            LIVE_VIEWS.close_if_memory_exceeded()

    def _publish_record(self, update: bool) -> None:
        if update:
            known = [run for run in (self._run, *self._branches) if run.done or self.is_record_frozen(run)]
            records = list(map(self._render_or_get_frozen_record, known))
            html = "\n".join(each.html for each in records)
            text = "\n".join(each.text for each in records)
            if self._close_reason:
                html, text = (
                    f"{record.render_notice_html(self._id, self._close_reason)}\n{html}",
                    f"{self._close_reason}\n{text}",
                )
            kept = make_offline_bundle(
                self._id, [each.offline_view for each in records if each.offline_view is not None]
            )
        else:
            summary = summarize_run(self._run, record=self._id)
            html = record.render_running_html(summary)
            text = record.render_running_text(summary)
            kept = {}
        data = {"text/html": html, "text/plain": text, **kept}
        notebook.publish_mime_bundle(data, {}, display_id=self._id, update=update)

    def _render_or_get_frozen_record(self, run: RunState) -> RenderedRecord:
        """The record of a run as it is; of one that went on elsewhere, as it stood."""
        if self.is_record_frozen(run):
            cell, stood = self._frozen[run.key]
            sentence = (
                f"Went on in [{cell.execution_count}], where what came after stands. Here is how it stood."
            )
            return stood._replace(
                html=f"{record.render_resumed_elsewhere_html(self._id, sentence)}\n{stood.html}",
                text=f"{RESUME_SIGN} {sentence}\n{stood.text}",
            )
        rendered = self._render_record(run)
        self._last_records.pop(run.key, None)
        if run.status != "success":  # it may go on elsewhere
            self._last_records[run.key] = rendered
        return rendered

    def _render_record(self, run: RunState) -> RenderedRecord:
        return RenderedRecord(*self._render_html_and_text(run), self._make_offline_view(run))

    def _render_html_and_text(self, run: RunState) -> tuple[str, str]:
        """The record as HTML and as text."""
        summary, trace, panel = summarize_run(run, record=self._id), run.trace, self._panel
        try:
            if self._resume_point is not None and run is self._run:
                resume_point, earlier = self._resume_point
                part = TraceSinceResume(trace, resume_point)
                summary = summarize_run_since_resume(summary, part, earlier)
                return record.render_record_html(summary, part), record.render_record_text(summary, part)
            return record.render_record_html(summary, trace, panel=panel), record.render_record_text(
                summary, trace, panel=panel
            )
        except Exception as error:
            warn_of_display_failure("has no record", run, error)
            return record.render_outcome_html(summary), format_headline(summary)

    def _make_offline_view(self, run: RunState) -> OfflineView | None:
        """What the panels need of it where there is no kernel."""
        try:
            return make_offline_run_view(
                run, make_notebook_limits(), record=self._id, panel=self._panel, options=self._options
            )
        except Exception as error:
            warn_of_display_failure("is kept as its record alone", run, error)
            return None


# A run holds those that show it.
_all_cell_outputs: WeakSet[CellOutputs] = keep_across_reloads("cell outputs", WeakSet())


def _find_resume_point_and_cell(run: RunState) -> tuple[ResumePoint, int] | None:
    """How far a run was when it went on here, and the cell that has it up to there."""
    numbers = [
        each.cell.execution_count
        for each in list(_all_cell_outputs)
        if each.cell and each.is_record_frozen(run)
    ]
    return (run.trace.resumed_at, max(numbers)) if run.trace.resumed_at and numbers else None


def warn_of_display_failure(what: str, run: RunState, error: Exception) -> None:
    """Say that a display failed; the run does not notice."""
    message = f"the run of {run.name} {what}, but goes on: {type(error).__name__}: {error}"
    warnings.warn(message, RuntimeWarning, stacklevel=3)
