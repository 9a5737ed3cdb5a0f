"""What a message says: its text, its reasoning, its tool calls, read from the forms that models use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..events import JSON, MessageSource

ROLES: dict[str, str] = {
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

CHUNK_ROLES: dict[str, str] = {kind: role for kind, role in ROLES.items() if kind.endswith("Chunk")}
"""Of these, the pieces of a message that is being streamed."""

REMOVE = "remove"


class Content(NamedTuple):
    """What the content of a message or of a chunk holds; ``blocks`` is what is neither text nor reasoning."""

    text: str
    reasoning: str
    blocks: Sequence[JSON]


def is_message(value: JSON) -> bool:
    """Whether an encoded value is a message (one that removes others included)."""
    return type(value) is dict and "content" in value and (value.get("type") in ROLES or is_removal(value))


def is_removal(message: JSON) -> bool:
    """Whether an encoded message is a ``RemoveMessage``."""
    return bool(message.get("type") == REMOVE and message.get("id"))


def role_of(message: JSON) -> str:
    """Who speaks: ai, human, system, tool, … or the role that a ``ChatMessage`` names."""
    role: str = ROLES.get(message["type"], message["type"])
    return str(message.get("role") or role) if role == "chat" else role


def read_content(message: JSON) -> Content:
    """Text, reasoning and the other blocks of a message or of a chunk."""
    content = message.get("content")
    inside = Content(content, "", ()) if isinstance(content, str) else _read_blocks(content or ())
    beside = _reasoning_beside(message.get("additional_kwargs"))
    return inside._replace(reasoning=inside.reasoning + beside) if beside else inside


def _read_blocks(content: Sequence[JSON]) -> Content:
    texts: list[str] = []
    reasonings: list[str] = []
    blocks: list[JSON] = []
    for block in content:
        if isinstance(block, str):
            texts.append(block)
            continue
        kind = block.get("type")
        if kind == "text":
            texts.append(block.get("text") or "")
        elif kind in _REASONING:
            reasonings.append(_REASONING[kind](block))
        elif kind not in _TOLD_AS_TOOL_CALLS:
            blocks.append(block)
    return Content("".join(texts), "".join(reasonings), blocks or ())


def _reasoning(block: JSON) -> str:
    return block.get("reasoning") or _summary(block.get("summary"))


def _thinking(block: JSON) -> str:
    return block.get("thinking") or ""


def _reasoning_content(block: JSON) -> str:
    inner = block.get("reasoning_content")
    return (inner.get("text") if isinstance(inner, dict) else inner) or ""


def _summary(summary: JSON) -> str:
    return "".join(piece.get("text") or "" for piece in summary or ())


_REASONING: dict[str, Callable[[JSON], str]] = {
    "reasoning": _reasoning,
    "thinking": _thinking,
    "reasoning_content": _reasoning_content,
}

# Models put their tool calls among the blocks as well; ``tool_calls`` says the same in one form for all.
_TOLD_AS_TOOL_CALLS = frozenset(
    {
        "tool_use",
        "tool_call",
        "tool_call_chunk",
        "invalid_tool_call",
        "input_json_delta",
        "function_call",
    }
)


def _reasoning_beside(extra: JSON) -> str:
    """Reasoning that a provider puts beside the content."""
    if not extra:
        return ""
    reasoning = extra.get("reasoning_content") or extra.get("reasoning") or ""
    if isinstance(reasoning, dict):
        return _summary(reasoning.get("summary"))
    return reasoning if isinstance(reasoning, str) else ""


def read_tool_calls(message: JSON) -> list[JSON]:
    """The tool calls of a whole message as ``{"id", "name", "args"}``.

    Arguments that are no JSON (``invalid_tool_calls``) stay the text that the model wrote.
    """
    calls = [*(message.get("tool_calls") or ()), *(message.get("invalid_tool_calls") or ())]
    return [{"id": call.get("id"), "name": call.get("name"), "args": call.get("args")} for call in calls]


def model_of(message: JSON) -> str | None:
    """The model that a message says it is from."""
    metadata = message.get("response_metadata") or {}
    return metadata.get("model_name") or metadata.get("model")


def usage_since(before: JSON, now: JSON) -> dict[str, JSON] | None:
    """What a growing count of tokens has gained; ``None`` if nothing."""
    if not now or now == before:
        return None
    return {
        key: value - (before or {}).get(key, 0)
        for key, value in now.items()
        if isinstance(value, (int, float))
    }


_RUN_IDS = ("run-", "lc_run-")
"""How langchain-core begins the ids that it gives to what models say."""


def made_by(message: JSON) -> MessageSource:
    """Who made a message that a task returned: a tool, a model if it says so itself, else its node."""
    if role_of(message) == "tool":
        return "tool"
    made_id = str(message.get("id") or "").startswith(_RUN_IDS)
    return "model" if made_id or message.get("usage_metadata") or model_of(message) else "node"
