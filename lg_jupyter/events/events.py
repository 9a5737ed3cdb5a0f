"""The vocabulary that every part of the package speaks.

A source yields :class:`Part` objects: one item of a stream, already encoded to JSON-able values.
The adapter turns each part into one :class:`Event`, whose ``facts`` are typed records of what
happened. Tables reduce facts; nothing after the adapter knows what LangGraph's parts look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, TypeAlias, Union

from lg_jupyter.events.calls import (
    CallSource,
    ModelCallEnded,
    ModelCallFirstToken,
    ModelCallPriced,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from lg_jupyter.events.store import StoreCalled
from lg_jupyter.events.types import FINAL_STATUSES as FINAL_STATUSES
from lg_jupyter.events.types import JSON as JSON
from lg_jupyter.events.types import JSONObject as JSONObject
from lg_jupyter.events.types import Status as Status

MODES: tuple[str, ...] = (
    "values",
    "updates",
    "messages",
    "custom",
    "debug",
    "tasks",
    "checkpoints",
    "events",
)
"""The stream modes a user can ask for, on every source."""

DEFAULT_MODES: tuple[str, ...] = ("values", "updates", "messages", "custom", "debug")
"""Fills every panel and asks for nothing twice: ``debug`` is tasks and checkpoints with steps and times."""


@dataclass(slots=True)
class Part:
    """One item of a stream, as a source yields it.

    ``mode`` is the name the stream gave (``"messages/partial"`` stays that), or ``"control"`` for what
    the source itself reports (start, end, error, gap). ``namespace`` is the raw segments joined by
    ``|``. ``timestamp`` is the arrival, in seconds since the epoch. ``source_id`` is the SSE event id.
    """

    mode: str
    namespace: str
    data: JSON
    timestamp: float
    source_id: str | None = None


# ---------------------------------------------------------------------------------------------
# Facts: what happened, one small record each. ``time`` fields are seconds since the epoch and hold
# the source's own clock where it sends one, else the arrival.


@dataclass(slots=True)
class RunStarted:
    run_id: str | None
    thread_id: str | None
    attempt: int = 1
    modes: tuple[str, ...] = ()  # what was requested, if the source knows
    call_source: CallSource = "inferred"  # how calls of models and tools will be known
    are_all_calls_reported: bool = True  # whether all of them will be, that are made through LangChain


@dataclass(frozen=True, slots=True)
class ExceptionDetails:
    """What the frames of an exception tell, which a graph in this process raised.

    ``traceback`` lists it and what caused it, as
    :func:`lg_jupyter.encode.exceptions.encode_exception_with_traceback` says.
    ``tool_call_id`` is the call of the tool that raised it, ``reducer`` the key whose channel did,
    ``checkpointer`` the class of the checkpointer that did.
    """

    traceback: list[JSONObject]
    tool_call_id: str | None = None
    reducer: str | None = None
    checkpointer: str | None = None


@dataclass(slots=True)
class RunEnded:
    status: Status
    error: dict[str, str] | None = None  # {"error": class name, "message": text}
    thread_state: JSONObject | None = None  # {"checkpoint_id", "step", "next"} of one that can go on
    output: JSON = None  # the root's last state, where nothing else holds it
    exception_details: ExceptionDetails | None = None


@dataclass(slots=True)
class ToolCallChunk:
    index: int | str
    id: str | None
    name: str | None
    args: str


MessageSource: TypeAlias = Literal["input", "history", "model", "node", "tool"]
"""Where a message comes from: what the run was given, what else was there before, or who made it."""


class MessageExtras(NamedTuple):
    """What a message holds beside text and reasoning."""

    blocks: list[JSON]
    citations: list[JSONObject]
    tool_calls: list[JSONObject]  # [{"id", "name", "args"}]


class StreamedMessageExtras(Protocol):
    """What the chunks of a message add up to, which is computed when it is read."""

    def get_extras_so_far(self) -> MessageExtras:
        """What has come so far."""


@dataclass(slots=True)
class MessageChunk:
    """A piece of a message that is being streamed. Text fields are what is new, never the whole."""

    message_id: str
    role: str  # ai, human, system, tool, ...
    text: str = ""
    reasoning: str = ""
    tool_call_chunks: Sequence[ToolCallChunk] = ()
    extras: StreamedMessageExtras | None = (
        None  # what is beside text and reasoning, where this chunk added to it
    )
    has_new_blocks: bool = False  # whether it added more than a piece of a tool call
    usage: JSONObject | None = None
    finish_reason: str | None = None
    name: str | None = None
    provider: str | None = None
    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None
    source: MessageSource | None = None
    is_last: bool = False
    alias_message_id: str | None = None  # another id of the message, with the first chunk that came under it
    is_next_text_verbatim: bool = True  # whether the text of a token that follows is taken as it is


@dataclass(frozen=True, slots=True)
class WriterTask:
    """The task that returned a message, and when. What is not known is ``None``."""

    namespace: str
    node: str | None
    task_id: str | None
    step: int | None
    time: float

    @classmethod
    def from_event(cls, event: Event) -> WriterTask:
        """The task that an event is of."""
        return cls(event.namespace, event.node, event.task_id, event.step, event.timestamp)


@dataclass(slots=True)
class CompleteMessage:
    """A message that came whole: never streamed, or the final form of one that was."""

    message_id: str
    role: str
    text: str
    reasoning: str = ""
    tool_calls: list[JSONObject] = field(default_factory=list)  # [{"id", "name", "args"}]
    tool_call_id: str | None = None
    artifact: JSON = None  # what a tool returned beside its text for the model
    blocks: Sequence[JSON] = ()
    citations: Sequence[JSONObject] = ()
    usage: JSONObject | None = None
    finish_reason: str | None = None
    name: str | None = None
    provider: str | None = None
    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None
    status: str | None = None  # of a tool's message: success or error
    is_from_model: bool = False  # from the model's call, and not from what a node returned
    source: MessageSource | None = None
    writer: WriterTask | None = None  # who returned it, where that is not the event's own task


@dataclass(slots=True)
class InitialMessages:
    """Messages that a graph began with: of its input, or on its thread before.

    ``omitted_count`` are older ones that the thread holds too, and that are only counted.
    """

    namespace: str
    messages: Sequence[CompleteMessage]
    omitted_count: int = 0


@dataclass(slots=True)
class MessageRemoved:
    message_id: str  # "__remove_all__" for all


@dataclass(slots=True)
class TaskStarted:
    task_id: str
    node: str
    input: JSON
    triggers: list[str]
    time: float
    tool_call: JSONObject | None = None  # {"id", "name", "args"}: the one that it runs


@dataclass(slots=True)
class TaskEnded:
    task_id: str
    node: str
    status: Status
    time: float
    result: JSON = None
    error: dict[str, str] | None = None
    interrupts: list[JSONObject] = field(default_factory=list)
    exception_details: ExceptionDetails | None = None
    tool_call_id: str | None = None  # the call of a tool that failed with it, where that is known


@dataclass(slots=True)
class TaskRetried:
    """A task is tried again; ``error`` is what its try before failed with, where that is known, and when."""

    task_id: str
    time: float
    error: dict[str, str] | None = None
    previous_failure_time: float | None = None


@dataclass(slots=True)
class StateValues:
    """The whole state of a namespace after a step (mode ``values``).

    ``is_final`` is one that comes alone, when the graph has come to its end, without those of each step.
    """

    values: JSON
    is_interrupted: bool = False
    is_final: bool = False


@dataclass(slots=True)
class InitialState:
    """The state before anything of the run; ``writer_node`` is the node as which it was changed first."""

    values: JSON
    is_known: bool = True
    writer_node: str | None = None


@dataclass(slots=True)
class StateUpdate:
    """What one task wrote, before the reducers (mode ``updates``)."""

    node: str
    task_id: str | None
    writes: JSON  # {key: value}, or a list of such, or None
    is_cached: bool = False


@dataclass(slots=True)
class CheckpointSaved:
    checkpoint_id: str
    parent_checkpoint_id: str | None
    thread_id: str | None
    step: int | None
    source: str | None
    time: float
    next: list[str]
    values: JSON
    metadata: JSON = None


@dataclass(slots=True)
class CustomDataEmitted:
    data: JSON


@dataclass(slots=True)
class InterruptRaised:
    interrupt_id: str
    value: JSON
    response_schema: JSONObject | None = None
    node: str | None = None
    task_id: str | None = None


@dataclass(slots=True)
class RunResumed:
    """A resume begins: the pending interrupts are answered. ``values`` by interrupt id, or the one value.

    ``has_answered_interrupts`` is false where none is: they are raised again, or their thread asks them no
    more.
    """

    answer_value: JSON
    has_answered_interrupts: bool = True


@dataclass(slots=True)
class AnswerRejected:
    """The run did not resume with its answer. ``interrupts`` are those pending in its thread now."""

    interrupts: list[JSONObject]


@dataclass(slots=True)
class RunDequeued:
    """A server has taken the run from its queue, in which it was since it was requested."""


@dataclass(slots=True)
class SubgraphInfo:
    """What is known of a namespace: the graph's name, its agent's, the tool call that caused it."""

    graph_name: str | None = None
    agent_name: str | None = None
    tool_call: JSONObject | None = None  # {"id", "name", "args"}


Fact: TypeAlias = Union[  # noqa: UP007 - a runtime union of dataclasses, on Python 3.10 too
    RunStarted,
    RunEnded,
    MessageChunk,
    CompleteMessage,
    InitialMessages,
    MessageRemoved,
    TaskStarted,
    TaskEnded,
    TaskRetried,
    StateValues,
    InitialState,
    StateUpdate,
    CheckpointSaved,
    CustomDataEmitted,
    InterruptRaised,
    RunResumed,
    AnswerRejected,
    RunDequeued,
    SubgraphInfo,
    ModelCallStarted,
    ModelCallFirstToken,
    ModelCallEnded,
    ModelCallPriced,
    ToolCallStarted,
    ToolCallEnded,
    StoreCalled,
]


@dataclass(slots=True)
class Event:
    """One stream event: the envelope (a row of the ``events`` table) and the facts in it.

    ``seq`` is 0, 1, 2, … per run and is the only order. ``namespace`` is where it happened,
    ``"node:task_id|…"``, ``""`` at the root.
    """

    seq: int
    timestamp: float
    mode: str
    namespace: str
    node: str | None
    step: int | None
    task_id: str | None
    message_id: str | None
    run_id: str | None
    thread_id: str | None
    checkpoint_id: str | None
    data: JSON
    facts: tuple[Fact, ...] = ()
    source_id: str | None = None
