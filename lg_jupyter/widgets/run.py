"""The live view of a run, as an anywidget.

Synced with the front end are seven small traits: ``_protocol``, ``_module``, ``_options``, ``_panel``,
``_branches``, ``_narrowing``, and ``_summary``, which is set at the start and at the end. All else flows in
messages (:mod:`lg_jupyter.widgets.protocol`), which nobody keeps: a view that comes late asks for a snapshot.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import traitlets

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.kernel import loops, notebook
from lg_jupyter.record.summary import RunSummary, summarize_run
from lg_jupyter.runtime.run_properties import RunProperties, get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import ExecutedByOtherCode
from lg_jupyter.widgets.cell_outputs import CellOutputs
from lg_jupyter.widgets.editing import EditLocator
from lg_jupyter.widgets.endpoint import collect_methods, method
from lg_jupyter.widgets.filtered_widget import FilteredWidget
from lg_jupyter.widgets.live_views import LIVE_VIEWS
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.queries import RunQueries
from lg_jupyter.widgets.steering import Steering
from lg_jupyter.widgets.update_feed import UpdateFeed

INITIAL_MODULES = ("markdown", "timeline")
"""The modules that a view of all panels begins with: the panel beside tokens, and what reads Markdown."""

INITIAL_MODULES_IN_BLOCKED_CELL = (*INITIAL_MODULES, "state")
"""The same where no page can ask for more: the state is what is seen of a run without a model."""


MAX_REMEMBERED_PAGES = 100
"""How many pages are remembered that show one view: each has a name of its own, also after a reload."""


class RunWidget(FilteredWidget):
    """A live view of a run, or of one of its panels.

    Parameters
    ----------
    run
        The run to show, at whatever point it is.
    panel
        The one panel to show; all of them if ``None``.
    stop_hint
        What to do instead, where Stop would not be heard; ``None`` where it would.
    record
        The class of the element with the run's static record, which is hidden while this view lives.
    first
        The panel that is open at first; ``None``: as the page has it.
    root_view
        The view in whose place this one is shown, if it is a branch's: that holds the views of all branches.
    height
        In CSS pixels; ``None``: as the page has it.
    header
        Whether the run's header stands above the panels.
    host
        The widget that it is drawn inside, if it has no comm of its own.
    own_filter
        The filter that it begins with, if it has one of its own; ``None``: that of the run's other views.
    """

    module = "run"

    _panel = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    _branches = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        run: RunState | RunProperties,
        panel: str | None = None,
        *,
        stop_hint: str | None = None,
        record: str | None = None,
        first: str | None = None,
        root_view: RunWidget | None = None,
        height: int | None = None,
        header: bool = True,
        own_filter: JSONObject | None = None,
        host: LiveWidget | None = None,
    ) -> None:
        self._run = run = get_run_state(run)
        self._stop_hint = stop_hint or _find_stop_blocker(run)
        self._record = record
        self.on_branch: Callable[[RunState], None] | None = None  # what records a branch that is shown here
        self._root_view = root_view or self
        self._branch_views: list[RunWidget] = []
        self._context = contextvars.copy_context()  # by which outputs of what is started here find the cell
        steering = Steering(run, self._start_run_in_cell, self._show_branch, lambda: self._endpoint.loop)
        self._may_block_cell = blocked = stop_hint is not None or _may_block_cell(run)
        self._visibility_by_page: dict[str, bool] = {}  # whether each shows this view where it can be seen
        opens = INITIAL_MODULES_IN_BLOCKED_CELL if blocked else INITIAL_MODULES
        super().__init__(
            self._make_synced_summary(),
            collect_methods(RunQueries(run), steering, EditLocator(run, steering.fetch_checkpoints), self),
            run.redactor.mask,
            opens=[*opens, *filter(None, [first])] if panel is None else ["markdown", panel],
            options={
                "panel": first,
                "height": height,
                "header": None if header else False,
                "own_filter": None if own_filter is None else True,
            },
            blocked=blocked,
            host=host,
            _panel=panel,
        )
        self._subscribe_to_selection_and_filter(run, own_filter)
        self._feed = UpdateFeed.get_or_create(run)
        self._feed.add_view(self)

    def __repr__(self) -> str:
        return f"lg_jupyter: live view of {self._run.name}"

    def _ipython_display_(self) -> None:
        """Show this view, and beside it what is left of it in a notebook without its kernel."""
        if not notebook.is_in_kernel():
            raise NotImplementedError("IPython shows the repr then")
        outputs = CellOutputs(
            self._run,
            view=lambda record: self,
            panel=self.panel,
            options=self._options,
            record=self.record,
        )
        outputs.show()
        LIVE_VIEWS.add_and_close_old(outputs)

    @property
    def panel(self) -> str | None:
        """The one panel that it shows; ``None`` for all."""
        return self._panel

    @property
    def record(self) -> str | None:
        """The class of the element with the run's static record, which is hidden while this view lives."""
        return self._record

    @record.setter
    def record(self, name: str) -> None:
        self._record = name
        self._summary = self._make_synced_summary()

    def summarize(self) -> RunSummary:
        """The run's summary for this view."""
        return summarize_run(self._run, self._stop_hint, self._record)

    def _make_synced_summary(self) -> dict[str, Any]:
        """The summary as the page keeps it: short, for each view of a notebook has its own.

        Left out is what is not there and cannot have been there before this was set.
        """
        # But for the failure of a run that was resumed, which a delta takes back.
        never_taken_back = ("failure", "earlier", "branch", "history")
        summary: dict[str, Any] = {**self.summarize()}
        summary["counts"] = {name: count for name, count in summary["counts"].items() if count}
        return {
            name: value
            for name, value in summary.items()
            if value is not None or name not in never_taken_back
        }

    def sync_final_state(self) -> None:
        """Take over how the run ended into what is synced, and hence kept."""
        self._summary = self._make_synced_summary()

    def close(self) -> None:
        """Take the view away; the run goes on.

        Examples
        --------
        >>> view = run.panel("state")
        >>> view.close()
        """
        if feed := getattr(self, "_feed", None):
            feed.remove_view(self)
        self._unsubscribe_from_selection_and_filter()
        for widget in getattr(self, "_branch_views", ()):
            widget.close()
        super().close()

    @property
    def is_visible(self) -> bool:
        """Whether somebody may see it: as its pages say, or because no page can be heard."""
        return any(self._visibility_by_page.values()) if self._visibility_by_page else self._may_block_cell

    @method("watch")
    def set_page_visibility(self, page: str, visible: bool) -> JSON:
        """Take what a page says of whether it shows the run where it can be seen."""
        self._visibility_by_page.pop(page, None)
        self._visibility_by_page[page] = visible
        if len(self._visibility_by_page) > MAX_REMEMBERED_PAGES:
            del self._visibility_by_page[next(iter(self._visibility_by_page))]
        self._feed.send_pending_soon()
        return True

    def _send_snapshot(self) -> None:
        self._feed.send_snapshot(self)

    def _start_run_in_cell(self, start: Callable[[], RunState]) -> RunState:
        """Start what is started from here as the cell would have."""
        run = self._root_view.call_in_cell_context(start)
        self._stop_hint = None  # no cell waits for it: Stop is heard
        if run is self._run:
            self.sync_final_state()
        return run

    def _show_branch(self, branch: RunState) -> bool:
        """Have the front end show a branch where this view stands; whether there is one."""
        return self._root_view.add_branch(branch)

    def call_in_cell_context(self, start: Callable[[], RunState]) -> RunState:
        """Start something by the context by which its outputs find the cell of this view."""
        return self._context.copy().run(start)

    def add_branch(self, branch: RunState) -> bool:
        """Show a branch in this view's place; whether there is one."""
        self._branch_views.append(RunWidget(branch, root_view=self, host=self))
        if self.on_branch is not None:
            self.on_branch(branch)
        self._branches = [widget.make_branch_entry() for widget in self._branch_views]
        return self.comm is not None

    def make_branch_entry(self) -> dict[str, str | None]:
        """How the front end finds this view, and where in the tree of branches its run is."""
        parent = self._run.parent
        return {
            "run": self._run.key,
            "parent": None if parent is None else parent.key,
            "model": self.model_id,
        }


def _find_stop_blocker(run: RunState) -> str | None:
    """Why the run cannot be stopped from here; ``None`` if it can."""
    return run.source.stop_blocker if isinstance(run.source, ExecutedByOtherCode) else None


def _may_block_cell(run: RunState) -> bool:
    """Whether the cell at hand can block until the run is over: it goes on beside the kernel's own loop."""
    return not run.done and run.loop not in (None, loops.get_running_loop_or_none())
