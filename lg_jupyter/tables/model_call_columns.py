"""Columns of ``model_calls`` from what a call was given, and from what LangChain counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lg_jupyter.encode.messages import get_message_role, is_encoded_message, is_encoded_message_or_list
from lg_jupyter.events.events import JSON
from lg_jupyter.tables.usage import Usage


def find_system_prompt(messages: Sequence[JSON]) -> JSON:
    """What the system prompt of a call says; ``""`` if it had none."""
    found = []
    for message in messages:
        if not is_encoded_message(message) or get_message_role(message) not in ("system", "developer"):
            break
        found.append(message.get("content"))
    return found[0] if len(found) == 1 else found or ""


def make_usage_columns(usage: JSON) -> dict[str, Any]:
    """The counts of a call, and LangChain's ``usage_metadata`` whole."""
    if not isinstance(usage, dict):
        return {}
    details = [usage.get("input_token_details"), usage.get("output_token_details")]
    audio = [each.get("audio") for each in details if isinstance(each, dict)]
    heard = [count for count in audio if isinstance(count, int)]
    counts = Usage.from_usage_metadata(usage).with_zeros_as_unknown._asdict()
    return {"usage": usage, "audio_tokens": sum(heard) if heard else None, **counts}


def find_messages_in_task_input(state: JSON) -> JSON | None:
    """The messages of a task's input, if it holds one list of them."""
    if not isinstance(state, dict):
        return state if isinstance(state, Sequence) and is_encoded_message_or_list(state) else None
    lists = [
        value for value in state.values() if isinstance(value, Sequence) and is_encoded_message_or_list(value)
    ]
    return lists[0] if len(lists) == 1 else None
