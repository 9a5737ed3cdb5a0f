"""The vocabulary that every part of the package speaks.

A source yields :class:`Part` objects: one item of a stream, already encoded to JSON-able values.
The adapter turns each part into one :class:`Event`, whose ``facts`` say in our own words what
happened. Tables reduce facts; nothing after the adapter knows what LangGraph's parts look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, Union

JSON: TypeAlias = Any
"""A JSON-able value: what ``json`` can write, lists perhaps as :class:`lg_jupyter.encode.SharedList`."""

Status: TypeAlias = Literal[
    "pending",
    "running",
    "success",
    "interrupted",
    "error",
    "cancelled",
    "incomplete",
    "cached",
    "unreported",
]
"""One vocabulary for runs, tasks and namespaces; only tasks are ``cached`` or ``unreported``."""

FINAL_STATUSES: frozenset[str] = frozenset(
    {"success", "interrupted", "error", "cancelled", "incomplete", "cached", "unreported"}
)

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
    the source itself has to say (start, end, error, gap). ``namespace`` is the raw segments joined by
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
    modes: tuple[str, ...] = ()  # what was asked for, if the source says so


@dataclass(slots=True)
class RunEnded:
    status: Status
    error: dict[str, str] | None = None  # {"error": class name, "message": text}
    standing: dict[str, JSON] | None = None  # {"checkpoint_id", "step", "next"} of one that can go on
    output: JSON = None  # the root's last state, where nothing else tells it


@dataclass(slots=True)
class ToolCallChunk:
    index: int | str
    id: str | None
    name: str | None
    args: str


MessageSource: TypeAlias = Literal["input", "history", "model", "node", "tool"]
"""Where a message comes from: what the run was given, what else was there before, or who made it."""

GIVEN: frozenset[str] = frozenset({"input", "history"})
"""The sources of messages that were there before: context, which counts for nothing of the run."""


class Rest(NamedTuple):
    """What a message holds beside text and reasoning."""

    blocks: list[JSON]
    citations: list[JSON]
    tool_calls: list[JSON]  # [{"id", "name", "args"}]


class Draft(Protocol):
    """What the chunks of a message add up to, which is seen to when somebody looks."""

    def read(self) -> Rest:
        """What has come so far."""


@dataclass(slots=True)
class MessageChunk:
    """A piece of a message that is being streamed. Text fields are what is new, never the whole."""

    message_id: str
    role: str  # ai, human, system, tool, ...
    text: str = ""
    reasoning: str = ""
    tool_call_chunks: Sequence[ToolCallChunk] = ()
    draft: Draft | None = None  # what there is beside text and reasoning, where this chunk added to it
    has_blocks: bool = False  # whether that was more than a piece of a tool call
    usage: dict[str, JSON] | None = None
    finish_reason: str | None = None
    name: str | None = None
    provider: str | None = None
    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None
    source: MessageSource | None = None
    last: bool = False
    is_literal: bool = True  # whether the text of a token that follows is told as it is


@dataclass(frozen=True, slots=True)
class Writer:
    """The task that returned a message, and when. What is not known is ``None``."""

    namespace: str
    node: str | None
    task_id: str | None
    step: int | None
    time: float


@dataclass(slots=True)
class MessageWhole:
    """A message that came whole: never streamed, or the final form of one that was."""

    message_id: str
    role: str
    text: str
    reasoning: str = ""
    tool_calls: list[JSON] = field(default_factory=list)  # [{"id", "name", "args"}]
    tool_call_id: str | None = None
    artifact: JSON = None  # what a tool gave beside what it said to the model
    blocks: Sequence[JSON] = ()
    citations: Sequence[JSON] = ()
    usage: dict[str, JSON] | None = None
    finish_reason: str | None = None
    name: str | None = None
    provider: str | None = None
    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None
    status: str | None = None  # of a tool's message: success or error
    by_model: bool = False  # told by the model's call, and not by what a node returned
    source: MessageSource | None = None
    writer: Writer | None = None  # who returned it, where that is not the event's own task


@dataclass(slots=True)
class MessagesGiven:
    """Messages that a graph began with: of its input, or on its thread before.

    ``omitted`` are older ones that the thread holds too, and that are only counted.
    """

    namespace: str
    messages: Sequence[MessageWhole]
    omitted: int = 0


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


@dataclass(slots=True)
class TaskEnded:
    task_id: str
    node: str
    status: Status
    time: float
    result: JSON = None
    error: dict[str, str] | None = None
    interrupts: list[JSON] = field(default_factory=list)


@dataclass(slots=True)
class TaskRetried:
    """A task is tried again; ``error`` is what its try before failed with, where that is told."""

    task_id: str
    time: float
    error: dict[str, str] | None = None


@dataclass(slots=True)
class StateRead:
    """The whole state of a namespace after a step (mode ``values``).

    ``final`` is one that is told alone, when the graph has come to its end: what each step made of it is not.
    """

    values: JSON
    interrupted: bool = False
    final: bool = False


@dataclass(slots=True)
class StateFound:
    """The state before anything of the run; ``writer`` is the node as which it was changed first."""

    values: JSON
    known: bool = True
    writer: str | None = None


@dataclass(slots=True)
class StateWritten:
    """What one task wrote, before the reducers (mode ``updates``)."""

    node: str
    task_id: str | None
    writes: JSON  # {key: value}, or a list of such, or None
    cached: bool = False


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
class CustomEmitted:
    data: JSON


@dataclass(slots=True)
class InterruptRaised:
    interrupt_id: str
    value: JSON
    response_schema: JSON = None
    node: str | None = None
    task_id: str | None = None


@dataclass(slots=True)
class Resumed:
    """A resume begins: the pending interrupts are answered. ``values`` by interrupt id, or the one value."""

    value: JSON


@dataclass(slots=True)
class AnswerRefused:
    """What the run was to go on with was not taken. ``asks`` are what waits in its thread now."""

    asks: list[JSON]


@dataclass(slots=True)
class Dequeued:
    """A server has taken the run from its queue, in which it was since it was asked for."""


@dataclass(slots=True)
class SubgraphSeen:
    """What is known of a namespace: the graph's name, its agent's, the tool call that caused it."""

    graph_name: str | None = None
    agent_name: str | None = None
    tool_call: JSON = None  # {"id", "name", "args"}


Fact: TypeAlias = Union[  # noqa: UP007 - a runtime union of dataclasses, on Python 3.10 too
    RunStarted,
    RunEnded,
    MessageChunk,
    MessageWhole,
    MessagesGiven,
    MessageRemoved,
    TaskStarted,
    TaskEnded,
    TaskRetried,
    StateRead,
    StateFound,
    StateWritten,
    CheckpointSaved,
    CustomEmitted,
    InterruptRaised,
    Resumed,
    AnswerRefused,
    Dequeued,
    SubgraphSeen,
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
