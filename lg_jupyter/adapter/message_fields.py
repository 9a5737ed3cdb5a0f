"""The content of a message: its text, its reasoning, its tool calls, read from the forms that models use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from lg_jupyter.adapter.fields import (
    filter_dicts,
    is_list_like,
    nonempty_text_or_none,
    parse_optional_dict_list,
)
from lg_jupyter.encode.messages import get_message_role
from lg_jupyter.events.events import JSON, JSONObject, MessageSource


class SplitContent(NamedTuple):
    """What the content of a message or of a chunk holds; ``other_blocks`` are neither text nor reasoning."""

    text: str
    reasoning: str
    other_blocks: Sequence[JSON]


def split_message_content(message: JSONObject) -> SplitContent:
    """Text, reasoning and the other blocks of a message or of a chunk, as they come."""
    content = message.get("content")
    inside = SplitContent(content, "", ()) if isinstance(content, str) else _split_blocks(content or ())
    in_kwargs = _read_reasoning_in_kwargs(message.get("additional_kwargs"))
    return inside._replace(reasoning=inside.reasoning + in_kwargs) if in_kwargs else inside


def _split_blocks(content: JSON) -> SplitContent:
    texts: list[str] = []
    reasonings: list[str] = []
    blocks: list[JSON] = []
    for block in content if is_list_like(content) else [content]:
        if isinstance(block, str):
            texts.append(block)
            continue
        kind = get_block_type(block)
        if not isinstance(block, dict):
            blocks.append(block)
        elif kind == "text" and "args" in block:
            # langchain-core has added a text to a call of the same index
            blocks.append({**block, "type": "server_tool_call_chunk"})
        elif kind == "text":
            texts.append(join_text(block.get("text")))
        elif kind in REASONING_BLOCK_TYPES:
            reasonings.append(join_text({key: item for key, item in block.items() if key != "type"}))
        elif kind not in TOOL_CALL_BLOCK_TYPES:
            blocks.append(block)
    return SplitContent("".join(texts), "".join(reasonings), blocks or ())


def get_block_type(block: JSON) -> str | None:
    """The type that a block says it has."""
    return nonempty_text_or_none(block.get("type")) if isinstance(block, dict) else None


REASONING_BLOCK_TYPES = frozenset({"reasoning", "thinking", "reasoning_content", "reasoning_text"})
"""Types of blocks that hold a model's reasoning."""

# Models put their tool calls among the blocks as well; ``tool_calls`` says the same in one form for all.
TOOL_CALL_BLOCK_TYPES = frozenset(
    {
        "tool_use",
        "tool_call",
        "tool_call_chunk",
        "invalid_tool_call",
        "input_json_delta",
        "function_call",
    }
)

_TEXT_KEYS = ("text", "reasoning", "thinking", "reasoning_content", "reasoning_text", "summary", "content")
"""Where in a piece of reasoning its text stands; of several, the first that has any."""


def join_text(value: JSON, depth: int = 4) -> str:
    """The text of a string, of a list of such, or of an object that holds one."""
    if isinstance(value, str):
        return value
    if not value or depth == 0:
        return ""
    if isinstance(value, dict):
        return next((found for key in _TEXT_KEYS if (found := join_text(value.get(key), depth - 1))), "")
    if isinstance(value, Sequence):
        return "".join(join_text(item, depth - 1) for item in value)
    return ""


_REASONING_KWARGS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")


def _read_reasoning_in_kwargs(extra: JSON) -> str:
    """Reasoning that a provider puts beside the content, perhaps in several forms at once."""
    if not extra or not isinstance(extra, dict):
        return ""
    return next((found for name in _REASONING_KWARGS if (found := join_text(extra.get(name)))), "")


def read_tool_calls(message: JSONObject) -> list[JSONObject]:
    """The tool calls of a whole message as ``{"id", "name", "args"}``.

    Arguments that are no JSON (``invalid_tool_calls``) stay the text that the model wrote. Where there are
    no calls, the older ``function_call`` is one.
    """
    calls = [*filter_dicts(message.get("tool_calls")), *filter_dicts(message.get("invalid_tool_calls"))]
    older = read_legacy_function_call(message)
    if older is not None and not calls:
        calls = [
            {"id": None, "name": older.get("name"), "args": parse_tool_arguments(older.get("arguments"))}
        ]
    return [_read_tool_call(call) for call in calls]


def _read_tool_call(call: JSONObject) -> JSONObject:
    call_id, name = nonempty_text_or_none(call.get("id")), nonempty_text_or_none(call.get("name"))
    return {"id": call_id, "name": name, "args": call.get("args")}


def read_tool_call_chunks(message: JSONObject) -> list[JSONObject]:
    """The pieces of tool calls in a chunk as ``{"index", "id", "name", "args"}``, with what else they have.

    :class:`TypeError` where they are no objects.
    """
    return [
        _read_tool_call_chunk(piece) for piece in parse_optional_dict_list(message.get("tool_call_chunks"))
    ]


def _read_tool_call_chunk(piece: JSONObject) -> JSONObject:
    index, given = piece.get("index"), {name: piece.get(name) for name in ("id", "name", "args")}
    texts = {name: value if isinstance(value, str) else None for name, value in given.items()}
    return {**piece, **texts, "index": index if isinstance(index, (int, str)) else None}


def read_legacy_function_call(message: JSONObject) -> JSONObject | None:
    """The ``function_call`` that models gave before there were tool calls."""
    extra = message.get("additional_kwargs")
    call = extra.get("function_call") if isinstance(extra, dict) else None
    return call if isinstance(call, dict) else None


def parse_tool_arguments(arguments: JSON) -> JSON:
    """Arguments that came as text; what is no JSON stays text."""
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments) if arguments else {}
    except ValueError:
        return arguments


def read_model_name(message: JSONObject) -> str | None:
    """The model that a message says it is from."""
    return _find_first_text(_read_response_metadata(message), "model_name", "model")


def read_provider_name(message: JSONObject) -> str | None:
    """The provider that a message says it is from."""
    return _find_first_text(_read_response_metadata(message), "model_provider")


def read_finish_reason(message: JSONObject) -> str | None:
    """The provider's own word for how the answer ended; ``None`` where it says none."""
    metadata = _read_response_metadata(message)
    details = metadata.get("incomplete_details")
    feedback = metadata.get("prompt_feedback")
    found = (
        _find_first_text(
            metadata, "finish_reason", "stop_reason", "done_reason", "stopReason", "finishReason"
        )
        or (_find_first_text(details, "reason") if isinstance(details, dict) else None)
        or (_find_first_text(feedback, "block_reason") if isinstance(feedback, dict) else None)
        or (_find_first_text(metadata, "status") if metadata.get("object") == "response" else None)
    )
    return _undo_repeated_word(found) if found else None


def _read_response_metadata(message: JSONObject) -> JSONObject:
    metadata = message.get("response_metadata")
    return metadata if isinstance(metadata, dict) else {}


def _find_first_text(fields: JSONObject, *names: str) -> str | None:
    values = (fields.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), None)


def _undo_repeated_word(word: str) -> str:
    """A word that several chunks brought, which langchain-core has added up: ``stopstop``."""
    length = (word + word).find(word, 1)
    return word[:length]


def compute_added_usage(before: JSON, now: JSON) -> JSONObject | None:
    """What a growing count of tokens has gained, its details too; ``None`` if nothing."""
    if not isinstance(now, dict) or not now or now == before:
        return None
    gained: JSONObject = {}
    for key, value in now.items():
        known = before.get(key) if isinstance(before, dict) else None
        if isinstance(value, dict):
            gained[key] = compute_added_usage(known, value) or {}
        elif isinstance(value, (int, float)):
            gained[key] = value - (known if isinstance(known, (int, float)) else 0)
    return gained


_MODEL_MESSAGE_ID_PREFIXES = ("run-", "lc_run-")
"""How langchain-core begins the ids that it gives to what models say."""


def infer_message_source(message: JSONObject) -> MessageSource:
    """Who made a message that a task returned: a tool, a model if it says so itself, else its node."""
    if get_message_role(message) == "tool":
        return "tool"
    made_id = str(message.get("id") or "").startswith(_MODEL_MESSAGE_ID_PREFIXES)
    return "model" if made_id or message.get("usage_metadata") or read_model_name(message) else "node"
