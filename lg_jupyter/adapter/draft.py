"""What a message says: of a whole one, and of one that comes in chunks, as langchain-core adds them up."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from lg_jupyter.adapter.blocks import blocks_beside, standard_blocks, tool_outputs
from lg_jupyter.adapter.citations import citations_of
from lg_jupyter.adapter.content import REASONING, provider_of, read_content, read_tool_calls
from lg_jupyter.adapter.think_tags import without_think_tags
from lg_jupyter.encode import plain
from lg_jupyter.encode.messages import role_of
from lg_jupyter.events.events import JSON, Rest

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

MOST = 512
"""Chunks that are held until they are added up."""


class Said(NamedTuple):
    """What a whole message says."""

    text: str
    reasoning: str
    rest: Rest


def read_message(message: JSON, provider: str | None = None, *, think_tags: bool = True) -> Said:
    """What a whole message says; ``provider`` is whose model gave it, where the message does not tell."""
    text, reasoning, blocks = read_content(message)
    role = role_of(message)
    if think_tags and role == "ai":
        text, thought = without_think_tags(text)
        reasoning += thought
    blocks = [*blocks, *tool_outputs(message.get("additional_kwargs"))]
    if blocks:
        blocks = standard_blocks(blocks, role, provider_of(message) or provider)
    blocks = [*blocks, *blocks_beside(message.get("additional_kwargs"))]
    return Said(text, reasoning, Rest(blocks, citations_of(message), read_tool_calls(message)))


class Draft:
    """What chunks of one message hold beside text and reasoning, which are told as they come."""

    __slots__ = ("_fresh", "_provider", "_rest", "_sum")

    def __init__(self, provider: str | None) -> None:
        self._provider = provider
        self._fresh: list[JSON] = []
        self._sum: AIMessageChunk | None = None
        self._rest: Rest | None = None

    def add(self, chunk: JSON) -> bool:
        """Take a chunk; whether it holds anything that is neither text, reasoning nor a tool call."""
        self._provider = provider_of(chunk) or self._provider
        content = chunk.get("content")
        blocks = [] if isinstance(content, str) or not content else [*filter(_is_more, content)]
        extra = _only(chunk.get("additional_kwargs"), _EXTRA)
        metadata = _only(chunk.get("response_metadata"), _EXTRA)
        calls = chunk.get("tool_call_chunks") or []
        if not (blocks or extra or metadata or calls):
            return False
        piece = {"content": blocks, "additional_kwargs": extra, "response_metadata": metadata}
        self._fresh.append(plain({**piece, "tool_call_chunks": calls}))
        self._rest = None
        if len(self._fresh) >= MOST:
            self._add_up()
        return bool((blocks and not calls) or metadata or extra.keys() - {"function_call"})

    def read(self) -> Rest:
        """What has come so far."""
        if self._rest is None:
            self._rest = self._read()
        return self._rest

    def _read(self) -> Rest:
        self._add_up()
        total = self._sum
        if total is None:
            return Rest([], [], [])
        message = {
            "type": total.type,
            "content": total.content,
            "additional_kwargs": total.additional_kwargs,
            "response_metadata": {**total.response_metadata, "model_provider": self._provider},
            "tool_calls": total.tool_calls,
            "invalid_tool_calls": total.invalid_tool_calls,
        }
        return read_message(message, self._provider).rest

    def _add_up(self) -> None:
        from langchain_core.messages import AIMessageChunk

        chunks = [AIMessageChunk.model_construct(**_EMPTY | piece) for piece in self._fresh]
        self._fresh = []
        if self._sum is not None:
            chunks.insert(0, self._sum)
        if not chunks:
            return
        first, *others = chunks
        try:
            self._sum = first + others
        except TypeError:  # something does not fit together: langchain-core says so to the graph, too
            self._sum = reduce(_add, chunks)


def _add(left: AIMessageChunk, right: AIMessageChunk) -> AIMessageChunk:
    try:
        return left + right
    except TypeError:
        return left


_EMPTY: dict[str, JSON] = {
    "content": "",
    "additional_kwargs": {},
    "response_metadata": {},
    "tool_call_chunks": [],
    "usage_metadata": None,
    "id": None,
}
_EXTRA = frozenset(
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


def _only(fields: JSON, names: frozenset[str]) -> dict[str, JSON]:
    return {name: fields[name] for name in names & fields.keys()} if isinstance(fields, dict) else {}


def _is_more(block: JSON) -> bool:
    """Whether a block is more than a piece of text or reasoning."""
    if not isinstance(block, dict):
        return False
    kind = block.get("type")
    return kind not in REASONING and not (kind == "text" and block.keys() <= {"type", "text", "index", "id"})
