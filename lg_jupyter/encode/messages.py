"""Which values are messages: LangChain's own, as objects and encoded, and what people write for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from lg_jupyter.events.events import JSON, JSONObject

ROLES_BY_MESSAGE_TYPE: dict[str, str] = {
    "ai": "ai",
    "human": "human",
    "system": "system",
    "tool": "tool",
    "function": "function",
    "chat": "chat",
    "developer": "developer",
    "AIMessageChunk": "ai",
    "HumanMessageChunk": "human",
    "SystemMessageChunk": "system",
    "ToolMessageChunk": "tool",
    "FunctionMessageChunk": "function",
    "ChatMessageChunk": "chat",
}
"""Roles by the ``type`` of an encoded message."""

ROLES_BY_CHUNK_TYPE: dict[str, str] = {
    kind: role for kind, role in ROLES_BY_MESSAGE_TYPE.items() if kind.endswith("Chunk")
}
"""Of these, the pieces of a message that is being streamed."""

INPUT_MESSAGE_ROLES = frozenset(
    {"user", "human", "assistant", "ai", "tool", "system", "developer", "function"}
)
"""The roles that people write, of which LangChain makes messages."""

REMOVE_MESSAGE_TYPE = "remove"

REMOVE_ALL_MESSAGES = "__remove_all__"
"""The id of the ``RemoveMessage`` that removes all messages."""


def is_encoded_message(value: JSON) -> TypeGuard[JSONObject]:
    """Whether an encoded value is a message (one that removes others included)."""
    if type(value) is not dict or "content" not in value:
        return False
    kind, message_id = value.get("type"), value.get("id")
    if not isinstance(kind, str) or not (message_id is None or isinstance(message_id, str)):
        return False
    return kind in ROLES_BY_MESSAGE_TYPE or is_remove_message(value)


def is_remove_message(message: JSONObject) -> bool:
    """Whether an encoded message is a ``RemoveMessage``."""
    return bool(message.get("type") == REMOVE_MESSAGE_TYPE and message.get("id"))


def is_last_chunk(message: Mapping[str, Any]) -> bool:
    """Whether a message, encoded or the fields of a live one, is a chunk after which no other comes."""
    return message.get("chunk_position") == "last"


def get_message_role(message: JSONObject) -> str:
    """Who speaks: ai, human, system, tool, … or the role that a ``ChatMessage`` names."""
    name = str(message["type"])
    role = ROLES_BY_MESSAGE_TYPE.get(name, name)
    return str(message.get("role") or role) if role == "chat" else role


def is_encoded_message_or_list(value: JSON) -> bool:
    """Whether an encoded value is a message, or a list of nothing else."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return bool(value) and all(map(is_encoded_message, value))
    return is_encoded_message(value)


def is_message_dict(value: Any) -> TypeGuard[JSONObject]:
    """Whether a value is what people write for a message, ``{"role", "content"}``, or an encoded one."""
    if is_encoded_message(value):
        return True
    return isinstance(value, Mapping) and "content" in value and isinstance(value.get("role"), str)


def is_role_content_pair(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether a value is a role with what it says: a tuple, which is encoded as a list."""
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        return False
    role, content = value
    return type(role) is str and role in INPUT_MESSAGE_ROLES and isinstance(content, Sequence)


def is_message_object(value: object) -> bool:
    """Whether an object is one of LangChain's messages, which need not be imported to be known."""
    return any(cls.__name__ == "BaseMessage" for cls in type(value).__mro__)
