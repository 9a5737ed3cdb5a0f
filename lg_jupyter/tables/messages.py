"""The table ``messages``: one row per message, grown from its chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lg_jupyter.encode.messages import REMOVE_ALL_MESSAGES
from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted
from lg_jupyter.events.events import (
    JSON,
    CompleteMessage,
    Event,
    InitialMessages,
    MessageChunk,
    MessageExtras,
    MessageRemoved,
    RunEnded,
    RunResumed,
    TaskEnded,
    TaskStarted,
)
from lg_jupyter.events.namespace import is_within_namespace
from lg_jupyter.tables.base import MAX_ROWS_AFTER_TRIM, FactHandler, Row, Table
from lg_jupyter.tables.growing_text import MAX_PIECES_BEFORE_COMPACTING
from lg_jupyter.tables.message_builder import MessageBuilder
from lg_jupyter.tables.message_usage import MessageUsageIndex
from lg_jupyter.tables.model_output import ModelOutputSummary, summarize_model_output
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.unfinished_calls import UnfinishedModelCalls
from lg_jupyter.tables.usage import Usage
from lg_jupyter.text.words import format_exception_line, join_in_sentence

TextDelta = tuple[str, str, int, str]
"""A message's id, the kind (``text``, ``reasoning``, ``tool_call:<n>``), an offset in characters, a text:
its receiver drops what it has from the offset on, and appends the text."""

MAX_TOOL_ERROR_CHARACTERS = 500
"""The most characters of what a tool raised."""

_STATUS_BY_TASK_STATUS = {
    "success": "success",
    "cached": "success",
    "error": "error",
    "cancelled": "cancelled",
}
"""How a message ends that was still growing when its task ended so; in every other case ``incomplete``."""


class MessageTable(Table):
    """See the columns' meaning in :mod:`lg_jupyter.tables.schema`.

    Those with which a graph began have rows too, and are counted nowhere.
    ``on_message(namespace, agent_name)`` is called for each new message,
    ``on_usage_change(namespace, before, now)`` when the tokens of a message have changed.
    """

    schema = SCHEMAS["messages"]

    def __init__(
        self,
        on_message: Callable[[str, str | None], None] = lambda namespace, agent_name: None,
        on_usage_change: Callable[[str, Usage, Usage], None] = lambda namespace, before, now: None,
    ) -> None:
        self._messages: dict[str, MessageBuilder] = {}
        self._streaming: dict[str, MessageBuilder] = {}
        self._changed: dict[str, MessageBuilder] = {}
        self._with_new_text: dict[str, MessageBuilder] = {}
        self._task_idle_since: dict[str | None, float] = {}
        self._on_message = on_message
        self.omitted_count = 0
        """How many older messages the threads hold that have no row."""
        self.produced_count = 0
        """How many messages the run made: those that were there before are not among them."""
        self._counted = MessageUsageIndex(on_usage_change)
        self._unfinished_calls = UnfinishedModelCalls()
        self._has_failed = False  # whether a tool raised, of whose call there is no result

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            MessageChunk: self._on_chunk,
            CompleteMessage: self._on_complete_message,
            InitialMessages: self._on_initial_messages,
            MessageRemoved: self._on_message_removed,
            TaskStarted: self._on_task_started,
            TaskEnded: self._on_task_ended,
            ModelCallStarted: lambda event, fact: self._unfinished_calls.record_call_start(fact),
            ModelCallEnded: self._on_model_call_ended,
            RunEnded: self._on_run_ended,
            RunResumed: self._on_run_resumed,
        }

    def trim_before(self, seq: int, time: float) -> None:
        too_many = len(self._messages) - MAX_ROWS_AFTER_TRIM
        messages = self._messages.values()
        over = [each for each in messages if each.end_time is not None and each.end_time < time]
        for message in over[: max(0, too_many)]:
            del self._messages[message.message_id]
            self._counted.remove_from_index(message)

    def __len__(self) -> int:
        return len(self._messages)

    def rows(self) -> list[Row]:
        return [message.make_row() for message in list(self._messages.values())]

    def list_produced_rows(self) -> list[Row]:
        """The rows of messages that the run made, without those that were there before."""
        return [message.make_row() for message in list(self._messages.values()) if not message.is_initial]

    def row(self, key: JSON) -> Row | None:
        message = self._messages.get(key) if isinstance(key, str) else None
        return None if message is None else message.make_row()

    @property
    def usage(self) -> Usage:
        """The tokens of all messages."""
        return self._counted.total_usage

    def find_message_ids_without_usage(self) -> set[str]:
        """The ids of the messages of which nobody told how many tokens they are."""
        return {one.message_id for one in list(self._messages.values()) if one.usage.output_tokens is None}

    def find_tags_of_message(self, message_id: str | None) -> Sequence[str]:
        """The tags of the model call that gave the message."""
        message = self._messages.get(message_id or "")
        return () if message is None else message.tags or ()

    def list_rows_without_text(self) -> list[Row]:
        """As :meth:`rows`, without the columns ``text`` and ``reasoning``."""
        return [message.make_row_without_text() for message in list(self._messages.values())]

    def summarize_model_output(self) -> ModelOutputSummary:
        """How the output of models has come so far."""
        return summarize_model_output(list(self._messages.values()))

    def list_whole_text_deltas(self) -> list[TextDelta]:
        """Every text there is, whole."""
        messages = list(self._messages.values())
        texts = ((one.message_id, kind, text) for one in messages for kind, text in one.iter_growing_texts())
        return [(message_id, kind, 0, str(text)) for message_id, kind, text in texts if text.pieces]

    def take_changes(self) -> list[Row]:
        """Rows that changed in more than text and ``chunk_count``, without ``text`` and ``reasoning``."""
        changed, self._changed = self._changed, {}
        return [message.make_row_without_text() for message in changed.values()]

    def take_text_deltas(self) -> list[TextDelta]:
        """The text of the messages that came since the last call."""
        grown, self._with_new_text = self._with_new_text, {}
        deltas = []
        for message in grown.values():
            for kind, text in message.iter_growing_texts():
                fresh = text.take_new_text()
                if fresh is not None:
                    deltas.append((message.message_id, kind, *fresh))
        return deltas

    # -- facts about messages ----------------------------------------------------------------------

    def _on_chunk(self, event: Event, fact: MessageChunk) -> None:
        message = self._streaming.get(fact.message_id)
        if message is None:
            message = self._get_or_begin_message(event, fact)
        message.chunk_count += 1
        message.last_time = event.timestamp
        if fact.text:
            message.text.pieces.append(fact.text)
        if fact.reasoning:
            message.reasoning.pieces.append(fact.reasoning)
        if fact.tool_call_chunks and message.add_tool_call_chunks(fact.tool_call_chunks):
            self._changed[fact.message_id] = message
        if fact.extras is not None:
            message.streamed_extras = fact.extras
            if fact.has_new_blocks:
                self._changed[fact.message_id] = message
        if fact.finish_reason:
            message.finish_reason = fact.finish_reason
        message.model = fact.model or message.model
        if message.first_token_time is None and _has_chunk_content(fact):
            message.first_token_time = event.timestamp
            self._changed[fact.message_id] = message
        self._with_new_text[fact.message_id] = message
        if fact.usage is not None:
            self._record_usage(message, fact)
        if fact.is_last:
            message.update_metadata(fact)
            self._finish_message(message, "success", event.timestamp)

    def feed_tokens(
        self, event: Event, fact: MessageChunk, texts: Sequence[str], timestamps: Sequence[float]
    ) -> None:
        """Take the events after ``event``, each a text of the same message and nothing else."""
        message = self._streaming.get(fact.message_id) or self._get_or_begin_message(event, fact)
        message.chunk_count += len(texts)
        message.last_time = timestamps[-1]
        message.text.pieces.extend(texts)
        if len(message.text.pieces) > MAX_PIECES_BEFORE_COMPACTING:
            message.text.compact()
        self._with_new_text[fact.message_id] = message

    def _on_complete_message(self, event: Event, fact: CompleteMessage) -> None:
        message = self._messages.get(fact.message_id)
        if message is None:
            message = self._add_message(
                event, fact, event.timestamp if fact.writer is None else fact.writer.time
            )
        message.set_writer_if_unknown(event, fact.writer)
        message.update_metadata(fact)
        message.is_from_model = message.is_from_model or fact.is_from_model
        texts_changed = message.text.replace(fact.text), message.reasoning.replace(fact.reasoning)
        if any(texts_changed):
            self._with_new_text[fact.message_id] = message
        message.set_blocks_and_tool_calls(MessageExtras([*fact.blocks], [*fact.citations], fact.tool_calls))
        message.calls.clear()
        message.tool_call_id = fact.tool_call_id
        if fact.tool_call_id is not None and self._has_failed:
            self._clear_tool_call_error(fact.tool_call_id)
        message.tool_name = None if fact.name else self._find_tool_name(fact.tool_call_id)
        message.artifact = fact.artifact
        message.removed_time = None
        if fact.usage is not None and not self._mark_if_copy(message, Usage.from_usage_metadata(fact.usage)):
            self._record_usage(message, fact)
        end_time = event.timestamp if message.end_time is None else message.end_time
        self._finish_message(message, fact.status or "success", end_time)

    def _mark_if_copy(self, message: MessageBuilder, usage: Usage) -> bool:
        """Whether a node returned an answer again, under another id: its model was called once."""
        answers = (
            ()
            if message.is_from_model_call or message.is_initial
            else self._counted.find_messages_with_usage(usage)
        )
        if copied := any(map(message.is_copy_of, answers)):
            message.mark_as_copy()
            self._counted.update_message_usage(message)
        return copied

    def _find_tool_name(self, tool_call_id: str | None) -> str | None:
        """The name of the tool that was called."""
        if tool_call_id is None:
            return None
        newest_first = reversed([*self._messages.values()])
        calls = (call for message in newest_first for call in message.tool_calls or ())
        return next((call.get("name") for call in calls if call.get("id") == tool_call_id), None)

    def _on_initial_messages(self, event: Event, fact: InitialMessages) -> None:
        self.omitted_count += fact.omitted_count
        for complete in fact.messages:
            if complete.message_id not in self._messages:
                message = MessageBuilder(event, complete, event.timestamp)
                self._messages[complete.message_id] = message
                message.mark_as_initial(fact.namespace)
            self._on_complete_message(event, complete)

    def _on_message_removed(self, event: Event, fact: MessageRemoved) -> None:
        for message in self._find_removed_messages(event, fact):
            message.removed_time = event.timestamp
            self._changed[message.message_id] = message

    def _find_removed_messages(self, event: Event, fact: MessageRemoved) -> list[MessageBuilder]:
        if fact.message_id != REMOVE_ALL_MESSAGES:
            found = self._messages.get(fact.message_id)
            return [] if found is None else [found]
        there = [message for message in self._messages.values() if message.removed_time is None]
        return [message for message in there if is_within_namespace(message.namespace, event.namespace)]

    # -- the life of one message -------------------------------------------------------------------

    def _get_or_begin_message(self, event: Event, fact: MessageChunk) -> MessageBuilder:
        """The message that a chunk belongs to when none of its id is growing."""
        start_time = self._task_idle_since.get(event.task_id, event.timestamp)
        message = self._messages.get(fact.message_id)
        if message is None:
            message = self._add_message(event, fact, start_time)
        elif not _has_chunk_content(fact) or event.task_id == message.task_id:
            self._changed[fact.message_id] = message
            return message  # a straggler: the message has ended, and stays so
        else:
            message.restart(event, start_time)
        self._streaming[fact.message_id] = message
        self._changed[fact.message_id] = message
        return message

    def _add_message(
        self, event: Event, fact: MessageChunk | CompleteMessage, start_time: float
    ) -> MessageBuilder:
        message = self._messages[fact.message_id] = MessageBuilder(event, fact, start_time)
        if fact.source == "history":  # an older one, which was omitted
            self.omitted_count -= 1
            message.mark_as_initial(event.namespace)
            return message
        if isinstance(fact, CompleteMessage) and fact.writer is not None:
            message.namespace = fact.writer.namespace
        self.produced_count += 1
        self._on_message(message.namespace, message.agent_name)
        return message

    def _finish_message(self, message: MessageBuilder, status: str, time: float) -> None:
        message.finish(status, time)
        for text in (message.text, message.reasoning):
            text.compact()
        self._counted.update_message_usage(message)
        self._streaming.pop(message.message_id, None)
        self._changed[message.message_id] = message
        if message.task_id in self._task_idle_since:
            self._task_idle_since[message.task_id] = max(time, self._task_idle_since[message.task_id])

    def _record_usage(self, message: MessageBuilder, fact: MessageChunk | CompleteMessage) -> None:
        assert fact.usage is not None
        if message.is_initial:  # they were counted when it was made
            return
        message.record_usage(fact.usage, is_added=isinstance(fact, MessageChunk))
        self._counted.update_message_usage(message)
        self._changed[message.message_id] = message

    # -- what ends messages that do not end themselves ---------------------------------------------

    def _on_task_started(self, event: Event, fact: TaskStarted) -> None:
        self._task_idle_since[fact.task_id] = event.timestamp  # of arrival, as that of chunks: not its clock

    def _on_model_call_ended(self, event: Event, fact: ModelCallEnded) -> None:
        """A call that failed, or that was left, is no success of its message; pieces of it may yet come."""
        message = self._streaming.get(fact.likely_message_id or "")
        if (status := self._unfinished_calls.record_call_end(fact)) is not None and message is not None:
            self._finish_message(message, status, message.last_time)

    def _on_task_ended(self, event: Event, fact: TaskEnded) -> None:
        self._task_idle_since.pop(fact.task_id, None)
        if fact.tool_call_id is not None:
            self._set_tool_call_error(fact.tool_call_id, fact.error)
        for message in [m for m in self._streaming.values() if m.task_id == fact.task_id]:
            self._finish_streaming_message(message, _STATUS_BY_TASK_STATUS.get(fact.status, "incomplete"))

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        if fact.exception_details is not None and fact.exception_details.tool_call_id is not None:
            self._set_tool_call_error(fact.exception_details.tool_call_id, fact.error)
        if fact.status == "error":
            self._mark_dropped_tool_calls()
        status = "success" if fact.status == "success" else "incomplete"
        for message in list(self._streaming.values()):
            self._finish_streaming_message(message, status)

    def _finish_streaming_message(self, message: MessageBuilder, status: str) -> None:
        status = self._unfinished_calls.get_final_message_status(message.message_id, status)
        self._finish_message(message, status, message.last_time)

    def _on_run_resumed(self, event: Event, fact: RunResumed) -> None:
        """The run goes on: its calls of tools may yet have results."""
        for message in [message for message in self._messages.values() if message.errors_by_call_id]:
            message.errors_by_call_id, message.drop_reasons = {}, {}
            self._changed[message.message_id] = message
        self._has_failed = False

    # -- calls of tools that raised ----------------------------------------------------------------

    def _set_tool_call_error(self, call_id: str, error: Mapping[str, str] | None) -> None:
        if error is not None and (message := self._find_message_of_tool_call(call_id)) is not None:
            message.errors_by_call_id[call_id] = format_exception_line(error, MAX_TOOL_ERROR_CHARACTERS)
            self._has_failed = True
            self._changed[message.message_id] = message

    def _find_message_of_tool_call(self, call_id: str) -> MessageBuilder | None:
        """The newest message that has this call."""
        newest_first = reversed([*self._messages.values()])
        return next(
            (message for message in newest_first if call_id in message.get_tool_names_by_call_id()), None
        )

    def _mark_dropped_tool_calls(self) -> None:
        """The run failed: beside a call whose tool raised, those without a result will get none."""
        answered = {message.tool_call_id for message in self._messages.values()}
        for message in [message for message in self._messages.values() if message.errors_by_call_id]:
            calls = message.get_tool_names_by_call_id()
            raised = join_in_sentence(
                [*dict.fromkeys(calls[call_id] for call_id in message.errors_by_call_id if call_id in calls)]
            )
            without = calls.keys() - answered - message.errors_by_call_id.keys()
            message.drop_reasons = dict.fromkeys(without, f"no result: {raised} failed")
            self._changed[message.message_id] = message

    def _clear_tool_call_error(self, call_id: str) -> None:
        """A call has its result, whatever its tool raised before: the run went on."""
        message = self._find_message_of_tool_call(call_id)
        if message is not None and (message.errors_by_call_id or message.drop_reasons):
            message.errors_by_call_id.pop(call_id, None)
            message.drop_reasons = {}
            self._changed[message.message_id] = message


def _has_chunk_content(fact: MessageChunk) -> bool:
    return bool(fact.text or fact.reasoning or fact.tool_call_chunks or fact.has_new_blocks)
