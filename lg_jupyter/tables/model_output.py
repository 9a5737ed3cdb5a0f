"""How the output of models has come: streamed, whole from a call, or returned by a node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lg_jupyter.tables.message_builder import MessageBuilder


class ModelOutputSummary(NamedTuple):
    """How the output of models has come.

    ``has_output``: whether any came; ``unstreamed_models_by_node``: where a call of a model gave a whole
    message, with the model; ``nodes_returning_messages``: which returned messages of models and no call.
    """

    has_output: bool
    unstreamed_models_by_node: dict[str, str | None]
    nodes_returning_messages: list[str]


def summarize_model_output(messages: Sequence[MessageBuilder]) -> ModelOutputSummary:
    """The same of these messages of a run."""
    outputs = [message for message in messages if message.role == "ai" and not message.is_initial]
    whole = [message for message in outputs if not message.chunk_count]
    return ModelOutputSummary(
        has_output=bool(outputs),
        unstreamed_models_by_node={m.node or "?": m.model for m in whole if m.is_from_model},
        nodes_returning_messages=[
            *dict.fromkeys(m.node or "?" for m in whole if _is_model_message_outside_call(m))
        ],
    )


def _is_model_message_outside_call(message: MessageBuilder) -> bool:
    """Whether a whole message that came with no call of a model is a model's: somebody counted its tokens."""
    return not message.is_from_model and (message.model is not None or message.usage.total_tokens is not None)
