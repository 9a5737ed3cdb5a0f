"""A message that is being streamed."""

from __future__ import annotations

from itertools import count

from lg_jupyter.adapter.complete_message import MessageOrigin
from lg_jupyter.adapter.fields import filter_texts, nonempty_text_or_none
from lg_jupyter.adapter.message_content import ExtrasAccumulator
from lg_jupyter.adapter.namespace import read_event_place
from lg_jupyter.adapter.think_tags import ThinkTagParser
from lg_jupyter.events.events import Event, JSONObject

LANGCHAIN_MESSAGE_ID_PREFIX = "lc_run--"
"""How langchain-core begins the ids that it makes itself, one for each model call."""


class MessageStream:
    """A message that comes in chunks: what stays the same from one to the next.

    ``metadata`` are those of its model call while it grows, ``None`` once it has ended. ``new_alias`` is
    an id that is certainly the message's too, and of which no fact tells yet.
    """

    __slots__ = (
        "aliases",
        "call_namespace",
        "content",
        "has_started",
        "id",
        "metadata",
        "model",
        "namespace",
        "new_alias",
        "node",
        "origin",
        "role",
        "step",
        "task_id",
        "think_tags",
        "tool_call_indexes",
        "used_tool_call_indexes",
    )

    def __init__(self, message_id: str, role: str, namespace: str, metadata: JSONObject) -> None:
        self.id = message_id
        self.aliases: set[str] = set()
        self.new_alias: str | None = None
        self.role = role
        self.namespace = namespace
        self.metadata: JSONObject | None = metadata
        self.call_namespace = read_model_call_namespace(metadata)
        _, self.node, self.step, self.task_id = read_event_place(metadata)
        self.origin = read_message_origin(metadata)
        self.model = self.origin.model
        self.content = ExtrasAccumulator(self.origin.provider)
        self.think_tags: ThinkTagParser | None = None
        self.tool_call_indexes: dict[int | str | None, tuple[int | str, str | None]] = {}
        self.used_tool_call_indexes: set[int | str] = set()
        self.has_started = False

    def set_event_place(self, event: Event) -> None:
        """Set where an event of this message happened."""
        event.namespace = self.namespace
        event.node = self.node
        event.step = self.step
        event.task_id = self.task_id
        event.message_id = self.id

    def can_take_alias(self, message_id: str) -> bool:
        """Whether none of the ids so far is of this id's sort: langchain-core's own, or a provider's."""
        ours = message_id.startswith(LANGCHAIN_MESSAGE_ID_PREFIX)
        return all(name.startswith(LANGCHAIN_MESSAGE_ID_PREFIX) != ours for name in self.aliases)

    def assign_tool_call_index(self, index: int | str | None, call_id: str | None) -> int | str:
        """The index of the tool call that a piece belongs to: the one where langchain-core adds it.

        A piece without an index is a call of its own. One index may be that of several calls: a new id
        means a new call.
        """
        found, known = self.tool_call_indexes.get(index, (None, None)) if index is not None else (None, None)
        if found is None or (call_id and known and call_id != known):
            found = index
            if found is None or found in self.used_tool_call_indexes:
                found = next(n for n in count() if n not in self.used_tool_call_indexes)
            self.used_tool_call_indexes.add(found)
            self.tool_call_indexes[index] = (found, call_id)
        elif call_id and not known:
            self.tool_call_indexes[index] = (found, call_id)
        return found

    def split_reasoning(self, text: str, *, is_last: bool) -> tuple[str, str]:
        """The text, and the reasoning in it, that a piece of text brings."""
        tags = self.think_tags
        if tags is None:
            return text, ""
        visible, reasoning = tags.feed(text) if text else ("", "")
        if is_last:
            rest, thought = tags.flush()
            visible, reasoning = visible + rest, reasoning + thought
        if tags.is_done:
            self.think_tags = None
        return visible, reasoning


def read_model_call_namespace(metadata: JSONObject) -> str | None:
    """The task that calls the model, as the namespace of what it runs."""
    return nonempty_text_or_none(metadata.get("langgraph_checkpoint_ns"))


def read_message_origin(metadata: JSONObject) -> MessageOrigin:
    """What a model call's metadata say of it."""
    tags = filter_texts(metadata.get("tags"))
    return MessageOrigin(
        nonempty_text_or_none(metadata.get("ls_model_name")),
        [tag for tag in tags if not tag.startswith(("seq:step:", "graph:step:"))] or None,
        nonempty_text_or_none(metadata.get("lc_agent_name")),
        nonempty_text_or_none(metadata.get("ls_provider")),
    )
