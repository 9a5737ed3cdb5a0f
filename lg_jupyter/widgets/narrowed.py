"""What of a run's views people observe and set from Python: selection, filter, step, status.

These traits are the kernel's alone: a page hears of them by the trait ``_narrowing``, and proposes a change
by the call ``narrow`` (:mod:`lg_jupyter.widgets.shared_value`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import traitlets

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.live import LiveWidget
from lg_jupyter.widgets.protocol import CallError
from lg_jupyter.widgets.selection import Selection, selection_of, to_json
from lg_jupyter.widgets.shared_value import SharedValue
from lg_jupyter.widgets.view_filter import check_filter


class Narrowing(NamedTuple):
    """What narrows views: what is selected, and the filter."""

    selection: SharedValue
    filter: SharedValue


def narrowing_of(run: RunState) -> Narrowing:
    """What the views of a run share: the same each time."""
    if run.narrowing is None:
        run.narrowing = Narrowing(SharedValue(), SharedValue(check_filter(run.request.shown.to_json())))
    narrowing: Narrowing = run.narrowing
    return narrowing


class NarrowedWidget(LiveWidget):
    """A view of a run with what is selected in it, its filter, and how the run goes.

    Attributes
    ----------
    selection
        What is selected, a :class:`Selection` with its ``row``; ``None`` for nothing. A kind and an id set
        it: ``view.selection = ("node", "write")``.
    filter
        What narrows all panels: any of ``nodes``, ``tags``, ``namespaces``, ``steps`` (the first and the
        last) and ``text``.
    step
        The step that what is selected belongs to; set, that step is selected.
    status
        The run's, read-only.
    """

    selection = traitlets.Any(None, allow_none=True)
    filter = traitlets.Any()
    step = traitlets.Int(None, allow_none=True)
    status = traitlets.Unicode(read_only=True)

    _narrowing = traitlets.Dict().tag(sync=True)

    def _begin_narrowing(self, run: RunState, own_filter: dict[str, JSON] | None) -> None:
        """Take part in what narrows the run's views, with a filter of its own if one is given."""
        shared = narrowing_of(run)
        own = None if own_filter is None else SharedValue({})
        self._narrowed_run = run
        self._shared = Narrowing(shared.selection, own or shared.filter)
        if own is not None:
            own.set(own_filter)
        self._stops: list[Callable[[], None]] = [
            *(each.subscribe(self._take_over) for each in self._shared),
            run.subscribe(self._take_status),
        ]
        self._take_over()
        self._take_status(run)

    def _end_narrowing(self) -> None:
        """Take part no more."""
        for stop in getattr(self, "_stops", ()):
            stop()

    @traitlets.default("filter")
    def _no_filter(self) -> dict[str, JSON]:
        return {}

    @traitlets.validate("selection")
    def _check_selection(self, proposal: Any) -> Selection | None:
        return selection_of(proposal["value"], self._narrowed_run.trace)

    @traitlets.validate("filter")
    def _check_filter(self, proposal: Any) -> dict[str, JSON]:
        return check_filter(proposal["value"])

    @traitlets.observe("selection")
    def _selected(self, change: Any) -> None:
        self._shared.selection.set(to_json(change["new"]))

    @traitlets.observe("filter")
    def _filtered(self, change: Any) -> None:
        self._shared.filter.set(change["new"])

    @traitlets.observe("step")
    def _step_chosen(self, change: Any) -> None:
        step = change["new"]
        if step != _step_of(self.selection):
            self.selection = None if step is None else ("step", step)

    @method("narrow")
    def _propose(self, name: str, value: JSON, known: int) -> JSON:
        """Take over what a page selected, or its filter; the answer is what holds now, with its number."""
        try:
            if name == "selection":
                chosen = selection_of(value, self._narrowed_run.trace)
                self._shared.selection.propose(to_json(chosen), known)
                return self._shared.selection.state()
            self._shared.filter.propose(check_filter(value), known)
        except UsageError as error:
            raise CallError(str(error)) from None
        return self._shared.filter.state()

    def _take_over(self) -> None:
        """Have traits and pages know what holds now."""
        known = {name: value.state() for name, value in self._shared._asdict().items() if value.number}
        if known != self._narrowing:
            self._narrowing = known
        selection, self.filter = self._shared.selection.value, self._shared.filter.value
        self.selection = selection
        self.step = _step_of(self.selection)

    def _take_status(self, run: RunState) -> None:
        self.set_trait("status", run.status)


def _step_of(selection: Selection | None) -> int | None:
    return None if selection is None else selection.step
