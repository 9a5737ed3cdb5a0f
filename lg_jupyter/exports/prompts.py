"""What a model was given, in the forms that others take: chat messages, LangChain's own, OpenAI's.

>>> as_chat([{"type": "human", "content": "Hi", "id": "1", "name": None}])
[{'role': 'user', 'content': 'Hi'}]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.encode import plain
from lg_jupyter.encode.messages import is_message, role_of
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.chat import ROLES

_KEPT = ("name", "tool_calls", "tool_call_id", "artifact", "additional_kwargs")


def known_input(call: Mapping[str, JSON]) -> Sequence[JSON]:
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


def as_chat(messages: Sequence[JSON]) -> list[JSON]:
    """Messages with roles, which LangChain's models take, without ids and what a response tells of itself.

    What is no message is left as it is: a model without chat is given texts.
    """
    return [_chat_message(message) if is_message(message) else plain(message) for message in messages]


def _chat_message(message: JSON) -> dict[str, JSON]:
    role = role_of(message)
    given = {"role": ROLES.get(role, role), "content": plain(message["content"])}
    given.update((name, plain(message[name])) for name in _KEPT if message.get(name))
    if message.get("status") == "error":
        given["status"] = "error"
    extra = given.get("additional_kwargs")
    if isinstance(extra, dict) and given.get("tool_calls"):
        extra.pop("tool_calls", None)  # the same once more, in a provider's form
        if not extra:
            del given["additional_kwargs"]
    return given


def as_messages(messages: Sequence[JSON]) -> list[Any]:
    """LangChain's message objects.

    Raises
    ------
    UsageError
        If they are none that LangChain knows.
    """
    from langchain_core.messages import convert_to_messages

    try:
        return convert_to_messages(as_chat(messages))
    except Exception as error:
        raise UsageError(f"LangChain can make no messages of what this model was given: {error}") from error


def as_openai(messages: Sequence[JSON]) -> list[JSON]:
    """Messages in OpenAI's form, as LangChain's ``convert_to_openai_messages`` writes them.

    Raises
    ------
    UsageError
        If one of them has no such form.
    """
    from langchain_core.messages import convert_to_openai_messages

    objects = as_messages(messages)
    try:
        converted = convert_to_openai_messages(objects)
    except Exception as error:
        raise UsageError(f"What this model was given has no form as OpenAI messages: {error}") from error
    return list(converted) if isinstance(converted, list) else [converted]
