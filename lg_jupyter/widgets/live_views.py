"""Which views stay live: those of runs that go on, and the newest of the others, as far as memory goes.

ipywidgets holds every widget that was displayed until the kernel ends, and each widget its run.
"""

from __future__ import annotations

import contextvars
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ReferenceType, ref

from lg_jupyter.config import options
from lg_jupyter.kernel import notebook
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.state import RunState
from lg_jupyter.text.words import format_bytes

if TYPE_CHECKING:
    from lg_jupyter.widgets.live_widget import LiveWidget


class ClosableView(Protocol):
    """What a cell shows of runs, as far as it matters here.

    Attributes
    ----------
    cell
        The execution that showed it.
    closes_when_old
        Whether newer ones take its place; else it stays until its cell is run again.
    """

    cell: notebook.CellExecution | None
    closes_when_old: bool

    @property
    def widget(self) -> Any:
        """The live view; ``None`` if there is none any more."""

    @property
    def is_unused(self) -> bool:
        """Whether nothing of it goes on, and no variable holds the view."""

    @property
    def retained_runs(self) -> Iterable[RunState]:
        """The runs that it holds, as far as nothing else that a user has does."""

    def stop_updates(self) -> None:
        """Keep nothing up any more: its cell was run again, which has the same widget anew."""

    def close_view(self, reason: str | None) -> None:
        """Take the live view away, and say in the record why, if there is a reason."""


NEWER_VIEWS_CLOSE_REASON = "newer ones are open"


class LiveViews:
    """The views in cells, in the order in which they were shown; who else lets go of one has it gone.

    Parameters
    ----------
    max_views
        Gives how many views of runs that are over stay.
    max_bytes
        Gives about how many bytes the runs may take that views alone hold; 0: as many as they do.
    """

    def __init__(self, max_views: Callable[[], int], max_bytes: Callable[[], int]) -> None:
        self._max_views = max_views
        self._max_bytes = max_bytes
        self._lock = threading.RLock()  # runs end on other threads, too
        self._views: list[tuple[ReferenceType[Any], str | None]] = []

    def add_and_close_old(self, shown: ClosableView) -> None:
        """A cell has shown one: views of the cell before it was run again are closed, and old ones."""
        with self._lock:
            place = notebook.get_current_cell_id()
            self._close_views_of_rerun_cell(place, shown)
            self._views.append((ref(shown), place))
            self._close_old_views()
            self.close_if_memory_exceeded()

    def _close_views_of_rerun_cell(self, place: str | None, shown: ClosableView) -> None:
        before, self._views = self._views, []
        for each, its_place in before:
            view = each()
            if view is None:
                continue
            again = place is not None and its_place == place and view.cell != shown.cell
            if again and view.widget is shown.widget:
                view.stop_updates()
                continue
            if again and view.is_unused:
                view.close_view(None)
            else:
                self._views.append((each, its_place))

    def _close_old_views(self) -> None:
        ageing = [entry for entry in self._views if (view := entry[0]()) is None or view.closes_when_old]
        for entry in ageing[: max(0, len(ageing) - self._max_views())]:
            view = entry[0]()
            if view is None or view.is_unused:
                self._views.remove(entry)
                if view is not None:
                    view.close_view(NEWER_VIEWS_CLOSE_REASON)

    def close_if_memory_exceeded(self) -> None:
        """Where runs that views alone hold take too much memory, close views, the oldest first.

        The newest of them stays. A run that goes on, or that a user holds, is none of those.
        """
        if not (limit := self._max_bytes()):
            return
        with self._lock:
            views = [(entry, view) for entry in self._views if (view := entry[0]()) is not None]
            closable = [(entry, view) for entry, view in views if view.closes_when_old and view.is_unused]
            pinned = {
                run for entry, view in views if (entry, view) not in closable for run in view.retained_runs
            }
            large = [
                (each, runs)
                for each in closable
                if (runs := set(_iter_unreferenced_runs(each[1].retained_runs)) - pinned)
            ]
            while len(large) > 1 and _sum_held_bytes(set().union(*(runs for _, runs in large))) > limit:
                (entry, view), _ = large.pop(0)
                self._views.remove(entry)
                view.close_view(f"runs that views alone held took more than {format_bytes(limit)}")


def _iter_unreferenced_runs(runs: Iterable[RunState]) -> Iterator[RunState]:
    """Those of them that nobody holds who would want them."""
    return (run for run in runs if not RUNS.is_run_referenced(run))


def _sum_held_bytes(runs: Iterable[RunState]) -> int:
    return sum(run.intake.size_limiter.held_bytes for run in runs)


class WidgetInCell:
    """A widget that stands in the cell at hand; it holds this, as long as it lives.

    Parameters
    ----------
    widget
        The widget.
    close
        Takes it away, and what is drawn inside it.
    is_over
        Whether nothing of it goes on.
    runs
        Gives the runs that it holds.
    show_notice
        Has what stands beside it say that it was closed; without it, it stays until its cell is run again.
    """

    def __init__(
        self,
        widget: LiveWidget,
        close: Callable[[], None],
        *,
        is_over: Callable[[], bool] = lambda: True,
        runs: Callable[[], Iterable[RunState]] = tuple,
        show_notice: Callable[[str], None] | None = None,
    ) -> None:
        self.cell, self.closes_when_old = notebook.get_current_cell_execution(), show_notice is not None
        self.widget: LiveWidget | None = widget
        self._close, self._is_over, self._runs, self._show_notice = close, is_over, runs, show_notice
        widget.view_in_cell = self
        LIVE_VIEWS.add_and_close_old(self)

    @property
    def is_unused(self) -> bool:
        """Whether nothing of it goes on, and no variable holds it."""
        return self._is_over() and notebook.find_variable_name(self.widget) is None

    @property
    def retained_runs(self) -> Iterable[RunState]:
        """The runs that it holds."""
        return self._runs()

    def stop_updates(self) -> None:
        """Nothing: no record is kept up."""

    def close_view(self, reason: str | None) -> None:
        """Take it away. One that fails is a warning."""
        self.widget, self._runs = None, tuple
        try:
            self._close()
            if reason and self._show_notice is not None:
                sentence = format_closed_notice(reason)
                # What an old cell shows is no later cell's.
                contextvars.Context().run(self._show_notice, sentence)
        except Exception as error:
            message = f"an old view is kept: {type(error).__name__}: {error}"
            warnings.warn(message, RuntimeWarning, stacklevel=3)


def format_closed_notice(reason: str, how: str = ". The cell, run again, brings it back.") -> str:
    """What stands in place of a live view that was closed."""
    return f"This view was closed, for {reason}{how}"


LIVE_VIEWS = keep_across_reloads(
    "live views", LiveViews(lambda: options().live_views, lambda: options().max_bytes_of_views)
)
