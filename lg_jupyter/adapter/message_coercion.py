"""Messages in the forms in which people write them: objects, ``("ai", "…")``, ``{"role": …}``, a string.

LangGraph makes messages of them in a channel whose reducer is ``add_messages``. ``updates`` and ``tasks``
show what was written before that, so it is made here by LangChain's own ``convert_to_messages``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from lg_jupyter.adapter.complete_message import UNKNOWN_ORIGIN, MessageOrigin
from lg_jupyter.adapter.fields import is_list_like
from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import INPUT_MESSAGE_ROLES, is_encoded_message, is_role_content_pair
from lg_jupyter.events.events import JSON, JSONObject

OVERWRITE_TYPE = "__overwrite__"

_ALLOWED_MESSAGE_FIELDS = frozenset(
    {
        "role",
        "content",
        "id",
        "name",
        "type",
        "tool_calls",
        "tool_call_id",
        "function_call",
        "refusal",
        "audio",
        "annotations",
        "reasoning_content",
        "artifact",
        "status",
        "additional_kwargs",
        "response_metadata",
        "usage_metadata",
    }
)
"""What a dict with a role may have besides, and still be nothing but a message."""

_MAX_UNCERTAIN_MESSAGES = 20
"""Values of one write that are remembered as perhaps being messages."""


class FoundMessage(NamedTuple):
    """A message among what was written or given.

    Attributes
    ----------
    message
        As LangChain makes it.
    channel
        The key of the state; ``""`` where a message was returned as such.
    is_certain
        Whether it is one, else only if the channel turns out to hold messages.
    is_converted
        Whether it was written in a form of which LangGraph makes a message, and is none itself.
    origin
        What the metadata of its task say of it, where it came with them.
    """

    message: JSONObject
    channel: str
    is_certain: bool = True
    is_converted: bool = False
    origin: MessageOrigin = UNKNOWN_ORIGIN


def message_or_none(value: JSON) -> JSONObject | None:
    """A value that is a message wherever it stands: an encoded one, or a dict with role and content."""
    if is_encoded_message(value):
        return value
    if type(value) is not dict or "content" not in value or not value.keys() <= _ALLOWED_MESSAGE_FIELDS:
        return None
    role, content = value.get("role"), value["content"]
    if type(role) is not str or role not in INPUT_MESSAGE_ROLES:
        return None
    return (
        convert_to_message_or_none(value)
        if content is None or isinstance(content, str) or is_list_like(content)
        else None
    )


def convert_to_message_or_none(value: JSON) -> JSONObject | None:
    """What ``convert_to_messages`` makes of a value; ``None`` if it makes nothing of it."""
    from langchain_core.messages import convert_to_messages

    try:
        plain: Any = to_plain_json(value)
        converted: JSONObject = convert_to_messages([plain])[0].model_dump()
    except Exception:  # it is no message, or one that LangChain refuses
        return None
    return converted


def find_written_messages(
    writes: JSON,
    known_message_channels: Collection[str],
    other_channels: Collection[str],
    *,
    is_functional_task: bool = False,
) -> Iterator[FoundMessage]:
    """The messages among the writes of a task: by channel, several such, or messages alone.

    ``known_message_channels`` are channels that hold messages, ``other_channels`` those that do not.
    ``is_functional_task``: it is what a function returned, and no write to channels.
    """
    message = message_or_none(writes) if is_functional_task or is_encoded_message(writes) else None
    if message is not None:
        yield FoundMessage(message, "", is_converted=message is not writes)
    elif isinstance(writes, dict):
        for channel, value in writes.items():
            yield from _find_messages_in_channel(channel, value, known_message_channels, other_channels)
    elif is_list_like(writes):
        for write in writes:
            yield from find_written_messages(
                write, known_message_channels, other_channels, is_functional_task=True
            )


def _find_messages_in_channel(
    channel: str, value: JSON, known_message_channels: Collection[str], other_channels: Collection[str]
) -> Iterator[FoundMessage]:
    """The messages that were written to one channel."""
    if type(value) is dict and "$writes" in value:  # several writes of one task
        for write in channel_value_as_list(value["$writes"]):
            yield from _find_messages_in_channel(channel, write, known_message_channels, other_channels)
        return
    if type(value) is dict and value.get("type") == OVERWRITE_TYPE:
        value = value.get("value")
    certain = channel in known_message_channels
    guesses = 0
    for item in (value,) if is_role_content_pair(value) else channel_value_as_list(value):
        message = message_or_none(item)
        if message is not None:
            yield FoundMessage(message, channel, is_converted=message is not item)
        elif (
            certain or (channel not in other_channels and guesses < _MAX_UNCERTAIN_MESSAGES)
        ) and _may_be_message(item):
            guesses += 1
            message = convert_to_message_or_none(item)
            if message is not None:
                yield FoundMessage(message, channel, certain, is_converted=True)


def _may_be_message(item: JSON) -> bool:
    if type(item) is str:
        return True
    return is_role_content_pair(item) or (
        type(item) is dict and ("role" in item or item.get("type") == "constructor")
    )


def channel_value_as_list(value: JSON) -> Sequence[JSON]:
    """What stands in a channel: in a list, or alone."""
    if is_list_like(value):
        found: Sequence[JSON] = value
        return found
    return (value,) if type(value) is dict or type(value) is str else ()
