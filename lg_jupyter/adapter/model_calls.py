"""What a stream holds of a model call beyond its message: the model, its parameters, why it stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from lg_jupyter.adapter.fields import float_or_none, int_or_none, nonempty_text_or_none
from lg_jupyter.events.events import JSON, JSONObject

_MODEL_METADATA_KEYS = frozenset({"ls_provider", "ls_model_name", "ls_model_type"})
"""Among the metadata of what a model's call tells; LangGraph gives other ``ls_`` to every message."""


@dataclass(slots=True)
class ModelCallDetails:
    """``None`` is what is not known. ``provider`` is LangChain's name for it, as ``openai``."""

    provider: str | None = None
    request_model: str | None = None
    response_model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    finish_reason: str | None = None

    def get_known_parameters(self) -> JSONObject:
        """What is known of the call's parameters."""
        known = {"temperature": self.temperature, "max_tokens": self.max_tokens}
        return {name: value for name, value in known.items() if value is not None}

    def merge(self, more: ModelCallDetails) -> None:
        """Take over what another part has of the same call."""
        for field in fields(self):
            value = getattr(more, field.name)
            if value is not None:
                setattr(self, field.name, value)


def collect_calls_by_message_id(
    events: Iterable[tuple[str, str | None, JSON]],
) -> dict[str, ModelCallDetails]:
    """The model calls by the message that came of each, from events as ``(mode, message_id, data)``."""
    calls: dict[str, ModelCallDetails] = {}
    for mode, message_id, data in events:
        if message_id is None:
            continue
        call = _read_call_details(mode, data)
        if call is None:
            continue
        known = calls.get(message_id)
        if known is None:
            calls[message_id] = call
        else:
            known.merge(call)
    return calls


def _read_call_details(mode: str, data: JSON) -> ModelCallDetails | None:
    if mode == "messages" and isinstance(data, list) and len(data) == 2:
        message, metadata = data
    elif mode == "events" and isinstance(data, dict):
        metadata, inner = data.get("metadata"), data.get("data")
        message = (inner.get("chunk") or inner.get("output")) if isinstance(inner, dict) else None
    else:
        return None
    metadata = metadata if isinstance(metadata, dict) else {}
    message = message if isinstance(message, dict) else {}
    response = message.get("response_metadata")
    response = response if isinstance(response, dict) else {}
    if not _MODEL_METADATA_KEYS.intersection(metadata):
        return None
    return ModelCallDetails(
        provider=nonempty_text_or_none(metadata.get("ls_provider")),
        request_model=nonempty_text_or_none(metadata.get("ls_model_name")),
        response_model=nonempty_text_or_none(response.get("model_name") or response.get("model")),
        temperature=float_or_none(metadata.get("ls_temperature")),
        max_tokens=int_or_none(metadata.get("ls_max_tokens")),
        finish_reason=nonempty_text_or_none(response.get("finish_reason") or response.get("stop_reason")),
    )
