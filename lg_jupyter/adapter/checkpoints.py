"""Mode ``checkpoints``: what a checkpointer saved after a step."""

from __future__ import annotations

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.fields import (
    int_or_none,
    nonempty_text_or_none,
    parse_optional_dict_list,
    parse_optional_text_list,
    require_dict,
)
from lg_jupyter.events.events import CheckpointSaved, Event, Fact, JSONObject


class CheckpointsHandler:
    """Reads checkpoint payloads; ``debug`` hands them over with a time."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state
        self._last_checkpoint_ids: dict[str, str] = {}
        self._namespaces_after_input: set[str] = set()

    def __call__(self, event: Event) -> list[Fact]:
        if "debug" in self._adapter_state.streamed_modes:  # its twin follows, and knows the time
            self._set_event_checkpoint(event, require_dict(event.data))
            return []
        return self.handle_checkpoint(event, require_dict(event.data), event.timestamp)

    def handle_checkpoint(self, event: Event, payload: JSONObject, time: float) -> list[Fact]:
        """The facts of a checkpoint that was saved at ``time``."""
        self._set_event_checkpoint(event, payload)
        if (
            event.checkpoint_id is None
            or self._last_checkpoint_ids.get(event.namespace) == event.checkpoint_id
        ):
            return []
        metadata = require_dict(payload.get("metadata") or {})
        saved = CheckpointSaved(
            event.checkpoint_id,
            nonempty_text_or_none(_read_configurable(payload.get("parent_config")).get("checkpoint_id")),
            nonempty_text_or_none(_read_configurable(payload.get("config")).get("thread_id")),
            event.step,
            nonempty_text_or_none(metadata.get("source")),
            time,
            parse_optional_text_list(payload.get("next")),
            payload.get("values"),
            metadata,
        )
        tasks = parse_optional_dict_list(payload.get("tasks"))
        self._last_checkpoint_ids[event.namespace] = event.checkpoint_id
        messages = self._track_saved_messages(event, saved)
        self._adapter_state.next_tasks_by_namespace[event.namespace] = tasks
        return [
            *self._adapter_state.namespace_tracker.enter_namespace(event),
            *self._close_step_tasks(event, time),
            saved,
            *messages,
        ]

    def _set_event_checkpoint(self, event: Event, payload: JSONObject) -> None:
        config = _read_configurable(payload.get("config"))
        event.checkpoint_id = nonempty_text_or_none(config.get("checkpoint_id"))
        event.step = int_or_none((payload.get("metadata") or {}).get("step"))

    def _close_step_tasks(self, event: Event, time: float) -> list[Fact]:
        """A checkpoint ends its step: what still runs in it will not report."""
        if event.step is None:
            return []
        self._adapter_state.step_tracker.on_checkpoint_saved(event.namespace, event.step)
        return self._adapter_state.task_tracker.close_tasks_of_earlier_steps(
            event.namespace, event.step + 1, time
        )

    def _track_saved_messages(self, event: Event, saved: CheckpointSaved) -> list[Fact]:
        """Where ``values`` is not streamed, checkpoints tell what the message lists are."""
        messages = self._adapter_state.message_tracker
        if saved.source == "input":
            self._namespaces_after_input.add(event.namespace)
            messages.note_state_before_input(event.namespace, saved.values)
            return []
        initial = event.namespace in self._namespaces_after_input
        self._namespaces_after_input.discard(event.namespace)
        if "values" in self._adapter_state.streamed_modes:
            return []
        writer = self._adapter_state.find_sole_writer(event)
        return messages.track_state_messages(event.namespace, saved.values, initial=initial, writer=writer)


def _read_configurable(config: JSONObject | None) -> JSONObject:
    return (config or {}).get("configurable") or {}
