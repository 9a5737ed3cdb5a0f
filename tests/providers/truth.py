"""What LangChain itself makes of an answer: the chunks of a model asked directly, added up."""

from __future__ import annotations

import functools
import operator
import re
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk

from tests.providers.graphs import question
from tests.providers.models import model
from tests.providers.wire import JSON

COLUMNS = (
    "text",
    "reasoning",
    "tool_calls",
    "blocks",
    "citations",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "finish_reason",
    "provider",
    "model",
)
"""The columns of the table ``messages`` that say what LangChain's message says."""

_TOLD_ELSEWHERE = {"text", "reasoning", "tool_call", "invalid_tool_call", "tool_call_chunk"}
_OF_CITATIONS = ("url", "title", "start_index", "end_index", "cited_text")
_RANDOM_ID = re.compile(r"^(lc_|lc_run-+)?[0-9a-f]{8}-[0-9a-f-]{27}$")


async def merged(provider: str, scenario: str, root: str) -> AIMessage:
    """The message of one call: its chunks, added up."""
    chunks = [chunk async for chunk in model(provider, scenario, root).astream(question(scenario))]
    message: AIMessageChunk = functools.reduce(operator.add, chunks)
    return message


def columns(message: AIMessage) -> dict[str, Any]:
    """What the row of a message should hold, by column."""
    blocks = message.content_blocks
    calls = [*message.tool_calls, *message.invalid_tool_calls]
    usage: JSON = message.usage_metadata or {}
    into, out_of = usage.get("input_token_details") or {}, usage.get("output_token_details") or {}
    said = message.response_metadata
    return {
        "text": str(message.text),
        "reasoning": "".join(block.get("reasoning", "") for block in blocks if block["type"] == "reasoning"),
        "tool_calls": [{key: call[key] for key in ("id", "name", "args")} for call in calls],
        "blocks": [*(block for block in blocks if _is_shown_as_block(block)), *_left_out(message)],
        "citations": [c for block in blocks for c in block.get("annotations") or ()],
        **{key: usage.get(key) for key in ("input_tokens", "output_tokens", "total_tokens")},
        "cache_read_tokens": into.get("cache_read"),
        "cache_write_tokens": into.get("cache_creation"),
        "reasoning_tokens": out_of.get("reasoning"),
        "finish_reason": _finish_reason(said),
        "provider": said.get("model_provider"),
        "model": said.get("model_name") or said.get("model"),
    }


def _is_shown_as_block(block: JSON) -> bool:
    """A refusal without words says no more than the reason for which the model stopped."""
    return block["type"] not in _TOLD_ELSEWHERE and block.get("refusal") != ""


def _left_out(message: AIMessage) -> list[JSON]:
    """What OpenAI's class puts beside the content, and not each langchain-core among the blocks."""
    refusal, audio = (message.additional_kwargs.get(key) for key in ("refusal", "audio"))
    left: list[JSON] = []
    if refusal and not any(block["type"] == "refusal" for block in message.content_blocks):
        left.append({"type": "refusal", "refusal": refusal})
    if isinstance(audio, dict):
        rest = {key: value for key, value in audio.items() if key != "data"}
        left.append({"type": "audio", "base64": audio["data"], **rest})
    return left


def _finish_reason(said: JSON) -> str | None:
    incomplete = said.get("incomplete_details") or {}
    names = ("finish_reason", "stop_reason", "done_reason", "status")
    return incomplete.get("reason") or next((said[name] for name in names if said.get(name)), None)


def comparable(column: str, value: Any) -> Any:
    """A column's value as it can be compared: what a row need not keep is left away."""
    if column == "citations":
        return [{key: cited[key] for key in _OF_CITATIONS if key in cited} for cited in value or ()]
    return _plain(value)


def _plain(value: Any) -> Any:
    """JSON without places in a stream, made-up ids, and the wrapping of what has no standard form."""
    if isinstance(value, dict):
        kept = {key: _plain(item) for key, item in value.items() if key != "index"}
        inside = kept.get("value") if kept.get("type") == "non_standard" else None
        return inside or {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value] or None
    if isinstance(value, str):
        return None if value == "" else "<made up>" if _RANDOM_ID.match(value) else str.__str__(value)
    return value
