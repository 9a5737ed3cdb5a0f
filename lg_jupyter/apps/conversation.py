"""The messages of a thread's state as a conversation that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.adapter.content import read_content, read_tool_calls
from lg_jupyter.encode.messages import ROLES, is_message, is_pair, is_removal, is_written, role_of
from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import clip

MOST = 200
"""Messages shown; the newest."""

LONGEST = 20_000
"""Characters of a message's text."""

ARGUMENTS = 200

_ROLES = {"user": "human", "assistant": "ai"}


def conversation(state: JSON) -> list[dict[str, JSON]]:
    """The messages in an encoded state, as they are shown; none where it has none."""
    messages = state.get("messages") if isinstance(state, Mapping) else None
    if not isinstance(messages, list):
        return []
    shown = [said for message in messages[-MOST:] if (said := _said(message)) is not None]
    return shown


def _said(message: JSON) -> dict[str, JSON] | None:
    message = _in_full(message)
    if message is None or is_removal(message):
        return None
    content = read_content(message)
    calls: list[dict[str, Any]] = [
        {"name": str(call["name"]), "args": preview(call["args"], ARGUMENTS)}
        for call in read_tool_calls(message)
    ]
    text = content.text or "".join(f"[{block.get('type', 'block')}]" for block in content.blocks)
    return {
        "id": message.get("id"),
        "role": role_of(message),
        "name": message.get("name"),
        "text": clip(text, LONGEST),
        "tool_calls": calls,
    }


def _in_full(message: JSON) -> JSON:
    """A message in the one form that is read here: people also write ``{"role", "content"}`` and pairs."""
    if is_message(message):
        return message
    if is_written(message):
        role = _ROLES.get(message["role"], message["role"])
        return {**message, "type": role if role in ROLES else "chat"}
    if is_pair(message) and isinstance(message[1], str):
        return {"type": _ROLES.get(message[0], message[0]), "content": message[1], "id": None}
    return None
