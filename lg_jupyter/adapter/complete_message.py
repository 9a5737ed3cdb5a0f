"""A whole message as a fact, whoever gave it."""

from __future__ import annotations

from typing import NamedTuple

from lg_jupyter.adapter.fields import nonempty_dict_or_none, nonempty_text_or_none
from lg_jupyter.adapter.message_content import read_message_content
from lg_jupyter.adapter.message_fields import read_finish_reason, read_model_name, read_provider_name
from lg_jupyter.encode.messages import get_message_role
from lg_jupyter.events.events import CompleteMessage, JSONObject
from lg_jupyter.kernel.module_reload import keep_across_reloads


class MessageOrigin(NamedTuple):
    """Where a message comes from, as the metadata of its model call (or of its task) say."""

    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None
    provider: str | None = None


UNKNOWN_ORIGIN = keep_across_reloads("unknown origin", MessageOrigin())


def make_complete_message(
    row_id: str, message: JSONObject, origin: MessageOrigin, *, has_think_tags: bool = True
) -> CompleteMessage:
    """An encoded message as a fact, under the id ``row_id``."""
    text, reasoning, (blocks, citations, tool_calls) = read_message_content(
        message, origin.provider, has_think_tags=has_think_tags
    )
    return CompleteMessage(
        row_id,
        get_message_role(message),
        text,
        reasoning,
        tool_calls,
        nonempty_text_or_none(message.get("tool_call_id")),
        artifact=message.get("artifact"),
        blocks=blocks or (),
        citations=citations or (),
        usage=nonempty_dict_or_none(message.get("usage_metadata")),
        finish_reason=read_finish_reason(message),
        name=nonempty_text_or_none(message.get("name")),
        provider=read_provider_name(message) or origin.provider,
        model=read_model_name(message) or origin.model,
        tags=origin.tags,
        agent_name=origin.agent_name,
        status=nonempty_text_or_none(message.get("status")),
    )
