"""One message while it grows: the row behind the table ``messages``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lg_jupyter.events.events import (
    JSON,
    CompleteMessage,
    Event,
    JSONObject,
    MessageChunk,
    MessageExtras,
    MessageSource,
    StreamedMessageExtras,
    ToolCallChunk,
    WriterTask,
)
from lg_jupyter.events.finish_reasons import is_cut_short
from lg_jupyter.events.namespace import get_enclosing_task_ids
from lg_jupyter.tables.base import Row, seconds_between
from lg_jupyter.tables.growing_text import GrowingText
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.speaker import format_speaker
from lg_jupyter.tables.usage import Usage

_STREAMED_COLUMNS = [
    name for name, column in SCHEMAS["messages"].column_details.items() if column.is_streamed
]


class StreamedToolCall:
    """A tool call whose arguments arrive as pieces of JSON."""

    __slots__ = ("args", "call_id", "name")

    def __init__(self, chunk: ToolCallChunk) -> None:
        self.call_id = chunk.id
        self.name = chunk.name
        self.args = GrowingText()

    def to_json(self) -> Row:
        """The call with its arguments parsed; what is no JSON stays text."""
        text = str(self.args)
        try:
            args = json.loads(text) if text else {}
        except ValueError:
            args = text
        return {"id": self.call_id, "name": self.name, "args": args}

    def to_json_with_raw_args(self) -> Row:
        return {"id": self.call_id, "name": self.name, "args": str(self.args)}

    def to_json_without_args(self) -> Row:
        return {"id": self.call_id, "name": self.name}


class MessageBuilder:
    """Grows by chunks, is corrected by its whole form. Who says it is what its first event says."""

    __slots__ = (
        "_calls_by_index",
        "_usage",
        "agent_name",
        "artifact",
        "blocks",
        "calls",
        "chunk_count",
        "citations",
        "drop_reasons",
        "end_time",
        "errors_by_call_id",
        "finish_reason",
        "first_token_time",
        "is_from_model",
        "is_initial",
        "last_time",
        "message_id",
        "model",
        "name",
        "namespace",
        "node",
        "provider",
        "reasoning",
        "removed_time",
        "role",
        "source",
        "start_time",
        "status",
        "step",
        "streamed_extras",
        "summed_usage",
        "tags",
        "task_id",
        "text",
        "tool_call_id",
        "tool_calls",
        "tool_name",
    )

    def __init__(self, event: Event, fact: MessageChunk | CompleteMessage, start_time: float) -> None:
        self.message_id = fact.message_id
        self.role = fact.role
        self.source: MessageSource | None = "model" if isinstance(fact, MessageChunk) else fact.source
        self.is_initial = False  # it was there before the run: neither its time nor its tokens are the run's
        self.name = fact.name
        self.tool_name: str | None = None  # the tool of the call that it answers
        self.provider = fact.provider
        self.model = fact.model
        self.tags = fact.tags
        self.agent_name = fact.agent_name
        self.is_from_model = False  # it came whole with the model's call
        self.tool_call_id: str | None = None
        self.errors_by_call_id: dict[str, str] = {}  # calls whose tool raised, and what
        self.drop_reasons: dict[str, str] = {}  # calls that got no result because of that, and why
        self.removed_time: float | None = None
        self._usage = Usage()
        self.summed_usage = Usage()  # of it, in the sums
        self.text = GrowingText()
        self.reasoning = GrowingText()
        self._reset(event, start_time)

    @property
    def is_from_model_call(self) -> bool:
        """Whether a call of a model is known to have given it."""
        return self.is_from_model or self.chunk_count > 0

    def mark_as_copy(self) -> None:
        """Leave its tokens to the answer that it is a copy of, also where they were counted already."""
        self.source, self._usage = "node", Usage()

    def is_copy_of(self, answer: MessageBuilder) -> bool:
        """Whether it is what a model answered in its task, or in a graph of that; it has the same tokens."""
        if answer.source != "model" or self.task_id is None or str(answer.text) != str(self.text):
            return False
        here = answer.task_id == self.task_id and answer.is_from_model_call
        return here or self.task_id in get_enclosing_task_ids(answer.namespace)

    def restart(self, event: Event, start_time: float) -> None:
        """Begin again: another model call uses the same id, and replaces the output of the first."""
        self.text.replace("")
        self.reasoning.replace("")
        self._reset(event, start_time)

    def _reset(self, event: Event, start_time: float) -> None:
        self.namespace = event.namespace
        self.node = event.node
        self.step = event.step
        self.task_id = event.task_id
        self.status = "running"
        self.chunk_count = 0
        self.start_time: float | None = start_time
        self.first_token_time: float | None = None
        self.last_time = event.timestamp
        self.end_time: float | None = None
        self.calls: list[StreamedToolCall] = []
        self._calls_by_index: dict[int | str, StreamedToolCall] = {}
        self.tool_calls: list[JSONObject] | None = None
        self.blocks: list[JSON] | None = None
        self.citations: list[JSONObject] | None = None
        self.streamed_extras: StreamedMessageExtras | None = None
        self.artifact: JSON = None
        self.finish_reason: str | None = None

    def mark_as_initial(self, namespace: str) -> None:
        """Be one that was there before its graph began, and that has neither a task nor a time."""
        self.is_initial = True
        self.namespace, self.node, self.step, self.task_id = namespace, None, None, None
        self.start_time = None

    def set_writer_if_unknown(self, event: Event, writer: WriterTask | None) -> None:
        """Take who returned it, where that is not known yet."""
        place = writer or event
        if self.is_initial or (self.node is not None and self.node != place.node) or self.task_id is not None:
            return
        if self.node is None:
            self.node, self.step = place.node, place.step
        if self.namespace == place.namespace:
            self.task_id = place.task_id
            self.step = place.step if self.step is None else self.step

    def update_metadata(self, fact: MessageChunk | CompleteMessage) -> None:
        """Take what later chunks know better than the first did."""
        if not self.is_initial and (self.source is None or fact.source == "model"):
            self.source = fact.source
        self.name = fact.name or self.name
        self.provider = fact.provider or self.provider
        self.model = fact.model or self.model
        self.tags = fact.tags or self.tags
        self.agent_name = fact.agent_name or self.agent_name
        self.finish_reason = fact.finish_reason or self.finish_reason

    def add_tool_call_chunks(self, chunks: Sequence[ToolCallChunk]) -> bool:
        """Whether a call is new."""
        known = len(self.calls)
        for chunk in chunks:
            call = self._calls_by_index.get(chunk.index)
            is_new = call is None or bool(chunk.id and call.call_id and chunk.id != call.call_id)
            if call is None or is_new:
                call = self._calls_by_index[chunk.index] = StreamedToolCall(chunk)
                self.calls.append(call)
            call.call_id = call.call_id or chunk.id
            if chunk.name and not is_new:
                call.name = (call.name or "") + chunk.name
            if chunk.args:
                call.args.pieces.append(chunk.args)
        return len(self.calls) > known

    def record_usage(self, usage: JSONObject, *, is_added: bool) -> None:
        """Take the tokens of ``usage``: in addition (chunks carry shares), or instead (whole messages)."""
        reported = Usage.from_usage_metadata(usage)
        self._usage = self._usage + reported if is_added else reported

    @property
    def usage(self) -> Usage:
        """The tokens that are known of: that a model with any output read or wrote none is not."""
        counted = self.end_time is not None and not self._has_content
        return self._usage if counted else self._usage.with_zeros_as_unknown

    @property
    def _has_content(self) -> bool:
        return bool(self.text.pieces or self.reasoning.pieces or self.tool_calls or self.calls or self.blocks)

    def set_blocks_and_tool_calls(self, extras: MessageExtras) -> None:
        """What the message holds beside text and reasoning."""
        self.streamed_extras = None
        self.blocks = extras.blocks or None
        self.citations = extras.citations or None
        self.tool_calls = extras.tool_calls or None

    def finish(self, status: str, time: float) -> None:
        if self.streamed_extras is not None:
            self.set_blocks_and_tool_calls(self.streamed_extras.get_extras_so_far())
        is_short = self.role == "ai" and (is_cut_short(self.finish_reason) or _has_refusal(self.blocks))
        self.status = "incomplete" if status == "success" and is_short else status
        self.end_time = None if self.is_initial else time
        if self.calls and self.tool_calls is None:
            self.tool_calls = [call.to_json() for call in self.calls]

    def iter_growing_texts(self) -> Iterator[tuple[str, GrowingText]]:
        """What streams, by kind; tool calls are numbered by their place in ``tool_calls``."""
        yield "text", self.text
        yield "reasoning", self.reasoning
        for index, call in enumerate(self.calls):
            yield f"tool_call:{index}", call.args

    def make_row(self) -> Row:
        streaming = [call.to_json_with_raw_args() for call in self.calls] or None
        return self._make_row_with_content(str(self.text), str(self.reasoning), self.tool_calls or streaming)

    def make_row_without_text(self) -> Row:
        """The row for a display, which has the texts already; tool calls have arguments once complete."""
        streaming = [call.to_json_without_args() for call in self.calls] or None
        row = self._make_row_with_content(None, None, self.tool_calls or streaming)
        for name in _STREAMED_COLUMNS:
            del row[name]
        return row

    def get_tool_names_by_call_id(self) -> dict[str, str]:
        """The ids of its calls, and the tools that they are of."""
        calls = self.tool_calls or [call.to_json_without_args() for call in self.calls]
        return {call["id"]: call.get("name") or "" for call in calls if call.get("id")}

    def _add_failure_to_tool_call(self, call: Row) -> Row:
        """A call, and how it ended where that was without a result."""
        for status, ends in (("error", self.errors_by_call_id), ("cancelled", self.drop_reasons)):
            if (error := ends.get(call.get("id") or "")) is not None:
                return {**call, "status": status, "error": error}
        return call

    def _make_row_with_content(
        self, text: str | None, reasoning: str | None, tool_calls: list[JSONObject] | None
    ) -> Row:
        streamed = self.first_token_time is not None or self.chunk_count > 0
        extras = None if self.streamed_extras is None else self.streamed_extras.get_extras_so_far()
        return {
            "message_id": self.message_id,
            "namespace": self.namespace,
            "node": self.node,
            "step": self.step,
            "task_id": self.task_id,
            "role": self.role,
            "source": self.source,
            "name": self.name,
            "speaker": format_speaker(self.role, self.name or self.tool_name, self.agent_name, self.node),
            "text": text,
            "reasoning": reasoning,
            "blocks": extras.blocks or None if extras else self.blocks,
            "citations": extras.citations or None if extras else self.citations,
            "tool_calls": tool_calls and [self._add_failure_to_tool_call(call) for call in tool_calls],
            "tool_call_id": self.tool_call_id,
            "artifact": self.artifact,
            "status": self.status,
            "finish_reason": self.finish_reason,
            "chunk_count": self.chunk_count,
            "start_time": self.start_time,
            "first_token_time": self.first_token_time,
            "end_time": self.end_time,
            "latency": seconds_between(self.start_time, self.end_time) if streamed else None,
            "time_to_first_token": seconds_between(self.start_time, self.first_token_time),
            **self.usage._asdict(),
            "provider": self.provider,
            "model": self.model,
            "tags": self.tags,
            "agent_name": self.agent_name,
            "removed_time": self.removed_time,
        }


def _has_refusal(blocks: Sequence[JSON] | None) -> bool:
    return any(isinstance(block, dict) and block.get("type") == "refusal" for block in blocks or ())
