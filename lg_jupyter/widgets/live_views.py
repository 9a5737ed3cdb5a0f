"""Which views stay live: those of runs that go on, and the newest of the others, by number and by bytes.

ipywidgets holds every widget that was displayed until the kernel ends, and each widget its run.
"""

from __future__ import annotations

import contextvars
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ReferenceType, ref

from lg_jupyter.config import options
from lg_jupyter.kernel import notebook

if TYPE_CHECKING:
    from lg_jupyter.runtime.state import RunState
    from lg_jupyter.widgets.live import LiveWidget

MOST_BYTES = 2_000_000_000
"""About what the runs of views take that stay live, beside those that a variable holds."""


class Closable(Protocol):
    """What a cell shows of runs, as far as it matters here.

    Attributes
    ----------
    cell
        The execution that showed it.
    ages
        Whether newer ones take its place; else it stays until its cell is run again.
    """

    cell: notebook.Cell | None
    ages: bool

    @property
    def widget(self) -> Any:
        """The live view; ``None`` if there is none any more."""

    @property
    def is_over(self) -> bool:
        """Whether nothing of it goes on, and no variable holds the view."""

    @property
    def runs(self) -> Iterable[RunState]:
        """The runs that it holds."""

    def detach(self) -> None:
        """Keep nothing up any more: its cell was run again, which has the same widget anew."""

    def close_view(self, tell: bool) -> None:
        """Take the live view away, and say so in the record; or nothing, for its cell was run again."""


class LiveViews:
    """The views in cells, in the order in which they were shown; who else lets go of one has it gone."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._views: list[tuple[ReferenceType[Any], str | None]] = []

    def add(self, shown: Closable) -> None:
        """A cell has shown one: views of the cell before it was run again are closed, and old ones."""
        place = notebook.place()
        before, self._views = self._views, []
        for each, its_place in before:
            view = each()
            if view is None:
                continue
            again = place is not None and its_place == place and view.cell != shown.cell
            if again and view.widget is shown.widget:
                view.detach()
                continue
            if again and view.is_over:
                view.close_view(tell=False)
            else:
                self._views.append((each, its_place))
        self._views.append((ref(shown), place))
        self._close_old()

    def _close_old(self) -> None:
        ageing = [entry for entry in self._views if (view := entry[0]()) is None or view.ages]
        fit = _count_within([entry[0]() for entry in ageing], MOST_BYTES)
        for entry in ageing[: max(0, len(ageing) - min(fit, self._most()))]:
            view = entry[0]()
            if view is None or view.is_over:
                self._views.remove(entry)
                if view is not None:
                    view.close_view(tell=True)


def _count_within(views: list[Any], most_bytes: int) -> int:
    """How many of the newest views have runs that take no more, without those that a variable holds."""
    held = {id(value) for name, value in list(notebook.variables().items()) if not name.startswith("_")}
    counted: dict[RunState, int] = {}
    for count, view in enumerate(reversed(views)):
        runs = () if view is None else view.runs
        counted |= {run: run.intake.retention.bytes for run in runs if id(run.facade) not in held}
        if sum(counted.values()) > most_bytes and count > 0:
            return count
    return len(views)


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
        The runs that it holds.
    tell
        Has what stands beside it say that it was closed; without it, it stays until its cell is run again.
    """

    def __init__(
        self,
        widget: LiveWidget,
        close: Callable[[], None],
        *,
        is_over: Callable[[], bool] = lambda: True,
        runs: Iterable[RunState] = (),
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self.cell, self.ages = notebook.cell(), tell is not None
        self.widget: LiveWidget | None = widget
        self.runs = tuple(runs)
        self._close, self._is_over, self._tell = close, is_over, tell
        widget.in_cell = self
        LIVE_VIEWS.add(self)

    @property
    def is_over(self) -> bool:
        """Whether nothing of it goes on, and no variable holds it."""
        return self._is_over() and notebook.name_of(self.widget) is None

    def detach(self) -> None:
        """Nothing: no record is kept up."""

    def close_view(self, tell: bool) -> None:
        """Take it away. One that fails is a warning."""
        self.widget, self.runs = None, ()
        try:
            self._close()
            if tell and self._tell is not None:
                contextvars.Context().run(self._tell, CLOSED)  # what an old cell shows is no later cell's
        except Exception as error:
            message = f"an old view is kept: {type(error).__name__}: {error}"
            warnings.warn(message, RuntimeWarning, stacklevel=3)


CLOSED = "This view was closed, for newer ones are open. The cell, run again, brings it back."

LIVE_VIEWS = LiveViews(lambda: options().live_views)
