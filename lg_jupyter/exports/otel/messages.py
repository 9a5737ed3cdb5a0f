"""The content of messages, as the conventions write it: roles, and parts of several types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.adapter.message_fields import read_tool_calls, split_message_content
from lg_jupyter.encode import dump_json
from lg_jupyter.encode.messages import get_message_role, is_encoded_message, is_remove_message
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.tables.content_blocks import Block, Media, Refusal, ServerToolCall, parse_content_blocks

OTEL_ROLES = {"ai": "assistant", "human": "user"}

OTEL_FINISH_REASONS = {
    "completed": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
    "safety": "content_filter",
    "recitation": "content_filter",
    "prohibited_content": "content_filter",
    "blocklist": "content_filter",
    "spii": "content_filter",
    "tool_calls": "tool_call",
    "tool_use": "tool_call",
    "function_call": "tool_call",
}
"""What the conventions call the reasons of providers, by these in small letters."""

MAX_BLOB_CHARACTERS = 1_000_000
"""The most characters of base64 that a part has: collectors refuse big messages."""

Row = Mapping[str, Any]


def message_row_to_otel(row: Row) -> dict[str, Any]:
    """A row of ``messages``."""
    role = OTEL_ROLES.get(row["role"], row["role"])
    parts: list[JSON] = []
    if row["reasoning"]:
        parts.append({"type": "reasoning", "content": row["reasoning"]})
    if role == "tool":
        parts.append({"type": "tool_call_response", "id": row["tool_call_id"], "response": row["text"]})
    elif row["text"]:
        parts.append({"type": "text", "content": row["text"]})
    for block in parse_content_blocks(row["blocks"]):
        parts += _block_to_parts(block)
    for call in row["tool_calls"] or ():
        fields = {"id": call.get("id"), "name": call.get("name") or "", "arguments": call.get("args")}
        parts.append({"type": "tool_call", **fields})
    return {"role": role, "parts": parts}


def output_row_to_otel(row: Row, reason: str) -> dict[str, Any]:
    """A row of ``messages`` that a model or an agent gave."""
    return {**message_row_to_otel(row), "finish_reason": reason}


def find_finish_reason(row: Row, reported: str | None = None) -> str:
    """Why a model stopped, by the conventions' word where they have one."""
    if row["status"] == "error":
        return "error"
    reason = row["finish_reason"] or reported
    if reason:
        return finish_reason_to_otel(reason)
    if row["status"] != "success":
        return str(row["status"])  # nobody says why it was cut
    return "tool_call" if row["tool_calls"] else "stop"


def finish_reason_to_otel(word: str) -> str:
    """The conventions' word for a provider's; its own in small letters where they have none."""
    return OTEL_FINISH_REASONS.get(word.lower(), word.lower())


def make_state_message_rows(state: JSON) -> list[Row]:
    """The messages in a state, in the columns of ``messages`` that are needed here."""
    channels = state.values() if isinstance(state, Mapping) else [state]
    lists = (value for value in channels if isinstance(value, list) and any(map(is_encoded_message, value)))
    first = state["messages"] if isinstance(state, Mapping) and "messages" in state else next(lists, [])
    rows = [
        make_message_row(each)
        for each in _as_list(first)
        if is_encoded_message(each) and not is_remove_message(each)
    ]
    return [row for row in rows if row is not None]


def split_off_system_rows(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Row]]:
    """The system messages at the beginning, and all after them."""
    first = next(
        (index for index, row in enumerate(rows) if row["role"] not in ("system", "developer")), None
    )
    return (rows, ()) if first is None else (rows[:first], rows[first:])


def to_text_or_json(value: JSON) -> str | None:
    return value if value is None or isinstance(value, str) else dump_json_text(value)


def dump_json_text(value: JSON) -> str:
    return dump_json(value).decode()


def make_message_row(encoded: JSONObject) -> Row | None:
    """A message's row; ``None`` of what only looks like one, as in a file that was damaged."""
    try:
        content, tool_calls = split_message_content(encoded), read_tool_calls(encoded)
    except (AttributeError, TypeError, ValueError):
        return None
    return {
        "message_id": encoded.get("id"),
        "role": get_message_role(encoded),
        "text": content.text,
        "reasoning": content.reasoning,
        "blocks": list(content.other_blocks),
        "tool_calls": tool_calls,
        "tool_call_id": encoded.get("tool_call_id"),
    }


def _block_to_parts(block: Block) -> list[JSON]:
    if isinstance(block, Media):
        return [
            _media_to_part(block),
            *([{"type": "text", "content": block.text}] if block.text else []),
        ]
    if isinstance(block, Refusal):
        return [{"type": "text", "content": block.text}]
    if isinstance(block, ServerToolCall):
        details = {"type": block.name, "arguments": block.args}
        call: JSON = {"type": "server_tool_call", "name": block.name, "server_tool_call": details}
        responses: list[JSON] = [
            {
                "type": "server_tool_call_response",
                "server_tool_call_response": {"type": block.name, "response": result},
            }
            for result in block.results
        ]
        return [call, *responses]
    return [{"type": block.kind, "content": block.value}]


def _media_to_part(media: Media) -> JSON:
    kind = {"modality": media.kind, "mime_type": media.mime_type}
    if media.base64_data and len(media.base64_data) <= MAX_BLOB_CHARACTERS:
        return {"type": "blob", **kind, "content": media.base64_data}
    if media.base64_data:
        return {"type": "text", "content": f"[{media.name_type_and_size}: not kept]"}
    if media.url_or_file_id and "://" in media.url_or_file_id:
        return {"type": "uri", **kind, "uri": media.url_or_file_id}
    return {"type": "file", **kind, "file_id": media.url_or_file_id or ""}


def _as_list(value: JSON) -> Sequence[JSON]:
    return value if isinstance(value, list) else [value]
