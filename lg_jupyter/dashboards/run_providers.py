"""What comes first in a dashboard and says which run is shown: a panel, an app, or the table of a batch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from lg_jupyter.apps.app import App
from lg_jupyter.batch.batch import Batch, get_batch_state
from lg_jupyter.batch.display import BatchDisplay
from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.batch.widget import BatchWidget
from lg_jupyter.run import Run, get_run_of_state
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.cell_outputs import CellOutputs
from lg_jupyter.widgets.live_views import LIVE_VIEWS
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.protocol import CallError

RunCallback = Callable[[Run | None], None]


class DashboardBase(LiveWidget):
    """The dashboard, as far as it matters here.

    Attributes
    ----------
    on_branch
        What records a run that takes the place of the one before.
    """

    on_branch: Callable[[RunState], None] | None = None
    _record_class: str | None = None

    @property
    def record(self) -> str | None:
        """The class of the record, which is hidden while the dashboard lives."""
        return self._record_class

    @record.setter
    def record(self, name: str) -> None:
        self._record_class = name
        self.sync_summary()

    def sync_summary(self) -> None:
        """Have pages know how things are."""
        raise NotImplementedError


class RunProvider(Protocol):
    """What comes first.

    Attributes
    ----------
    widget_id
        By which pages know it; ``None`` for a panel of the run that is shown.
    initial_run
        The run that is shown at first.
    """

    widget_id: str | None

    @property
    def initial_run(self) -> Run | None: ...
    def display_dashboard(self, view: DashboardBase) -> None:
        """Put the dashboard into the cell at hand, and beside it what stays without a kernel."""

    def close(self) -> None:
        """Take away what is the dashboard's own."""


class FixedRunProvider:
    """A run alone: a panel of it comes first."""

    widget_id: str | None = None

    def __init__(self, run: Run) -> None:
        self._state = get_run_state(run)

    @property
    def initial_run(self) -> Run | None:
        """The run."""
        return get_run_of_state(self._state)

    def display_dashboard(self, view: DashboardBase) -> None:
        """With the record of the run."""
        outputs = CellOutputs(self._state, view=lambda record: view, record=view.record)
        outputs.show()
        LIVE_VIEWS.add_and_close_old(outputs)

    def close(self) -> None:
        """Nothing: what is shown is the dashboard's own."""


class AppRunProvider:
    """An app, whose newest run is shown."""

    def __init__(self, app: App, host: DashboardBase, on_run: RunCallback) -> None:
        self._app = app
        self.widget_id: str | None = app.attach_to_host(host)
        self._unfollow = app.subscribe_to_new_runs(on_run)

    @property
    def initial_run(self) -> Run | None:
        """The newest."""
        return self._app.run

    def display_dashboard(self, view: DashboardBase) -> None:
        """With the records of the app's runs."""
        self._app.show_in_cell(view)

    def close(self) -> None:
        """Hear of no more runs; the app may be shown elsewhere."""
        self._unfollow()


class BatchRunProvider:
    """The table of a batch: the run whose row is opened is shown."""

    def __init__(self, batch: Batch, host: DashboardBase, on_run: RunCallback) -> None:
        self._state = get_batch_state(batch)
        self._on_run = on_run
        self._table = BatchWidget(self._state, self._show_entry_run, host=host)
        self._view: DashboardBase | None = None
        self.widget_id: str | None = self._table.model_id
        self._state.listeners.append(self.send_changes)
        self.send_changes()

    @property
    def initial_run(self) -> Run | None:
        """The first that was begun."""
        return next((entry.run for entry in self._state.entries if entry.run is not None), None)

    def display_dashboard(self, view: DashboardBase) -> None:
        """With the static table."""
        self._view = view
        display = BatchDisplay(self._state, is_live=True, view=self._set_record_class)
        self._state.listeners.append(display.update)
        LIVE_VIEWS.add_and_close_old(display)

    @property
    def widget(self) -> DashboardBase | None:
        """The dashboard, which a cell shows."""
        return self._view

    def close(self) -> None:
        """Take the table away, and the dashboard around it."""
        with suppress(ValueError):
            self._state.listeners.remove(self.send_changes)
        self._table.close()
        view, self._view = self._view, None
        if view is not None:
            view.close()

    def make_mime_bundle(self) -> dict[str, Any]:
        """What a cell shows."""
        bundle = None if self._view is None else self._view._repr_mimebundle_()
        return {} if bundle is None else dict(bundle[0])

    def _set_record_class(self, record: str) -> BatchRunProvider:
        """This, which hides the static table of that class."""
        self._table.record = record
        return self

    def send_changes(self) -> None:
        """Send what changed in the table."""
        self._table.send_changes()

    def _show_entry_run(self, entry: BatchEntry | None) -> None:
        if entry is not None and entry.run is None:
            raise CallError(entry.rejection_message or "it has not begun yet.")
        self._on_run(None if entry is None else entry.run)


def make_run_provider(shown: Run | App | Batch, host: DashboardBase, on_run: RunCallback) -> RunProvider:
    """What comes first in a dashboard of this, which calls ``on_run`` with each run that is to be shown."""
    if isinstance(shown, App):
        return AppRunProvider(shown, host, on_run)
    if isinstance(shown, Batch):
        return BatchRunProvider(shown, host, on_run)
    return FixedRunProvider(shown)
