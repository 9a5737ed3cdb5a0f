"""Facts about the calls of models and tools: what each was given, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lg_jupyter.events.types import JSON, JSONObject, Status

CallSource: TypeAlias = Literal["callback", "events", "inferred"]
"""How a call is known: LangChain called a callback, a stream of mode ``events`` reported it, or only its
message and its task's input are known."""

CALLS_MODE = "calls"
"""The mode of parts that no stream has: of what callbacks of this process report, and of prices of calls."""


DEFAULT_TOOL_ERROR_NAME = "ToolError"
"""What a tool's error is called of which only the message with it is known."""


@dataclass(slots=True)
class ModelCallStarted:
    """A model is called. What its source does not report is ``None``, which is not the same as empty."""

    call_id: str
    time: float
    known_from: CallSource
    parent_call_id: str | None = None
    message_id: str | None = None  # that its message will likely have
    agent_name: str | None = None
    provider: str | None = None
    model: str | None = None
    input: Sequence[JSON] | None = None  # the messages, a system prompt first
    tools: JSON = None  # in the provider's own form
    parameters: JSONObject | None = None
    tags: list[str] | None = None
    attempt: int | None = None  # from 1; of one thing that was tried again after it failed
    retry_of: str | None = None
    context_window: int | None = None  # tokens that the model reads at most


@dataclass(slots=True)
class ModelCallFirstToken:
    """The first token of a call has come."""

    call_id: str
    time: float


@dataclass(slots=True)
class ModelCallEnded:
    """A call of a model is over."""

    call_id: str
    time: float
    status: Status
    message_id: str | None = None
    output: JSON = None  # the message
    response_model: str | None = None
    finish_reason: str | None = None
    usage: JSONObject | None = None  # LangChain's ``usage_metadata``
    is_cached: bool = False
    error: JSONObject | None = None
    likely_message_id: str | None = None  # what a message that came of it in pieces is called, most likely


@dataclass(slots=True)
class ModelCallPriced:
    """What a call that is over cost, in US dollars; where nobody knows, ``note`` is why."""

    call_id: str
    cost: float | None
    source: str | None = None
    note: str | None = None


@dataclass(slots=True)
class ToolCallStarted:
    """A tool is called."""

    call_id: str
    time: float
    known_from: CallSource
    name: str | None = None
    description: str | None = None
    parent_call_id: str | None = None
    tool_call_id: str | None = None
    agent_name: str | None = None
    args: JSON = None
    tags: list[str] | None = None


@dataclass(slots=True)
class ToolCallEnded:
    """A call of a tool is over; ``message_id`` is that of the message in which the model gets the result."""

    call_id: str
    time: float
    status: Status
    tool_call_id: str | None = None
    message_id: str | None = None
    result: JSON = None
    artifact: JSON = None
    error: JSONObject | None = None
