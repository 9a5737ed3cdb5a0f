"""Mode ``events``: LangChain's own events of everything that runs.

Beside other modes they add little (graph names): what those modes hold is read from them. Alone they tell
of tasks, messages and namespaces. A node that fails or interrupts has a start here and no end.

Locally the other modes come inside them, in the root graph's ``on_chain_stream``: such an item becomes an
event of the inner mode, with the inner namespace and payload.

These events come from subgraphs too, whether those are followed or not. Where they are not, such an event is
kept as one of the root's task, and tells nothing: as in the other modes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.call_events import CallEventHandler
from lg_jupyter.adapter.inner_part import parse_inner_part
from lg_jupyter.adapter.messages import MessagesHandler
from lg_jupyter.adapter.namespace import is_functional_task, read_event_place, read_sent_tool_call
from lg_jupyter.adapter.state_modes import INTERRUPT, METADATA, UpdatesHandler
from lg_jupyter.adapter.task_tracker import OpenTask
from lg_jupyter.adapter.tasks import PUSH
from lg_jupyter.events.events import (
    CustomDataEmitted,
    Event,
    Fact,
    JSONObject,
    StateValues,
    TaskEnded,
    TaskRetried,
    TaskStarted,
)
from lg_jupyter.events.namespace import get_root_node_and_task_id, join_namespace_segments

ModeHandler = Callable[[Event], Iterable[Fact]]
"""Gives the facts of an event of one mode, and may set on it where it happened."""


class EventsHandler:
    """Reads ``{"event", "name", "run_id", "parent_ids", "metadata", "tags", "data"}``."""

    def __init__(
        self, state: AdapterState, messages: MessagesHandler, inner: Mapping[str, ModeHandler]
    ) -> None:
        self._adapter_state = state
        self._messages_handler = messages
        self._inner_mode_handlers = inner
        self._updates_handler = UpdatesHandler(state)
        self._call_event_handler = CallEventHandler(state)
        self._chain_names_by_run_id: dict[str, str] = {}  # run id of a chain → its name
        self._open_tasks_by_run_id: dict[str, OpenTask] = {}  # run id of a node → its task
        # task → run id of the root graph when its node began
        self._root_run_ids_by_task: dict[str, str | None] = {}
        self._node_names: set[str] = set()
        self._model_call_metadata: dict[str, JSONObject] = {}  # the metadata of each, by its run id
        self._handlers_by_event_name: dict[str, ModeHandler] = {
            "on_chain_start": self._handle_chain_start,
            "on_chain_stream": self._handle_chain_stream,
            "on_chain_end": self._handle_chain_end,
            "on_chat_model_stream": self._handle_model_stream,
            "on_chat_model_end": self._handle_model_end,
            "on_custom_event": self._handle_custom_event,
        }

    def __call__(self, event: Event) -> Iterable[Fact]:
        item = fields.require_dict(event.data)
        read_event_place(item.get("metadata") or {}).set_on_event(event)
        if event.namespace and not self._adapter_state.streams_subgraphs:
            self._place_event_in_root(event)
            return ()
        handler = self._handlers_by_event_name.get(item["event"])
        facts = self._call_event_handler.handle_event(event)
        if handler is None:
            return facts
        _validate_langchain_event(item)
        return [*facts, *handler(event)]

    def _place_event_in_root(self, event: Event) -> None:
        event.node, event.task_id = get_root_node_and_task_id(event.namespace)
        event.namespace, event.step = "", self._adapter_state.step_tracker.get_current_step("")

    def _reads_messages(self) -> bool:
        return "messages" not in self._adapter_state.streamed_modes

    # -- graphs and nodes

    def _handle_chain_start(self, event: Event) -> Iterable[Fact]:
        item = fields.require_dict(event.data)
        run_id, name, given = item["run_id"], item["name"], fields.require_dict(item["data"]).get("input")
        self._chain_names_by_run_id[run_id] = name
        if event.task_id is None or name != event.node or self._is_inner_chain(event.task_id, item):
            return []
        self._forget_earlier_runs(event.task_id)
        facts = self._emit_graph_name(event)
        metadata, state = item["metadata"], self._adapter_state
        as_state = (
            "values" not in state.streamed_modes
            and not is_functional_task(metadata)
            and not _is_send_task(metadata)
        )
        facts += state.message_tracker.track_task_input_messages(event.namespace, given, as_state=as_state)
        task = OpenTask(event.task_id, name, event.namespace, event.step, is_functional_task(metadata))
        self._open_tasks_by_run_id[run_id] = task
        self._node_names.add(name)
        root_run_id, *_ = item.get("parent_ids") or [None]
        if self._is_task_retry(task.id, root_run_id) and self._adapter_state.call_source != "callback":
            facts.append(TaskRetried(task.id, event.timestamp))
        self._root_run_ids_by_task[task.id] = root_run_id
        if self._adapter_state.streams_tasks:
            return facts
        triggers = fields.filter_texts(metadata.get("langgraph_triggers"))
        started = TaskStarted(task.id, name, given, triggers, event.timestamp, read_sent_tool_call(given))
        return [*facts, *self._adapter_state.task_tracker.on_task_started(event, task, started)]

    def _is_inner_chain(self, task_id: str, item: JSONObject) -> bool:
        """Whether a chain with its node's name runs inside the node, and is not the node itself.

        A node that runs again, tried once more or resumed, is not: its earlier run has no end in the stream.
        """
        parents = item.get("parent_ids")
        earlier = self._find_open_run_ids(task_id)
        return any(run_id in parents for run_id in earlier) if parents else bool(earlier)

    def _forget_earlier_runs(self, task_id: str) -> None:
        for run_id in self._find_open_run_ids(task_id):
            del self._open_tasks_by_run_id[run_id]

    def _find_open_run_ids(self, task_id: str) -> list[str]:
        """The runs of a task that have begun and not ended in the stream."""
        return [run_id for run_id, task in self._open_tasks_by_run_id.items() if task.id == task_id]

    def _is_task_retry(self, task_id: str, root_run_id: str | None) -> bool:
        """Whether a node has begun before in this stream: one that goes on after an answer is in another."""
        return root_run_id is not None and self._root_run_ids_by_task.get(task_id) == root_run_id

    def _emit_graph_name(self, event: Event) -> list[Fact]:
        """The name of the graph that runs in a namespace: the chain around its first node."""
        if not event.namespace:
            return []
        parents = fields.require_dict(event.data).get("parent_ids") or ()
        name = self._chain_names_by_run_id.get(parents[-1]) if parents else None
        return self._adapter_state.namespace_tracker.track_graph_name(event.namespace, name)

    def _handle_chain_end(self, event: Event) -> Iterable[Fact]:
        item = fields.require_dict(event.data)
        output = fields.require_dict(item["data"]).get("output")
        self._chain_names_by_run_id.pop(item["run_id"], None)
        if not item.get("parent_ids"):
            return (
                [StateValues(output, is_final=True)]
                if self._adapter_state.streamed_modes.isdisjoint(("values", "updates"))
                else []
            )
        task = self._open_tasks_by_run_id.pop(item["run_id"], None)
        if task is None:
            return []
        modes = self._adapter_state.streamed_modes
        repeated = not modes.isdisjoint(("updates", "tasks", "debug"))
        messages = self._adapter_state.message_tracker.track_written_messages(
            event, output, modes, "events", is_functional_task=task.is_functional_task, repeated=repeated
        )
        if self._adapter_state.streams_tasks:
            return messages
        ended = TaskEnded(task.id, task.node, "success", event.timestamp, output)
        facts = self._adapter_state.task_tracker.on_task_ended(event, ended)
        self._adapter_state.task_tracker.expect_update(task)
        return messages + facts

    # -- what the root graph streams

    def _handle_chain_stream(self, event: Event) -> Iterable[Fact]:
        item = fields.require_dict(event.data)
        if item.get("parent_ids"):
            return []
        chunk = item["data"].get("chunk")
        part = parse_inner_part(chunk)
        if part is not None and part.mode in self._inner_mode_handlers:
            event.namespace, event.mode, event.data = (
                join_namespace_segments(part.namespace_path or ()),
                part.mode,
                part.payload,
            )
            self._adapter_state.streamed_modes.add(part.mode)
            return self._inner_mode_handlers[part.mode](event)
        if isinstance(chunk, dict) and self._node_names.issuperset(chunk.keys() - {INTERRUPT, METADATA}):
            return self._updates_handler.handle_updates(event, chunk)
        return []

    # -- models

    def _handle_model_stream(self, event: Event) -> Iterable[Fact]:
        if not self._reads_messages():
            return []
        item = fields.require_dict(event.data)
        return self._messages_handler.handle_message(
            event, *self._fill_in_message_id_and_metadata(item, item["data"]["chunk"])
        )

    def _handle_model_end(self, event: Event) -> Iterable[Fact]:
        if not self._reads_messages():
            return []
        item = fields.require_dict(event.data)
        message, metadata = self._fill_in_message_id_and_metadata(item, item["data"]["output"])
        facts = self._messages_handler.handle_message(event, message, metadata)
        del self._model_call_metadata[item["run_id"]]
        return facts

    def _fill_in_message_id_and_metadata(
        self, item: JSONObject, message: JSONObject
    ) -> tuple[JSONObject, JSONObject]:
        """A model's message, under its call's id if it has none, and the call's metadata with its tags."""
        run_id, message_id = item["run_id"], message.get("id")
        metadata = self._model_call_metadata.get(run_id)
        if metadata is None:
            metadata = self._model_call_metadata[run_id] = {**item["metadata"], "tags": item.get("tags")}
        return (message if message_id else {**message, "id": run_id}), metadata

    def _handle_custom_event(self, event: Event) -> Iterable[Fact]:
        item = fields.require_dict(event.data)
        return [CustomDataEmitted({"name": item["name"], "data": item["data"]})]


def _is_send_task(metadata: JSONObject) -> bool:
    """Whether a task was made by a ``Send``: its input is no state."""
    path = metadata.get("langgraph_path")
    return fields.is_list_like(path) and bool(path) and path[0] == PUSH


def _validate_langchain_event(item: JSONObject) -> None:
    """Raise :class:`TypeError` for what is no event of LangChain's, before anything of it is noted."""
    fields.require_text(item["run_id"])
    fields.require_text(item["name"])
    fields.parse_optional_text_list(item.get("parent_ids"))
