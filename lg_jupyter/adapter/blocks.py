"""Content blocks that are neither text nor reasoning, in LangChain's standard form where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lg_jupyter.adapter.fields import is_list_like
from lg_jupyter.adapter.message_fields import get_block_type, parse_tool_arguments
from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON, JSONObject


def to_standard_blocks(blocks: Sequence[JSON], role: str, provider: str | None) -> list[JSON]:
    """The blocks as ``content_blocks`` of a message of this provider has them.

    One that LangChain does not know, or of which it would keep nothing, stays as it is.
    """
    return [
        made
        for block in blocks
        for made in _standardize_block(_with_parsed_server_tool_input(to_plain_json(block)), role, provider)
    ]


def read_openai_tool_outputs(extra: JSON) -> list[JSON]:
    """What OpenAI's own tools gave, which older forms of its answers put beside the content."""
    outputs = extra.get("tool_outputs") if isinstance(extra, dict) else None
    return [*outputs] if is_list_like(outputs) else []


def read_blocks_in_kwargs(extra: JSON) -> Iterator[JSON]:
    """What a provider puts beside the content: a refusal, its own tools, sound with its transcript."""
    if not isinstance(extra, dict):
        return
    refusal, audio = extra.get("refusal"), extra.get("audio")
    if isinstance(refusal, str) and refusal:
        yield {"type": "refusal", "refusal": refusal}
    if extra.get("executed_tools"):
        yield from _read_groq_executed_tools(to_plain_json(extra["executed_tools"]))
    if isinstance(audio, str) and audio:  # Gemini's: LangChain makes bytes of it, a whole WAV file
        yield {"type": "audio", "base64": audio, "mime_type": "audio/wav"}
    if isinstance(audio, dict) and audio:
        block: JSONObject = {"type": "audio", **{key: item for key, item in audio.items() if item}}
        if "data" in block:
            block["base64"] = block.pop("data")
        yield block


def _read_groq_executed_tools(tools: JSON) -> Iterator[JSON]:
    """What ran at Groq, as LangChain's own calls and results of a server's tools."""
    from langchain_core.messages import AIMessage

    extra = {"executed_tools": tools}
    message = AIMessage("", additional_kwargs=extra, response_metadata={"model_provider": "groq"})
    try:
        yield from (_strip_langchain_additions(block) for block in message.content_blocks)
    except Exception:  # a form that this release of langchain-core does not know
        yield {"type": "executed_tools", **extra}


def _with_parsed_server_tool_input(block: JSON) -> JSON:
    """A call of a server's tool with the input that came in pieces."""
    if not isinstance(block, dict):
        return block
    if block.get("type") == "server_tool_call_chunk":
        return {**block, "type": "server_tool_call", "args": parse_tool_arguments(block.get("args"))}
    if "partial_json" not in block:
        return block
    given = block.get("input")
    whole = {key: item for key, item in block.items() if key != "partial_json"}
    return whole if given else {**whole, "input": parse_tool_arguments(block["partial_json"])}


def _standardize_block(block: JSON, role: str, provider: str | None) -> list[JSON]:
    if not isinstance(block, dict):
        return [block]
    if get_block_type(block) in _STANDARD_BLOCK_TYPES:
        return [_strip_langchain_additions(block)]
    try:
        made = [_strip_langchain_additions(item) for item in _translate_provider_block(block, role, provider)]
    except Exception:  # a form that this release of langchain-core does not know
        made = []
    kept = [item for item in made if _has_more_than_type(item)]
    return kept or [_strip_langchain_additions(block)]


_STANDARD_BLOCK_TYPES = frozenset(
    {"server_tool_call", "server_tool_result", "non_standard", "audio", "video", "text-plain", "refusal"}
)
"""Types that are LangChain's own, or that it has none for: there is nothing to translate."""


def _translate_provider_block(block: JSONObject, role: str, provider: str | None) -> Iterable[Any]:
    from langchain_core.messages import AIMessage, HumanMessage

    if role != "ai":
        return HumanMessage([block]).content_blocks
    metadata = {"model_provider": provider} if provider else {}
    return AIMessage([block], response_metadata=metadata).content_blocks


def _strip_langchain_additions(block: Any) -> JSON:
    """A block without its place in the stream; what LangChain only wraps is taken out again."""
    if not isinstance(block, dict):
        found: JSON = block
        return found
    if block.get("type") == "non_standard" and isinstance(block.get("value"), dict):
        block = block["value"]
    return {
        key: item for key, item in block.items() if key != "index" and not _is_generated_block_id(key, item)
    }


def _is_generated_block_id(key: str, item: JSON) -> bool:
    """Whether this is an id that langchain-core gives a block anew each time that it is read."""
    return key == "id" and isinstance(item, str) and item.startswith("lc_")


def _has_more_than_type(block: JSON) -> bool:
    """Whether a block holds more than its type."""
    return isinstance(block, dict) and any(item for key, item in block.items() if key != "type")
