"""The panels of a run in a usual arrangement, as one anywidget: a new run replaces the one before."""

from __future__ import annotations

from typing import Any

import traitlets

from lg_jupyter.apps.app import App
from lg_jupyter.batch.batch import Batch
from lg_jupyter.dashboards.layouts import get_layout
from lg_jupyter.dashboards.run_providers import DashboardBase, make_run_provider
from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import notebook
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.height import validate_height
from lg_jupyter.run import Run, get_run_of_state
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.spelling import SuggestsAttributes
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.widgets.protocol import Message, make_snapshot
from lg_jupyter.widgets.run import RunWidget
from lg_jupyter.widgets.selection import Selection, parse_selection

DEFAULT_PANEL_HEIGHT_PX = 320
"""The height of a panel, in CSS pixels, where none is given."""

PANEL_GAP_PX = 6
"""Between two of them, as ``js/src/widgets/dashboard/app.css`` has it."""


@checks_arguments
def dashboard(shown: Run | App | Batch, layout: str | None = None, *, height: int | None = None) -> Dashboard:
    """The panels of a run in a usual arrangement, as one widget.

    Parameters
    ----------
    shown
        A run; an :func:`lg_jupyter.app`, whose newest run is shown; a batch, of which the run is shown whose
        row is opened.
    layout
        ``"debug"`` (as a run has it), ``"chat"`` (as an app has it), ``"review"``, or ``"batch"`` (as a batch
        has it).
    height
        The height of each panel in pixels.

    Returns
    -------
    Dashboard
        The widget. ``dashboard.run = another`` shows another run in its place.

    Raises
    ------
    UsageError
        If there is no such layout, or what is to be shown is none of these.

    Examples
    --------
    >>> board = lg_jupyter.dashboard(run)
    >>> list(board.panels)
    ['timeline', 'tokens', 'state', 'graph', 'calls']
    >>> board.run = run.replay(speed=None).wait()
    """
    if not isinstance(shown, (Run, App, Batch)):
        raise UsageError(f"dashboard takes a run, an app or a batch, not {type(shown).__name__}.")
    usual = "chat" if isinstance(shown, App) else "batch" if isinstance(shown, Batch) else "debug"
    return Dashboard(shown, layout or usual, validate_height(height) or DEFAULT_PANEL_HEIGHT_PX)


class _RunTrait(traitlets.Any):
    """Keeps the data of a run: a dashboard that nobody holds is nobody who holds its run."""

    def get(self, obj: Any, cls: Any = None) -> Run | None:
        state = super().get(obj, cls)
        return None if state is None else get_run_of_state(state)

    def set(self, obj: Any, value: Any) -> None:
        before, run = self.get(obj), self._validate(obj, value)
        obj._trait_values[self.name] = None if run is None else get_run_state(run)  # noqa: SLF001 - as traitlets does
        if run is not before:
            obj._notify_trait(self.name, before, run)  # noqa: SLF001 - as traitlets does


class Dashboard(SuggestsAttributes, DashboardBase):
    """The panels of a run in an arrangement. :func:`lg_jupyter.dashboard` makes it.

    Attributes
    ----------
    run
        The run that is shown, a trait: another one takes its place.
    selection
        What is selected in it, a trait as that of its panels.
    panels
        Its panels by name, as :meth:`Run.panel` gives them; others with each run.
    """

    module = "dashboard"

    run = _RunTrait(None, allow_none=True)
    selection = traitlets.Any(None, allow_none=True)

    def __init__(self, shown: Run | App | Batch, layout: str, height: int) -> None:
        self._layout = get_layout(layout)
        self._height = height
        self.panels: dict[str, RunWidget] = {}
        super().__init__(self._make_summary(), {}, self._mask_secrets)
        self._lead = make_run_provider(shown, self, self._show_run)
        self.run = self._lead.initial_run
        self.sync_summary()

    def __repr__(self) -> str:
        return f"<Dashboard of {'no run yet' if self.run is None else self.run.name}>"

    def _ipython_display_(self) -> None:
        if not notebook.is_in_kernel():
            raise NotImplementedError("IPython shows the repr then")
        self._lead.display_dashboard(self)

    def close(self) -> None:
        """Take the dashboard away; runs go on.

        Examples
        --------
        >>> board = lg_jupyter.dashboard(run, "review")
        >>> board.close()
        """
        for panel in getattr(self, "panels", {}).values():
            panel.close()
        super().close()
        if lead := getattr(self, "_lead", None):
            lead.close()

    def _show_run(self, run: Run | None) -> None:
        """Show another run, if there is one."""
        if run is not None:
            self.run = run

    @traitlets.validate("run")
    def _validate_run(self, proposal: Any) -> Run | None:
        run = proposal["value"]
        if run is None or isinstance(run, Run):
            return run
        raise UsageError(f"A dashboard shows a run, not {type(run).__name__}.")

    @traitlets.validate("selection")
    def _validate_selection(self, proposal: Any) -> Selection | None:
        return None if self.run is None else parse_selection(proposal["value"], self.run.trace)

    @traitlets.observe("run")
    def _replace_panels(self, change: Any) -> None:
        """Show a run in the place of the one before."""
        before, run = self.panels, change["new"]
        self.panels = {} if run is None else self._make_panels(run)
        for panel in self.panels.values():
            panel.observe(self._on_panel_selection_change, "selection")
            break  # all of them share it
        self.selection = None
        self.sync_summary()
        for panel in before.values():
            panel.close()
        if change["old"] is not None and run is not None and self.on_branch is not None:
            self.on_branch(get_run_state(run))

    def _make_panels(self, run: Run) -> dict[str, RunWidget]:
        lead = [] if self._lead.widget_id else [self._layout.lead_panel]
        names = [*lead, *(name for row in self._layout.panel_rows for name in row)]
        rows = len(self._layout.panel_rows)
        tall = (
            rows * self._height + (rows - 1) * PANEL_GAP_PX if self._layout.is_side_by_side else self._height
        )
        return {
            name: RunWidget(
                run,
                name,
                height=tall if name in lead else self._height,
                header=name in lead,
                host=self,
            )
            for name in names
        }

    def _on_panel_selection_change(self, change: Any) -> None:
        self.selection = change["new"]

    @traitlets.observe("selection")
    def _on_selection_change(self, change: Any) -> None:
        for panel in self.panels.values():
            panel.selection = change["new"]
            break

    def _make_summary(self) -> Message:
        """What is synced: which views stand where."""
        views = {name: panel.model_id for name, panel in self.panels.items()}
        lead = self._lead.widget_id if hasattr(self, "_lead") else None
        return {
            "status": "success",
            "target": "" if self.run is None else self.run.name,
            "source": "dashboard",
            "stop": {"available": True, "hint": None},
            "record": self.record,
            "lead": lead or views.get(self._layout.lead_panel),
            "beside": self._layout.is_side_by_side,
            "rows": [[views[name] for name in row if name in views] for row in self._layout.panel_rows],
            "height": self._height,
        }

    def sync_summary(self) -> None:
        """Have pages know how things are. Internal: it may change with any release."""
        self._summary = self._make_summary()

    def _mask_secrets(self, text: str) -> str:
        state: RunState | None = None if self.run is None else get_run_state(self.run)
        return text if state is None else state.redactor.mask(text)

    def _send_snapshot(self) -> None:
        self.send(
            make_snapshot(
                1,
                None,
                TraceChanges(rows={}, text_deltas=[], event_and_token_counts={}, run_fields=None),
                self._summary,
            )
        )
