"""Namespaces: where LangGraph's metadata says something is, and which graphs have been seen to run."""

from __future__ import annotations

from typing import NamedTuple

from lg_jupyter.adapter.fields import int_or_none, is_list_like, nonempty_text_or_none
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, SubgraphInfo
from lg_jupyter.events.namespace import (
    get_innermost_task_id,
    get_parent_namespace,
    iter_namespace_and_ancestors,
    split_namespace,
)

UNFORMATTED_NAMESPACE = "{'|'.join(ns)}"
"""What servers up to langgraph-api 0.8.7 send in place of a namespace, by a bug of theirs."""


class EventPlace(NamedTuple):
    """Where something happened: the graph, and the node, step and task that the metadata name."""

    namespace: str
    node: str | None
    step: int | None
    task_id: str | None

    def set_on_event(self, event: Event) -> None:
        """Set it as that of an event."""
        event.namespace, event.node, event.step, event.task_id = self


def read_event_place(metadata: JSONObject) -> EventPlace:
    """The place that a task's run metadata name."""
    namespace, task_id = read_namespace_and_task_id(metadata)
    node, step = metadata.get("langgraph_node"), metadata.get("langgraph_step")
    return EventPlace(namespace, nonempty_text_or_none(node), int_or_none(step), task_id)


def read_namespace_and_task_id(metadata: JSONObject) -> tuple[str, str | None]:
    """The namespace of the graph that a task belongs to and the task's id, from its run metadata.

    A ``@task`` runs in its caller's graph but nests its segment under the caller's; its path is
    ``("__pregel_push", <the caller's path>, <index>, True)`` (that of a ``Send`` ends in ``False``).
    """
    own = _read_checkpoint_namespace(metadata)
    graph = own
    for _ in range(1 + _count_enclosing_task_calls(metadata)):
        graph = get_parent_namespace(graph) or ""
    return graph, split_namespace(own)[-1].task_id if own else None


def find_message_namespace(namespace: str, metadata: JSONObject) -> str:
    """The graph in which a message was made, which came under ``namespace``.

    langgraph before 1.2.19 gives the messages of a ``@task`` a namespace in which no graph runs.
    """
    around = get_parent_namespace(_read_checkpoint_namespace(metadata)) or ""
    return read_namespace_and_task_id(metadata)[0] if namespace == around else namespace


def is_functional_task(metadata: JSONObject) -> bool:
    """Whether a task is a call of a ``@task``."""
    return _count_enclosing_task_calls(metadata) > 0


def _read_checkpoint_namespace(metadata: JSONObject) -> str:
    """A task's own namespace, as its run metadata has it."""
    return nonempty_text_or_none(metadata.get("langgraph_checkpoint_ns")) or ""


def _count_enclosing_task_calls(metadata: JSONObject) -> int:
    """How many ``@task`` calls lie between a task and its graph."""
    path = metadata.get("langgraph_path")
    calls = 0
    while is_list_like(path) and len(path) == 4 and path[0] == "__pregel_push" and path[3] is True:
        calls += 1
        path = path[1]
    return calls


def read_sent_tool_call(task_input: JSON) -> JSONObject | None:
    """The tool call that a task got as its input (a ``Send`` to a tool node): ``id``, ``name``, ``args``."""
    call = task_input
    if isinstance(call, list) and len(call) == 1:
        call = call[0]
    if isinstance(call, dict) and isinstance(call.get("tool_call"), dict):
        call = call["tool_call"]
    if isinstance(call, dict) and call.get("type") == "tool_call" and call.get("id"):
        return {name: call.get(name) for name in ("id", "name", "args")}
    return None


class DetachedGraphs:
    """Graphs that nodes called with a config of their own: of these, only what models say is streamed.

    What the metadata name is no task of the run then. It happened in the task that called the graph.
    """

    def __init__(self) -> None:
        self._callers: dict[str, EventPlace] = {}  # by the namespace of what a task of theirs runs

    def add_caller(self, namespace: str, caller: EventPlace) -> None:
        """Note the task that called the graph whose task has this namespace."""
        self._callers[namespace] = caller

    def find_caller(self, metadata: JSONObject) -> EventPlace | None:
        """The task that called the graph that the metadata are of, if it is such a one."""
        if not self._callers:
            return None
        return next(
            filter(
                None,
                map(self._callers.get, iter_namespace_and_ancestors(_read_checkpoint_namespace(metadata))),
            ),
            None,
        )


class NamespaceTracker:
    """Which (sub)graph executions the stream has shown, and which tool call caused one."""

    def __init__(self) -> None:
        self._entered_namespaces: set[str] = set()
        self._namespaces_with_graph_name: set[str] = set()
        self._reported_agent_names: set[tuple[str, str]] = set()
        self._tool_calls_by_task: dict[str, JSONObject] = {}  # task id → the one tool call that it runs

    def remember_tool_call(self, task_id: str, tool_call: JSONObject | None) -> None:
        """Note the tool call that a task runs, if it runs one."""
        if tool_call is not None:
            self._tool_calls_by_task[task_id] = tool_call

    def find_tool_call_id(self, task_id: str) -> str | None:
        """The id of the one tool call that a task runs; ``None`` of one that runs several, or none."""
        call = self._tool_calls_by_task.get(task_id)
        return None if call is None else str(call["id"])

    def enter_namespace(self, event: Event) -> list[Fact]:
        """Note that a graph runs in the event's namespace; what is known of it, the first time."""
        if event.namespace in self._entered_namespaces:
            return []
        self._entered_namespaces.add(event.namespace)
        tool_call = self._tool_calls_by_task.get(get_innermost_task_id(event.namespace) or "")
        return [SubgraphInfo(tool_call=tool_call)] if tool_call else []

    def track_agent_name(self, namespace: str, metadata: JSON) -> list[Fact]:
        """The agent that a task says it is of, once for each namespace."""
        name = metadata.get("lc_agent_name") if isinstance(metadata, dict) else None
        if not isinstance(name, str) or not name or (namespace, name) in self._reported_agent_names:
            return []
        self._reported_agent_names.add((namespace, name))
        return [SubgraphInfo(agent_name=name)]

    def track_graph_name(self, namespace: str, name: str | None) -> list[Fact]:
        """The name of the graph in a namespace: the first that is given counts, though it be none."""
        if namespace in self._namespaces_with_graph_name:
            return []
        self._namespaces_with_graph_name.add(namespace)
        return [SubgraphInfo(graph_name=name)] if name else []

    def find_writer_namespace(self, namespace: str) -> str:
        """The graph in which a custom datum was written.

        What a ``@task`` writes comes under its caller's segment, where no graph runs.
        """
        outer = get_parent_namespace(namespace)
        if (
            outer is not None
            and outer in self._entered_namespaces
            and namespace not in self._entered_namespaces
        ):
            return outer
        return namespace
