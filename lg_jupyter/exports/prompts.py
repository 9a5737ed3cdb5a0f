"""What a model was given, in the forms that others take: chat messages, LangChain's own, OpenAI's.

>>> to_chat_messages_without_ids([{"type": "human", "content": "Hi", "id": "1", "name": None}])
[{'role': 'user', 'content': 'Hi'}]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import get_message_role, is_encoded_message
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.exports.chat import CHAT_ROLES

_KEPT_MESSAGE_FIELDS = ("name", "tool_calls", "tool_call_id", "artifact", "additional_kwargs")


def get_model_input(call: Mapping[str, Any]) -> Sequence[JSON]:
    """The messages of a row of ``model_calls``.

    Raises
    ------
    UsageError
        If nobody knows them.
    """
    if call["input"] is None:
        raise UsageError(
            "What this model was given is not known: its run reports no calls. A server's does with "
            "calls=True (`%%lgstream ... --calls`)"
        )
    given: Sequence[JSON] = call["input"]
    return given


def to_chat_messages_without_ids(messages: Sequence[JSON]) -> list[Any]:
    """Messages with roles, which LangChain's models take, without ids and what a response tells of itself.

    What is no message is left as it is: a model without chat is given texts.
    """
    return [
        _to_chat_message_without_id(message) if is_encoded_message(message) else to_plain_json(message)
        for message in messages
    ]


def _to_chat_message_without_id(message: JSONObject) -> JSONObject:
    role = get_message_role(message)
    given = {"role": CHAT_ROLES.get(role, role), "content": to_plain_json(message["content"])}
    given.update((name, to_plain_json(message[name])) for name in _KEPT_MESSAGE_FIELDS if message.get(name))
    if message.get("status") == "error":
        given["status"] = "error"
    extra = given.get("additional_kwargs")
    if isinstance(extra, dict) and given.get("tool_calls"):
        extra.pop("tool_calls", None)  # the same once more, in a provider's form
        if not extra:
            del given["additional_kwargs"]
    return given


def to_langchain_messages(messages: Sequence[JSON]) -> list[Any]:
    """LangChain's message objects.

    Raises
    ------
    UsageError
        If they are none that LangChain knows.
    """
    from langchain_core.messages import convert_to_messages

    try:
        return convert_to_messages(to_chat_messages_without_ids(messages))
    except Exception as error:
        raise UsageError(f"LangChain can make no messages of what this model was given: {error}") from error


def to_openai_messages(messages: Sequence[JSON]) -> list[JSON]:
    """Messages in OpenAI's form, as LangChain's ``convert_to_openai_messages`` writes them.

    Raises
    ------
    UsageError
        If one of them has no such form.
    """
    from langchain_core.messages import convert_to_openai_messages

    objects = to_langchain_messages(messages)
    try:
        converted = convert_to_openai_messages(objects)
    except Exception as error:
        raise UsageError(f"What this model was given has no form as OpenAI messages: {error}") from error
    return list(converted) if isinstance(converted, list) else [converted]
