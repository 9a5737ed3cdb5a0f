"""What a row or a run must show of each scenario, and where it cannot: with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.providers import scenarios as s

NONE = "the provider has none"
DROPPED = "LangChain drops it"

REASONS: dict[tuple[str, str], str] = {
    ("openai", s.REASONING): DROPPED,
    ("openai", s.IMAGE): NONE,
    ("openai", s.CITATIONS): DROPPED,
    ("openai", s.SERVER_TOOLS): NONE,
    ("openai_responses", s.AUDIO): NONE,
    ("anthropic", s.IMAGE): NONE,
    ("anthropic", s.AUDIO): NONE,
    ("anthropic", s.FILTERED): NONE,
    ("google_genai", s.INVALID_TOOL_CALL): NONE,
    ("google_genai", s.REFUSAL): NONE,
    ("ollama", s.INVALID_TOOL_CALL): NONE,
    ("ollama", s.IMAGE): NONE,
    ("ollama", s.AUDIO): NONE,
    ("ollama", s.CITATIONS): NONE,
    ("ollama", s.SERVER_TOOLS): NONE,
    ("ollama", s.REFUSAL): NONE,
    ("ollama", s.FILTERED): NONE,
    ("ollama", s.USAGE): NONE,
    ("mistralai", s.IMAGE): NONE,
    ("mistralai", s.AUDIO): NONE,
    ("mistralai", s.SERVER_TOOLS): NONE,
    ("mistralai", s.REFUSAL): NONE,
    ("mistralai", s.FILTERED): NONE,
    ("mistralai", s.USAGE): DROPPED,
    ("mistralai", s.ERROR_EVENT): DROPPED,
    ("deepseek", s.IMAGE): NONE,
    ("deepseek", s.IMAGE_INPUT): NONE,
    ("deepseek", s.AUDIO): NONE,
    ("deepseek", s.CITATIONS): NONE,
    ("deepseek", s.SERVER_TOOLS): NONE,
    ("deepseek", s.REFUSAL): NONE,
    ("groq", s.IMAGE): NONE,
    ("groq", s.AUDIO): NONE,
    ("groq", s.CITATIONS): NONE,
    ("groq", s.REFUSAL): NONE,
    ("groq", s.FILTERED): NONE,
}
"""Why a provider's cell is empty; every other cell must be shown."""

Row = Mapping[str, Any]


def _calls(*args: Any) -> Callable[[Row], bool]:
    return lambda row: (
        [(call["name"], call["args"]) for call in row["tool_calls"] or ()] == [(s.TOOL, arg) for arg in args]
    )


def _has_block(kind: str, **fields: Any) -> Callable[[Row], bool]:
    def has(row: Row) -> bool:
        blocks = [block for block in row["blocks"] or () if block["type"] == kind]
        return any(
            fields.items() <= {k: v for k, v in block.items() if k in fields}.items() for block in blocks
        )

    return has


def _cites(row: Row) -> bool:
    said = str(row["citations"] or "")
    return s.SOURCE_URL in said or "reference_ids" in said


def _used_tools(row: Row) -> bool:
    kinds = [block["type"] for block in row["blocks"] or ()]
    return kinds == ["server_tool_call", "server_tool_result"]


def _refused(row: Row) -> bool:
    return _has_block("refusal", refusal=s.REFUSED)(row) or row["finish_reason"] == "refusal"


SHOWN: dict[str, Callable[[Row], bool]] = {
    s.TEXT: lambda row: row["text"] == s.SAID,
    s.REASONING: lambda row: row["reasoning"] == s.THOUGHT and row["text"] == s.SAID,
    s.TOOL_CALL: _calls({"city": "Lisbon"}),
    s.PARALLEL_TOOL_CALLS: _calls({"city": "Lisbon"}, {"city": "Porto"}),
    s.INVALID_TOOL_CALL: _calls('{"city": Lisbon}'),
    s.IMAGE: _has_block("image", base64=s.PNG),
    s.IMAGE_INPUT: _has_block("image", base64=s.PNG),
    s.AUDIO: _has_block("audio"),
    s.CITATIONS: _cites,
    s.SERVER_TOOLS: _used_tools,
    s.REFUSAL: _refused,
    s.LENGTH: lambda row: str(row["finish_reason"]).lower() in {"length", "max_tokens", "max_output_tokens"},
    s.FILTERED: lambda row: str(row["finish_reason"]).lower() in {"content_filter", "safety"},
    s.USAGE: lambda row: row["cache_read_tokens"] == s.CACHED_TOKENS,
}
"""By scenario, whether a row of ``messages`` shows what the scenario is about."""
