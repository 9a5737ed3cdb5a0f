"""Modes ``values`` and ``updates``: the state of a graph, and what its tasks write to it."""

from __future__ import annotations

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.fields import parse_optional_dict_list, require_dict
from lg_jupyter.adapter.namespace import UNFORMATTED_NAMESPACE
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, StateUpdate, StateValues

INTERRUPT, METADATA = "__interrupt__", "__metadata__"


class ValuesHandler:
    """Reads states. Interrupts come inside them, one state for each task that interrupts."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state

    def __call__(self, event: Event) -> list[Fact]:
        state, values = self._adapter_state, event.data
        if event.namespace == UNFORMATTED_NAMESPACE:
            event.namespace = ""
        interrupts, values = _split_interrupts(values)
        state.step_tracker.set_event_step(event)
        raised = state.emit_interrupts_of_event(event, interrupts)
        if not values and (interrupts or values is None):  # old servers send interrupts with no state
            return raised
        facts = state.namespace_tracker.enter_namespace(event)
        if not interrupts and state.streams_tasks:
            facts += state.task_tracker.close_tasks_of_earlier_steps(event.namespace, None, event.timestamp)
        facts.append(StateValues(values, bool(interrupts)))
        writer = state.find_sole_writer(event)
        return (
            facts
            + state.message_tracker.track_state_messages(event.namespace, values, writer=writer)
            + raised
        )


class UpdatesHandler:
    """Reads updates: one for each task, under its node's name."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state

    def __call__(self, event: Event) -> list[Fact]:
        return self.handle_updates(event, require_dict(event.data))

    def handle_updates(self, event: Event, updates: JSONObject) -> list[Fact]:
        """The facts of ``{node: writes}``."""
        state = self._adapter_state
        event.step = state.step_tracker.get_current_step(event.namespace)
        interrupts = parse_optional_dict_list(updates.get(INTERRUPT))
        cached = bool((updates.get(METADATA) or {}).get("cached"))
        facts: list[Fact] = []
        for node, writes in updates.items():
            if node in (INTERRUPT, METADATA):
                continue
            event.node = node
            facts += state.task_tracker.assign_update(event, StateUpdate(node, None, writes, cached))
            facts += state.message_tracker.track_written_messages(
                event, writes, state.streamed_modes, "updates", cached=cached
            )
        return facts + state.emit_interrupts_of_event(event, interrupts)


def _split_interrupts(values: JSON) -> tuple[list[JSONObject], JSON]:
    if not isinstance(values, dict) or INTERRUPT not in values:
        return [], values
    state = {channel: value for channel, value in values.items() if channel != INTERRUPT}
    return parse_optional_dict_list(values[INTERRUPT]), state
