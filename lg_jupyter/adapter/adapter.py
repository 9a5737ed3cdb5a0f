"""From LangGraph's parts to our events: the only place that knows what the parts look like."""

from __future__ import annotations

import logging

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.calls import CallsHandler
from lg_jupyter.adapter.checkpoints import CheckpointsHandler
from lg_jupyter.adapter.control import ControlHandler
from lg_jupyter.adapter.debug import DebugHandler
from lg_jupyter.adapter.events_mode import EventsHandler, ModeHandler
from lg_jupyter.adapter.faults import ParseFaults
from lg_jupyter.adapter.fields import nonempty_text_or_none, require_dict
from lg_jupyter.adapter.legacy_messages import LegacyMessagesHandler
from lg_jupyter.adapter.messages import MessagesHandler
from lg_jupyter.adapter.state_modes import UpdatesHandler, ValuesHandler
from lg_jupyter.adapter.store import StoreHandler
from lg_jupyter.adapter.tasks import TasksHandler
from lg_jupyter.events.calls import CALLS_MODE
from lg_jupyter.events.events import CompleteMessage, CustomDataEmitted, Event, Fact, MessageChunk, Part
from lg_jupyter.events.store import STORE_MODE

_log = logging.getLogger(__name__)


class Adapter:
    """Turns each part of one run into one :class:`Event`, in the order of arrival.

    Parts of a local graph, of a server and of a saved run are read by the same code. A part that is not
    understood is kept as an event of its own mode, without facts, and noted in ``faults``.
    """

    def __init__(self) -> None:
        self.faults = ParseFaults()
        self._adapter_state = AdapterState()
        self._seq = 0
        self._handlers = self._make_handlers()

    def adapt(self, part: Part) -> Event:
        """The event of a part. Never raises, never drops."""
        seq = self._seq
        self._seq += 1
        event = self._make_event_without_facts(seq, part)
        try:
            handler = self._handlers.get(part.mode)
            if handler is not None:
                event.facts = tuple(handler(event))
                if self._adapter_state.message_tracker.input_messages.is_pending:
                    self._prepend_input_messages(event)
        except Exception as error:
            _log.debug("a part of mode %r is kept, but was not understood", part.mode, exc_info=True)
            self.faults.add(part.mode, error)
            return self._make_event_without_facts(seq, part)  # whatever the handler has made of it
        return event

    def _prepend_input_messages(self, event: Event) -> None:
        """Let the input come before the first message that somebody makes of it."""
        if any(isinstance(fact, MessageChunk | CompleteMessage) for fact in event.facts):
            event.facts = (*self._adapter_state.message_tracker.emit_unshown_input(), *event.facts)

    def advance_seq(self, count: int) -> None:
        """Note that as many events followed which are like the last one, and need not be adapted."""
        self._seq += count

    def _make_event_without_facts(self, seq: int, part: Part) -> Event:
        state = self._adapter_state
        return Event(
            seq,
            part.timestamp,
            part.mode,
            part.namespace,
            None,
            None,
            None,
            None,
            state.run_id,
            state.thread_id,
            None,
            part.data,
            (),
            part.source_id,
        )

    def _make_handlers(self) -> dict[str, ModeHandler]:
        state = self._adapter_state
        legacy = LegacyMessagesHandler(state)
        control = ControlHandler(state, legacy.flush_partial_messages)
        tasks, checkpoints = TasksHandler(state), CheckpointsHandler(state)
        messages = MessagesHandler(state)
        modes: dict[str, ModeHandler] = {
            "values": ValuesHandler(state),
            "updates": UpdatesHandler(state),
            "messages": messages,
            "messages-tuple": messages,
            "custom": self._handle_custom_data,
            "tasks": tasks,
            "checkpoints": checkpoints,
            "debug": DebugHandler(state, tasks, checkpoints),
            "tools": self._infer_tool_event_place,
        }
        return {
            **modes,
            CALLS_MODE: CallsHandler(state),
            STORE_MODE: StoreHandler(state),
            "events": EventsHandler(state, messages, modes),
            "messages/metadata": legacy.on_metadata,
            "messages/partial": legacy.on_partial,
            "messages/complete": legacy.on_complete,
            "control": control,
            "metadata": control.handle_server_metadata,
            "error": control.handle_server_error,
        }

    def _handle_custom_data(self, event: Event) -> list[Fact]:
        event.namespace = self._adapter_state.namespace_tracker.find_writer_namespace(event.namespace)
        self._adapter_state.infer_event_place(event)
        return [CustomDataEmitted(event.data)]

    def _infer_tool_event_place(self, event: Event) -> list[Fact]:
        self._adapter_state.infer_event_place(event)
        event.node = nonempty_text_or_none(require_dict(event.data).get("tool_name")) or event.node
        return []
