"""The messages of a run, as mode ``messages`` would stream them, without making models stream for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any
from uuid import UUID

from langchain_core.messages import BaseMessage
from langgraph.constants import TAG_HIDDEN, TAG_NOSTREAM
from langgraph.types import Command

from lg_jupyter.events.namespace import split_namespace

EmitMessage = Callable[[tuple[str, ...], Any, Mapping[str, Any]], None]
"""Takes the namespace of a message, the message, and the metadata of who made it."""

_NamespaceAndMetadata = tuple[tuple[str, ...], dict[str, Any]]


class CallbackMessageReader:
    """Finds the messages in what callbacks report.

    They are those of chat models, whole or token by token where somebody streams them, and those that nodes
    return. Nothing that is found is changed: a message without an id stays without one.
    """

    def __init__(self, emit: EmitMessage) -> None:
        self._emit = emit
        self._origins: dict[UUID, _NamespaceAndMetadata] = {}  # of the models and nodes that run
        self._seen: set[object] = set()

    def on_model_start(
        self, run_id: UUID, tags: Sequence[str] | None, metadata: dict[str, Any] | None
    ) -> None:
        """A chat model is called."""
        if not metadata or TAG_NOSTREAM in (tags or ()):
            return
        shown = [tag for tag in tags or () if not tag.startswith("seq:step")]
        self._origins[run_id] = (
            _get_graph_namespace(metadata),
            {**metadata, "tags": shown} if shown else metadata,
        )

    def on_token(self, run_id: UUID, chunk: Any) -> None:
        """A model gave a piece of its message."""
        origin, message = self._origins.get(run_id), getattr(chunk, "message", None)
        if origin is not None and message is not None:
            self._seen.add(_make_message_key(message))
            self._emit(origin[0], message, origin[1])

    def on_model_end(self, run_id: UUID, response: Any = None) -> None:
        """A model has given its message, or none."""
        origin = self._origins.pop(run_id, None)
        generations = getattr(response, "generations", None)
        if origin is not None and generations and generations[0]:
            self._emit_if_unseen(origin, getattr(generations[0][0], "message", None))

    def on_node_start(
        self,
        run_id: UUID,
        inputs: Any,
        tags: Sequence[str] | None,
        metadata: dict[str, Any] | None,
        name: str | None,
    ) -> None:
        """A chain begins, which may be a node: what it is given is not its own."""
        if metadata and name == metadata.get("langgraph_node") and TAG_HIDDEN not in (tags or ()):
            self._origins[run_id] = _get_graph_namespace(metadata), metadata
            self._seen.update(map(_make_message_key, _find_messages_in_state(inputs)))

    def on_node_end(self, run_id: UUID, output: Any = None) -> tuple[tuple[str, ...], str] | None:
        """A chain is over: the namespace and the name of the node that it was, if it was one."""
        if (origin := self._origins.pop(run_id, None)) is None:
            return None
        for message in _find_messages_in_output(output):
            self._emit_if_unseen(origin, message)
        return origin[0], str(origin[1]["langgraph_node"])

    def _emit_if_unseen(self, origin: _NamespaceAndMetadata, message: Any) -> None:
        if isinstance(message, BaseMessage) and (key := _make_message_key(message)) not in self._seen:
            self._seen.add(key)
            self._emit(origin[0], message, origin[1])


def _make_message_key(message: BaseMessage) -> object:
    return ("object", id(message)) if message.id is None else message.id


def _find_messages_in_output(output: Any) -> Iterator[BaseMessage]:
    """The messages in what a node returned: an update, a command with one, a list of these."""
    if isinstance(output, Command):
        yield from _find_messages_in_output(output.update)
    elif isinstance(output, BaseMessage):
        yield output
    elif isinstance(output, Sequence) and not isinstance(output, str):
        for each in output:
            yield from _find_messages_in_output(each) if isinstance(each, BaseMessage | Command) else ()
    else:
        yield from _find_messages_in_state(output)


def _find_messages_in_state(state: Any) -> Iterator[BaseMessage]:
    """The messages in the values of a state: a dict, a dataclass, a model of pydantic's."""
    for value in _list_state_values(state):
        if isinstance(value, BaseMessage):
            yield value
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from (each for each in value if isinstance(each, BaseMessage))


def _list_state_values(state: Any) -> list[Any]:
    if isinstance(state, dict):
        return list(state.values())
    if isinstance(state, type):
        return []
    names = getattr(type(state), "model_fields", None)
    if names is None and is_dataclass(state):
        names = [field.name for field in fields(state)]
    return [getattr(state, name, None) for name in names or ()]


def _get_graph_namespace(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The namespace of the graph that a task is in: the task's own without its last segment."""
    return tuple(map(str, split_namespace(str(metadata["langgraph_checkpoint_ns"]))))[:-1]
