"""The content of a message: of a whole one, and of one in chunks, as langchain-core adds them up."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from lg_jupyter.adapter.blocks import read_blocks_in_kwargs, read_openai_tool_outputs, to_standard_blocks
from lg_jupyter.adapter.citations import collect_citations
from lg_jupyter.adapter.fields import is_list_like
from lg_jupyter.adapter.message_fields import (
    REASONING_BLOCK_TYPES,
    get_block_type,
    read_provider_name,
    read_tool_call_chunks,
    read_tool_calls,
    split_message_content,
)
from lg_jupyter.adapter.think_tags import split_think_tags
from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import get_message_role
from lg_jupyter.events.events import JSON, JSONObject, MessageExtras

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

MAX_PENDING_CHUNKS = 512
"""Chunks that are held until they are added up."""


class MessageContent(NamedTuple):
    """What a whole message holds."""

    text: str
    reasoning: str
    extras: MessageExtras


def read_message_content(
    message: JSONObject, provider: str | None = None, *, has_think_tags: bool = True
) -> MessageContent:
    """The content of a whole message; ``provider`` is whose model gave it, where it does not tell."""
    text, reasoning, content_blocks = split_message_content(message)
    role = get_message_role(message)
    if has_think_tags and role == "ai":
        text, thought = split_think_tags(text)
        reasoning += thought
    blocks = [*content_blocks, *read_openai_tool_outputs(message.get("additional_kwargs"))]
    if blocks:
        blocks = to_standard_blocks(blocks, role, read_provider_name(message) or provider)
    blocks = [*blocks, *read_blocks_in_kwargs(message.get("additional_kwargs"))]
    return MessageContent(
        text, reasoning, MessageExtras(blocks, collect_citations(message), read_tool_calls(message))
    )


class ExtrasAccumulator:
    """What chunks of one message hold beside text and reasoning, which are emitted as they come."""

    __slots__ = ("_pending", "_provider", "_rest", "_total")

    def __init__(self, provider: str | None) -> None:
        self._provider = provider
        self._pending: list[JSONObject] = []
        self._total: AIMessageChunk | None = None
        self._rest: MessageExtras | None = None

    def add_chunk_and_detect_extras(self, chunk: JSONObject) -> bool:
        """Take a chunk; whether it holds anything that is neither text, reasoning nor a tool call."""
        self._provider = read_provider_name(chunk) or self._provider
        content = chunk.get("content")
        blocks: list[JSON] = [*filter(_is_not_text_or_reasoning, content)] if is_list_like(content) else []
        extra = _pick_fields(chunk.get("additional_kwargs"), _EXTRA_FIELDS)
        metadata = _pick_fields(chunk.get("response_metadata"), _EXTRA_FIELDS)
        calls = read_tool_call_chunks(chunk)
        if not (blocks or extra or metadata or calls):
            return False
        piece: JSONObject = {"content": blocks, "additional_kwargs": extra, "response_metadata": metadata}
        self._pending.append(to_plain_json({**piece, "tool_call_chunks": calls}))
        self._rest = None
        if len(self._pending) >= MAX_PENDING_CHUNKS:
            self._merge_pending_chunks()
        return bool((blocks and not calls) or metadata or extra.keys() - {"function_call"})

    def get_extras_so_far(self) -> MessageExtras:
        """What has come so far."""
        if self._rest is None:
            self._rest = self._compute_extras()
        return self._rest

    def _compute_extras(self) -> MessageExtras:
        self._merge_pending_chunks()
        total = self._total
        if total is None:
            return MessageExtras([], [], [])
        message = {
            "type": total.type,
            "content": total.content,
            "additional_kwargs": total.additional_kwargs,
            "response_metadata": {**total.response_metadata, "model_provider": self._provider},
            "tool_calls": total.tool_calls,
            "invalid_tool_calls": total.invalid_tool_calls,
        }
        return read_message_content(message, self._provider).extras

    def _merge_pending_chunks(self) -> None:
        from langchain_core.messages import AIMessageChunk

        chunks = [AIMessageChunk.model_construct(**_EMPTY_CHUNK_FIELDS | piece) for piece in self._pending]
        self._pending = []
        if self._total is not None:
            chunks.insert(0, self._total)
        if not chunks:
            return
        first, *others = chunks
        try:
            self._total = first + others
        except (TypeError, ValueError):  # some do not fit: langchain-core says so to the graph, too
            self._total = reduce(_add_compatible_chunks, chunks)


def _add_compatible_chunks(left: AIMessageChunk, right: AIMessageChunk) -> AIMessageChunk:
    try:
        return left + right
    except (TypeError, ValueError):
        return left


_EMPTY_CHUNK_FIELDS: JSONObject = {
    "content": "",
    "additional_kwargs": {},
    "response_metadata": {},
    "tool_call_chunks": [],
    "usage_metadata": None,
    "id": None,
}
_EXTRA_FIELDS = frozenset(
    {
        "refusal",
        "audio",
        "tool_outputs",
        "executed_tools",
        "function_call",
        "annotations",
        "citations",
        "grounding_metadata",
        "groundingMetadata",
    }
)
"""What is read beside the content, but for reasoning."""


def _pick_fields(fields: JSON, names: frozenset[str]) -> JSONObject:
    return {name: fields[name] for name in names & fields.keys()} if isinstance(fields, dict) else {}


def _is_not_text_or_reasoning(block: JSON) -> bool:
    """Whether a block is more than a piece of text or reasoning."""
    if not isinstance(block, dict):
        return False
    kind = get_block_type(block)
    return kind not in REASONING_BLOCK_TYPES and not (
        kind == "text" and block.keys() <= {"type", "text", "index", "id"}
    )
