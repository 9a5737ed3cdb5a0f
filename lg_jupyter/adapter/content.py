"""What a message says: its text, its reasoning, its tool calls, read from the forms that models use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from lg_jupyter.encode.messages import role_of
from lg_jupyter.events.events import JSON, MessageSource


class Content(NamedTuple):
    """What the content of a message or of a chunk holds; ``blocks`` is what is neither text nor reasoning."""

    text: str
    reasoning: str
    blocks: Sequence[JSON]


def read_content(message: JSON) -> Content:
    """Text, reasoning and the other blocks of a message or of a chunk, as they come."""
    content = message.get("content")
    inside = Content(content, "", ()) if isinstance(content, str) else _read_blocks(content or ())
    beside = _reasoning_beside(message.get("additional_kwargs"))
    return inside._replace(reasoning=inside.reasoning + beside) if beside else inside


def _read_blocks(content: Sequence[JSON]) -> Content:
    texts: list[str] = []
    reasonings: list[str] = []
    blocks: list[JSON] = []
    for block in content if isinstance(content, Sequence) else [content]:
        if isinstance(block, str):
            texts.append(block)
            continue
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text" and "args" in block:  # langchain-core has added a text to a call of the same index
            blocks.append({**block, "type": "server_tool_call_chunk"})
        elif kind == "text":
            texts.append(words(block.get("text")))
        elif kind in REASONING:
            reasonings.append(words({key: item for key, item in block.items() if key != "type"}))
        elif kind not in TOLD_AS_TOOL_CALLS:
            blocks.append(block)
    return Content("".join(texts), "".join(reasonings), blocks or ())


REASONING = frozenset({"reasoning", "thinking", "reasoning_content", "reasoning_text"})
"""Types of blocks that hold a model's reasoning."""

# Models put their tool calls among the blocks as well; ``tool_calls`` says the same in one form for all.
TOLD_AS_TOOL_CALLS = frozenset(
    {
        "tool_use",
        "tool_call",
        "tool_call_chunk",
        "invalid_tool_call",
        "input_json_delta",
        "function_call",
    }
)

_WORDS = ("text", "reasoning", "thinking", "reasoning_content", "reasoning_text", "summary", "content")
"""Where in a piece of reasoning its words stand; of several, the first that has any."""


def words(value: JSON, depth: int = 4) -> str:
    """The words of a text, of a list of such, or of an object that holds one."""
    if isinstance(value, str):
        return value
    if not value or depth == 0:
        return ""
    if isinstance(value, dict):
        return next((said for key in _WORDS if (said := words(value.get(key), depth - 1))), "")
    if isinstance(value, Sequence):
        return "".join(words(item, depth - 1) for item in value)
    return ""


_BESIDE = ("reasoning_content", "reasoning", "thinking", "reasoning_details")


def _reasoning_beside(extra: JSON) -> str:
    """Reasoning that a provider puts beside the content, perhaps in several forms at once."""
    if not extra or not isinstance(extra, dict):
        return ""
    return next((said for name in _BESIDE if (said := words(extra.get(name)))), "")


def read_tool_calls(message: JSON) -> list[JSON]:
    """The tool calls of a whole message as ``{"id", "name", "args"}``.

    Arguments that are no JSON (``invalid_tool_calls``) stay the text that the model wrote. Where there are
    no calls, the older ``function_call`` is one.
    """
    calls = [*(message.get("tool_calls") or ()), *(message.get("invalid_tool_calls") or ())]
    older = function_call_of(message)
    if older is not None and not calls:
        calls = [{"id": None, "name": older.get("name"), "args": parsed(older.get("arguments"))}]
    return [{"id": call.get("id"), "name": call.get("name"), "args": call.get("args")} for call in calls]


def function_call_of(message: JSON) -> JSON | None:
    """The ``function_call`` that models gave before there were tool calls."""
    extra = message.get("additional_kwargs")
    call = extra.get("function_call") if isinstance(extra, dict) else None
    return call if isinstance(call, dict) else None


def parsed(arguments: JSON) -> JSON:
    """Arguments that came as text; what is no JSON stays text."""
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments) if arguments else {}
    except ValueError:
        return arguments


def model_of(message: JSON) -> str | None:
    """The model that a message says it is from."""
    return _word(_metadata(message), "model_name", "model")


def provider_of(message: JSON) -> str | None:
    """The provider that a message says it is from."""
    return _word(_metadata(message), "model_provider")


def finish_reason_of(message: JSON) -> str | None:
    """The provider's own word for how the answer ended; ``None`` where it says none."""
    metadata = _metadata(message)
    details = metadata.get("incomplete_details")
    feedback = metadata.get("prompt_feedback")
    said = (
        _word(metadata, "finish_reason", "stop_reason", "done_reason", "stopReason", "finishReason")
        or (_word(details, "reason") if isinstance(details, dict) else None)
        or (_word(feedback, "block_reason") if isinstance(feedback, dict) else None)
        or (_word(metadata, "status") if metadata.get("object") == "response" else None)
    )
    return _once(said) if said else None


def _metadata(message: JSON) -> dict[str, JSON]:
    metadata = message.get("response_metadata")
    return metadata if isinstance(metadata, dict) else {}


def _word(fields: dict[str, JSON], *names: str) -> str | None:
    values = (fields.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), None)


def _once(word: str) -> str:
    """A word that several chunks brought, which langchain-core has added up: ``stopstop``."""
    length = (word + word).find(word, 1)
    return word[:length]


def usage_since(before: JSON, now: JSON) -> dict[str, JSON] | None:
    """What a growing count of tokens has gained, its details too; ``None`` if nothing."""
    if not now or now == before:
        return None
    gained: dict[str, JSON] = {}
    for key, value in now.items():
        known = (before or {}).get(key)
        if isinstance(value, dict):
            gained[key] = usage_since(known, value) or {}
        elif isinstance(value, (int, float)):
            gained[key] = value - (known or 0)
    return gained


_RUN_IDS = ("run-", "lc_run-")
"""How langchain-core begins the ids that it gives to what models say."""


def made_by(message: JSON) -> MessageSource:
    """Who made a message that a task returned: a tool, a model if it says so itself, else its node."""
    if role_of(message) == "tool":
        return "tool"
    made_id = str(message.get("id") or "").startswith(_RUN_IDS)
    return "model" if made_id or message.get("usage_metadata") or model_of(message) else "node"
