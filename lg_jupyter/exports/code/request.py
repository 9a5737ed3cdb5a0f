"""What a run requested, as values that every language can write."""

from __future__ import annotations

import keyword
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lg_jupyter.exports.code.literals import SecretVariable
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.sources.base import UNSET, RequestedThreadId


@dataclass(frozen=True)
class StreamCall:
    """One stream: of an input, or of a run that goes on, with the value to resume with if it has one."""

    input: Any = None
    has_resume: bool = False
    resume_value: Any = None
    breakpoints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CodeForkPoint:
    """The checkpoint at which the first call begins, and what is written into the state there."""

    checkpoint_id: str
    changes_state: bool = False
    values: Any = None
    as_node: str | None = None


@dataclass(frozen=True)
class CodeRequest:
    """What one run requested, in values that JSON can hold, and none of its secrets.

    Attributes
    ----------
    stream_calls
        What was streamed: the run's request, then one for each time that it was resumed.
    graph_expression
        What the notebook calls the graph of a run in this process; a server's run has a ``url`` instead.
    is_synchronous
        Whether the graph is streamed without awaiting.
    thread_id
        As it was requested: its id, ``None`` for none, ``UNSET`` for a new one.
    api_key_variable
        The environment variable that holds the key, if the server gets one; the SDK finds it by itself
        unless ``is_api_key_explicit``.
    header_variables
        By name, the environment variables that hold the values: they may be secret.
    comments
        What the reader has to know, a line each.
    """

    stream_calls: list[StreamCall]
    config: Any
    context: Any
    stream_modes: list[str]
    subgraphs: bool
    message_filter: MessageFilter
    comments: list[str]
    graph_name_or_assistant_id: str
    fork_point: CodeForkPoint | None = None
    multitask_strategy: str | None = None
    durability: str | None = None
    graph_expression: str | None = None
    is_synchronous: bool = False
    url: str | None = None
    thread_id: RequestedThreadId = None
    api_key_variable: str | None = None
    is_api_key_explicit: bool = False
    header_variables: Mapping[str, SecretVariable] = field(default_factory=dict)

    @property
    def creates_thread(self) -> bool:
        return self.thread_id is UNSET

    @property
    def implicit_api_key_variable(self) -> str | None:
        """The environment variable that the SDK reads by itself, which the code does not name."""
        return None if self.is_api_key_explicit else self.api_key_variable

    def make_stream_payload(self, call: StreamCall, checkpoint_id: Any = None) -> dict[str, Any]:
        """The body of the server's request for a stream, as the SDK names its fields."""
        body = {
            "input": call.input,
            "command": {"resume": call.resume_value} if call.has_resume else None,
            "checkpoint_id": checkpoint_id,
            "stream_mode": self.stream_modes,
            "stream_subgraphs": self.subgraphs,
            "config": self.config or None,
            "context": self.context,
            "multitask_strategy": self.multitask_strategy,
            "durability": self.durability,
            **call.breakpoints,
        }
        return {name: value for name, value in body.items() if value is not None}


def is_dotted_name(name: str) -> bool:
    """Whether this is a name, or names with dots between: nothing else may stand in code as it is."""
    parts = name.split(".")
    return bool(re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", name)) and not any(map(keyword.iskeyword, parts))


def make_unique_placeholder() -> str:
    """A word that stands in no text."""
    return f"marker-{uuid.uuid4().hex}"
