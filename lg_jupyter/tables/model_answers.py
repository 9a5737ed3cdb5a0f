"""Which message is the answer of which call of a model."""

from __future__ import annotations

from collections.abc import Callable

from lg_jupyter.encode.messages import is_encoded_message
from lg_jupyter.events.events import JSON, CompleteMessage
from lg_jupyter.tables.base import Row


def is_answer_of_model_call(row: Row, fact: CompleteMessage) -> bool:
    """Whether a whole message says what a call's model answered, with the same tokens."""
    output = row["output"]
    return row["usage"] == fact.usage and isinstance(output, dict) and output.get("content") == fact.text


def has_same_content_and_tool_calls(one: JSON, other: JSON) -> bool:
    """Whether two answers have the same words and calls of tools."""
    keys = ("content", "tool_calls")
    return (
        is_encoded_message(one)
        and is_encoded_message(other)
        and all(one.get(key) == other.get(key) for key in keys)
    )


def make_ai_message_json(message: Row) -> JSON:
    """A message as LangChain writes one, as far as its row tells."""
    return {
        "type": "ai",
        "id": message["message_id"],
        "content": message["text"],
        "tool_calls": message["tool_calls"],
    }


def pop_match_or_oldest(queues: dict[str, list[str]], key: str, fits: Callable[[str], bool]) -> str | None:
    """The first of those that wait under a key, at best of those that fit; ``None`` if none waits."""
    queue = queues.get(key)
    if not queue:
        return None
    oldest = next(filter(fits, queue), queue[0])
    queue.remove(oldest)
    if not queue:
        del queues[key]
    return oldest
