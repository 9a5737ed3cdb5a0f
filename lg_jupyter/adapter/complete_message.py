"""A whole message as a fact, whoever gave it."""

from __future__ import annotations

from typing import NamedTuple

from lg_jupyter.adapter.content import finish_reason_of, model_of, provider_of
from lg_jupyter.adapter.fields import nonempty_text, optional_mapping
from lg_jupyter.adapter.message_content import read_message
from lg_jupyter.encode.messages import role_of
from lg_jupyter.events.events import JSON, CompleteMessage
from lg_jupyter.kernel.kept import kept


class MessageOrigin(NamedTuple):
    """Where a message comes from, as the metadata of its model call (or of its task) say."""

    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None
    provider: str | None = None


UNKNOWN_ORIGIN = kept("unknown origin", MessageOrigin())


def complete_message(
    row: str, message: JSON, origin: MessageOrigin, *, think_tags: bool = True
) -> CompleteMessage:
    """An encoded message as a fact, under the id ``row``."""
    text, reasoning, (blocks, citations, tool_calls) = read_message(
        message, origin.provider, think_tags=think_tags
    )
    return CompleteMessage(
        row,
        role_of(message),
        text,
        reasoning,
        tool_calls,
        nonempty_text(message.get("tool_call_id")),
        artifact=message.get("artifact"),
        blocks=blocks or (),
        citations=citations or (),
        usage=optional_mapping(message.get("usage_metadata")),
        finish_reason=finish_reason_of(message),
        name=nonempty_text(message.get("name")),
        provider=provider_of(message) or origin.provider,
        model=model_of(message) or origin.model,
        tags=origin.tags,
        agent_name=origin.agent_name,
        status=nonempty_text(message.get("status")),
    )
