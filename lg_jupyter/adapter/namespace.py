"""Namespaces: how LangGraph writes them, and which (sub)graph executions have been seen."""

from __future__ import annotations

from collections.abc import Sequence

from lg_jupyter.events.events import JSON, NAMESPACE_SEPARATOR, Event, Fact, SubgraphSeen, namespace_parent

UNFORMATTED = "{'|'.join(ns)}"
"""What servers up to langgraph-api 0.8.7 send in place of a namespace, by a bug of theirs."""


def join(segments: JSON) -> str:
    """A namespace from its segments."""
    return NAMESPACE_SEPARATOR.join(segments)


def child(namespace: str, node: str, task_id: str | None = None) -> str:
    """The namespace of the graph that a task runs.

    One that was compiled with ``checkpointer=True`` has no task id in it.
    """
    segment = node if task_id is None else f"{node}:{task_id}"
    return f"{namespace}{NAMESPACE_SEPARATOR}{segment}" if namespace else segment


def is_within(namespace: str, outer: str) -> bool:
    """Whether a namespace is another one or lies below it."""
    return namespace == outer or not outer or namespace.startswith(outer + NAMESPACE_SEPARATOR)


def task_of(namespace: str) -> str | None:
    """The id of the task that runs this graph (``None`` of the root's).

    The second, third, … graph that one task runs has an ordinal after the task's segment.
    """
    for segment in reversed(namespace.split(NAMESPACE_SEPARATOR)):
        _, colon, task_id = segment.rpartition(":")
        if colon:
            return task_id
    return None


def root_task(namespace: str) -> tuple[str, str | None]:
    """The node of the root graph in which a subgraph runs, and the id of its task if that is known."""
    segment, _, _ = namespace.partition(NAMESPACE_SEPARATOR)
    node, _, task_id = segment.partition(":")
    return node, task_id or None


def calling_task(metadata: JSON) -> tuple[str, str | None]:
    """The namespace of the graph that a task belongs to and the task's id, from its run metadata.

    A ``@task`` runs in its caller's graph but nests its segment under the caller's; its path is
    ``("__pregel_push", <the caller's path>, <index>, True)`` (that of a ``Send`` ends in ``False``).
    """
    segments = (metadata.get("langgraph_checkpoint_ns") or "").split(NAMESPACE_SEPARATOR)
    return join(segments[: -1 - _calls(metadata)]), task_of(segments[-1])


def home(namespace: str, metadata: JSON) -> str:
    """The graph in which a message was made, which came under ``namespace``.

    langgraph before 1.2.19 gives the messages of a ``@task`` a namespace in which no graph runs.
    """
    around, _, _ = (metadata.get("langgraph_checkpoint_ns") or "").rpartition(NAMESPACE_SEPARATOR)
    return calling_task(metadata)[0] if namespace == around else namespace


def is_task_call(metadata: JSON) -> bool:
    """Whether a task is a call of a ``@task``."""
    return _calls(metadata) > 0


def _calls(metadata: JSON) -> int:
    """How many ``@task`` calls lie between a task and its graph."""
    path: Sequence[JSON] = metadata.get("langgraph_path") or ()
    calls = 0
    while len(path) == 4 and path[0] == "__pregel_push" and path[3] is True:
        calls += 1
        path = path[1]
    return calls


class Namespaces:
    """Which (sub)graph executions the stream has shown, and which tool call caused one."""

    def __init__(self) -> None:
        self._entered: set[str] = set()
        self._named: set[str] = set()
        self._agents: set[tuple[str, str]] = set()
        self._tool_calls: dict[str, JSON] = {}  # task id → the one tool call that it runs

    def remember_tool_call(self, task_id: str, task_input: JSON) -> None:
        """Note the tool call that a task got as its input (a ``Send`` to a tool node)."""
        call = task_input
        if isinstance(call, list) and len(call) == 1:
            call = call[0]
        if isinstance(call, dict) and isinstance(call.get("tool_call"), dict):
            call = call["tool_call"]
        if isinstance(call, dict) and call.get("type") == "tool_call" and call.get("id"):
            self._tool_calls[task_id] = {name: call.get(name) for name in ("id", "name", "args")}

    def enter(self, event: Event) -> list[Fact]:
        """Note that a graph runs in the event's namespace; what is known of it, the first time."""
        if event.namespace in self._entered:
            return []
        self._entered.add(event.namespace)
        tool_call = self._tool_calls.get(task_of(event.namespace) or "")
        return [SubgraphSeen(tool_call=tool_call)] if tool_call else []

    def agent(self, namespace: str, metadata: JSON) -> list[Fact]:
        """The agent that a task says it is of, once for each namespace."""
        name = metadata.get("lc_agent_name") if isinstance(metadata, dict) else None
        if not isinstance(name, str) or not name or (namespace, name) in self._agents:
            return []
        self._agents.add((namespace, name))
        return [SubgraphSeen(agent_name=name)]

    def name(self, namespace: str) -> bool:
        """Whether the name of the graph in a namespace is still to be told (it is, once)."""
        told = namespace in self._named
        self._named.add(namespace)
        return not told

    def of_writer(self, namespace: str) -> str:
        """The graph in which a custom datum was written.

        What a ``@task`` writes comes under its caller's segment, where no graph runs.
        """
        parent = namespace_parent(namespace)
        if parent is not None and parent in self._entered and namespace not in self._entered:
            return parent
        return namespace
