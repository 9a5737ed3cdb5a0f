"""The messages of a thread's state as a conversation that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.adapter.message_fields import read_tool_calls, split_message_content
from lg_jupyter.encode.messages import (
    ROLES_BY_MESSAGE_TYPE,
    get_message_role,
    is_encoded_message,
    is_message_dict,
    is_remove_message,
    is_role_content_pair,
)
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.request.attachments import is_attachment
from lg_jupyter.text.preview import estimate_json_length, preview_json
from lg_jupyter.text.words import clip_text

MAX_SHOWN_MESSAGES = 200
"""Messages shown; the newest."""

MAX_MESSAGE_TEXT_CHARACTERS = 20_000
"""Characters of a message's text."""

MAX_TOOL_ARGUMENTS_CHARACTERS = 200

MAX_TOTAL_BLOCK_CHARACTERS = 9_000_000
"""Characters of JSON that images and files of a conversation have, the newest first; others are named."""

_MESSAGE_TYPES_BY_ROLE = {"user": "human", "assistant": "ai"}


def make_state_messages_json(state: JSON) -> list[JSONObject]:
    """The messages in an encoded state, as they are shown; none where it has none."""
    messages = state.get("messages") if isinstance(state, Mapping) else None
    if not isinstance(messages, list):
        return []
    shown = [
        each
        for message in messages[-MAX_SHOWN_MESSAGES:]
        if (each := _make_message_json(message)) is not None
    ]
    left = MAX_TOTAL_BLOCK_CHARACTERS
    for each in reversed(shown):
        left -= estimate_json_length(each["blocks"], max(left, 0))
        if left < 0:
            each["text"] = each["text"] or _describe_block_types(each["blocks"])
            each["blocks"] = []
    return shown


def _describe_block_types(blocks: Sequence[JSON]) -> str:
    return "".join(
        f"[{block.get('type', 'block') if isinstance(block, dict) else 'block'}]" for block in blocks
    )


def _make_message_json(value: JSON) -> JSONObject | None:
    message = _normalize_message(value)
    if message is None or is_remove_message(message):
        return None
    content = split_message_content(message)
    calls: list[dict[str, Any]] = [
        {"name": str(call["name"]), "args": preview_json(call["args"], MAX_TOOL_ARGUMENTS_CHARACTERS)}
        for call in read_tool_calls(message)
    ]
    shown = [block for block in content.other_blocks if is_attachment(block)]
    return {
        "id": message.get("id"),
        "role": get_message_role(message),
        "name": message.get("name"),
        "text": clip_text(
            content.text or ("" if shown else _describe_block_types(content.other_blocks)),
            MAX_MESSAGE_TEXT_CHARACTERS,
        ),
        "tool_calls": calls,
        "blocks": shown,
    }


def _normalize_message(message: JSON) -> JSONObject | None:
    """A message in the one form that is read here: people also write ``{"role", "content"}`` and pairs."""
    if is_encoded_message(message):
        return message
    if is_message_dict(message):
        role = _MESSAGE_TYPES_BY_ROLE.get(message["role"], message["role"])
        return {**message, "type": role if role in ROLES_BY_MESSAGE_TYPE else "chat"}
    if is_role_content_pair(message) and isinstance(message[1], str):
        return {"type": _MESSAGE_TYPES_BY_ROLE.get(message[0], message[0]), "content": message[1], "id": None}
    return None
