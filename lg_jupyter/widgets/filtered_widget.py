"""What of a run's views people observe and set from Python: selection, filter, step, status.

These traits are the kernel's alone: a page hears of them by the trait ``_narrowing``, and proposes a change
by the call ``narrow`` (:mod:`lg_jupyter.widgets.shared_value`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import traitlets

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.protocol import CallError
from lg_jupyter.widgets.selection import Selection, encode_selection, parse_selection
from lg_jupyter.widgets.shared_value import SharedValue
from lg_jupyter.widgets.view_filter import validate_filter


class SharedSelectionAndFilter(NamedTuple):
    """What narrows views: what is selected, and the filter."""

    selection: SharedValue
    filter: SharedValue


def get_shared_selection_and_filter(run: RunState) -> SharedSelectionAndFilter:
    """What the views of a run share: the same each time."""
    if run.view_narrowing is None:
        run.view_narrowing = SharedSelectionAndFilter(
            SharedValue(), SharedValue(validate_filter(run.request.message_filter.to_json()))
        )
    narrowing: SharedSelectionAndFilter = run.view_narrowing
    return narrowing


class FilteredWidget(LiveWidget):
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

    def _subscribe_to_selection_and_filter(self, run: RunState, own_filter: JSONObject | None) -> None:
        """Take part in what narrows the run's views, with a filter of its own if one is given."""
        shared = get_shared_selection_and_filter(run)
        own = None if own_filter is None else SharedValue({})
        self._narrowed_run = run
        self._shared = SharedSelectionAndFilter(shared.selection, own or shared.filter)
        if own is not None:
            own.set(own_filter)
        self._stops: list[Callable[[], None]] = [
            *(each.subscribe(self._apply_selection_and_filter) for each in self._shared),
            run.subscribe(self._update_status),
        ]
        self._apply_selection_and_filter()
        self._update_status(run)

    def _unsubscribe_from_selection_and_filter(self) -> None:
        """Take part no more."""
        for stop in getattr(self, "_stops", ()):
            stop()

    @traitlets.default("filter")
    def _make_empty_filter(self) -> JSONObject:
        return {}

    @traitlets.validate("selection")
    def _validate_selection(self, proposal: Any) -> Selection | None:
        return parse_selection(proposal["value"], self._narrowed_run.trace)

    @traitlets.validate("filter")
    def _validate_filter(self, proposal: Any) -> JSONObject:
        return validate_filter(proposal["value"])

    @traitlets.observe("selection")
    def _on_selection_change(self, change: Any) -> None:
        self._shared.selection.set(encode_selection(change["new"]))

    @traitlets.observe("filter")
    def _on_filter_change(self, change: Any) -> None:
        self._shared.filter.set(change["new"])

    @traitlets.observe("step")
    def _on_step_change(self, change: Any) -> None:
        step = change["new"]
        if step != _get_selected_step(self.selection):
            self.selection = None if step is None else ("step", step)

    @method("narrow")
    def _set_selection_or_filter_from_page(self, name: str, value: JSON, known: int) -> JSON:
        """Take over what a page selected, or its filter; the answer is what holds now, with its number."""
        try:
            if name == "selection":
                chosen = parse_selection(value, self._narrowed_run.trace)
                self._shared.selection.set_if_latest(encode_selection(chosen), known)
                return self._shared.selection.to_numbered_json()
            self._shared.filter.set_if_latest(validate_filter(value), known)
        except UsageError as error:
            raise CallError(str(error)) from None
        return self._shared.filter.to_numbered_json()

    def _apply_selection_and_filter(self) -> None:
        """Have traits and pages know what holds now."""
        values = self._shared._asdict().items()
        known = {name: value.to_numbered_json() for name, value in values if value.change_number}
        if known != self._narrowing:
            self._narrowing = known
        selection, self.filter = self._shared.selection.value, self._shared.filter.value
        self.selection = selection
        self.step = _get_selected_step(self.selection)

    def _update_status(self, run: RunState) -> None:
        self.set_trait("status", run.status)


def _get_selected_step(selection: Selection | None) -> int | None:
    return None if selection is None else selection.step
