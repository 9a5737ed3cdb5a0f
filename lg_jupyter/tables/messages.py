"""The table ``messages``: one row per message, grown from its chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lg_jupyter.events.events import (
    Event,
    MessageChunk,
    MessageRemoved,
    MessagesGiven,
    MessageWhole,
    Rest,
    RunEnded,
    TaskEnded,
    TaskStarted,
)
from lg_jupyter.events.namespace import is_within
from lg_jupyter.tables.base import Handler, Row, Table
from lg_jupyter.tables.message import Message
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.usage import Sums, Usage

TextDelta = tuple[str, str, int, str]
"""A message's id, the kind (``text``, ``reasoning``, ``tool_call:<n>``), an offset in characters, a text.

Who is told it drops what it has from the offset on, and appends the text."""

REMOVE_ALL = "__remove_all__"

_AS_TASK = {"success": "success", "cached": "success", "error": "error", "cancelled": "cancelled"}
"""How a message ends that was still growing when its task ended so; in every other case ``incomplete``."""


class Manner(NamedTuple):
    """How what models said has come.

    ``anything`` is whether any came; ``whole_by_model`` are the nodes where a model's call gave a whole
    message, with the model; ``returned`` those which returned a model's message of which no call told.
    """

    anything: bool
    whole_by_model: dict[str, str | None]
    returned: list[str]


class Messages(Table):
    """See the columns' meaning in :mod:`lg_jupyter.tables.schema`.

    Those with which a graph began have rows too, and are counted nowhere.
    ``on_message(namespace, agent_name)`` is told of each new message; ``on_tokens(namespace, before, now)``
    of the tokens of a message when they are known to be others than before.
    """

    schema = SCHEMAS["messages"]

    def __init__(
        self,
        on_message: Callable[[str, str | None], None] = lambda namespace, agent_name: None,
        on_tokens: Callable[[str, Usage, Usage], None] = lambda namespace, before, now: None,
    ) -> None:
        self._messages: dict[str, Message] = {}
        self._growing: dict[str, Message] = {}
        self._changed: dict[str, Message] = {}
        self._spoken: dict[str, Message] = {}
        self._task_free_at: dict[str | None, float] = {}
        self._on_message = on_message
        self._on_tokens = on_tokens
        self.history_omitted = 0
        """How many older messages the threads hold that have no row."""
        self.count = 0
        """How many messages the run made: those that were there before are not among them."""
        self._sums = Sums()

    def handlers(self) -> Mapping[type, Handler]:
        return {
            MessageChunk: self._chunk,
            MessageWhole: self._whole,
            MessagesGiven: self._given,
            MessageRemoved: self._remove,
            TaskStarted: self._task_start,
            TaskEnded: self._task_end,
            RunEnded: self._run_end,
        }

    def __len__(self) -> int:
        return len(self._messages)

    def rows(self) -> list[Row]:
        return [message.row() for message in list(self._messages.values())]

    def made(self) -> list[Row]:
        """The rows of messages that the run made, without those that were there before."""
        return [message.row() for message in list(self._messages.values()) if not message.given]

    def row(self, key: str) -> Row | None:
        message = self._messages.get(key)
        return None if message is None else message.row()

    @property
    def usage(self) -> Usage:
        """The tokens of all messages."""
        return self._sums.usage

    def tags_of(self, message_id: str | None) -> Sequence[str]:
        """The tags of the model call that gave the message."""
        message = self._messages.get(message_id or "")
        return () if message is None else message.tags or ()

    def rows_without_text(self) -> list[Row]:
        """As :meth:`rows`, without the columns ``text`` and ``reasoning``."""
        return [message.row_without_text() for message in list(self._messages.values())]

    def manner(self) -> Manner:
        """How what models said has come so far."""
        messages = [message for message in list(self._messages.values()) if not message.given]
        said = [message for message in messages if message.role == "ai"]
        whole = [message for message in said if not message.chunk_count]
        return Manner(
            anything=bool(said),
            whole_by_model={m.node or "?": m.model for m in whole if m.by_model},
            returned=[*dict.fromkeys(m.node or "?" for m in whole if _looks_returned(m))],
        )

    def texts(self) -> list[TextDelta]:
        """Every text there is, whole."""
        return [
            (message.message_id, kind, 0, str(text))
            for message in list(self._messages.values())
            for kind, text in message.texts()
            if text.parts
        ]

    def drain(self) -> list[Row]:
        """Rows that changed in more than text and ``chunk_count``, without ``text`` and ``reasoning``."""
        changed, self._changed = self._changed, {}
        return [message.row_without_text() for message in changed.values()]

    def drain_text(self) -> list[TextDelta]:
        """What the messages said since the last call."""
        spoken, self._spoken = self._spoken, {}
        deltas = []
        for message in spoken.values():
            for kind, text in message.texts():
                fresh = text.drain()
                if fresh is not None:
                    deltas.append((message.message_id, kind, *fresh))
        return deltas

    # -- facts about messages ----------------------------------------------------------------------

    def _chunk(self, event: Event, fact: MessageChunk) -> None:
        message = self._growing.get(fact.message_id)
        if message is None:
            message = self._begin(event, fact)
        message.chunk_count += 1
        message.last_time = event.timestamp
        if fact.text:
            message.text.parts.append(fact.text)
        if fact.reasoning:
            message.reasoning.parts.append(fact.reasoning)
        if fact.tool_call_chunks and message.add_call_chunks(fact.tool_call_chunks):
            self._changed[fact.message_id] = message
        if fact.draft is not None:
            message.draft = fact.draft
            if fact.has_blocks:
                self._changed[fact.message_id] = message
        if fact.finish_reason:
            message.finish_reason = fact.finish_reason
        message.model = fact.model or message.model
        if message.first_token_time is None and _says_something(fact):
            message.first_token_time = event.timestamp
            self._changed[fact.message_id] = message
        self._spoken[fact.message_id] = message
        if fact.usage is not None:
            self._count(message, fact)
        if fact.last:
            message.describe(fact)
            self._finish(message, "success", event.timestamp)

    def feed_tokens(
        self, event: Event, fact: MessageChunk, texts: Sequence[str], timestamps: Sequence[float]
    ) -> None:
        """Take the events after ``event``, each a text of the same message and nothing else."""
        message = self._growing.get(fact.message_id) or self._begin(event, fact)
        message.chunk_count += len(texts)
        message.last_time = timestamps[-1]
        message.text.parts.extend(texts)
        self._spoken[fact.message_id] = message

    def _whole(self, event: Event, fact: MessageWhole) -> None:
        message = self._messages.get(fact.message_id)
        if message is None:
            message = self._add(event, fact, event.timestamp if fact.writer is None else fact.writer.time)
        message.place(event, fact.writer)
        message.describe(fact)
        message.by_model = message.by_model or fact.by_model
        texts_changed = message.text.replace(fact.text), message.reasoning.replace(fact.reasoning)
        if any(texts_changed):
            self._spoken[fact.message_id] = message
        message.take(Rest([*fact.blocks], [*fact.citations], fact.tool_calls))
        message.calls.clear()
        message.tool_call_id = fact.tool_call_id
        message.called = None if fact.name else self._called(fact.tool_call_id)
        message.artifact = fact.artifact
        message.removed_time = None
        if fact.usage is not None:
            self._count(message, fact)
        end_time = event.timestamp if message.end_time is None else message.end_time
        self._finish(message, fact.status or "success", end_time)

    def _called(self, tool_call_id: str | None) -> str | None:
        """The tool that a call asked for."""
        if tool_call_id is None:
            return None
        newest_first = reversed([*self._messages.values()])
        calls = (call for message in newest_first for call in message.tool_calls or ())
        return next((call.get("name") for call in calls if call.get("id") == tool_call_id), None)

    def _given(self, event: Event, fact: MessagesGiven) -> None:
        self.history_omitted += fact.omitted
        for whole in fact.messages:
            if whole.message_id not in self._messages:
                self._messages[whole.message_id] = message = Message(event, whole, event.timestamp)
                message.give(fact.namespace)
            self._whole(event, whole)

    def _remove(self, event: Event, fact: MessageRemoved) -> None:
        for message in self._removed_by(event, fact):
            message.removed_time = event.timestamp
            self._changed[message.message_id] = message

    def _removed_by(self, event: Event, fact: MessageRemoved) -> list[Message]:
        if fact.message_id != REMOVE_ALL:
            found = self._messages.get(fact.message_id)
            return [] if found is None else [found]
        return [
            message
            for message in self._messages.values()
            if message.removed_time is None and is_within(message.namespace, event.namespace)
        ]

    # -- the life of one message -------------------------------------------------------------------

    def _begin(self, event: Event, fact: MessageChunk) -> Message:
        """The message that a chunk belongs to when none of its id is growing."""
        start_time = self._task_free_at.get(event.task_id, event.timestamp)
        message = self._messages.get(fact.message_id)
        if message is None:
            message = self._add(event, fact, start_time)
        elif not _says_something(fact) or event.task_id == message.task_id:
            self._changed[fact.message_id] = message
            return message  # a straggler: the message has ended, and stays so
        else:
            message.restart(event, start_time)
        self._growing[fact.message_id] = message
        self._changed[fact.message_id] = message
        return message

    def _add(self, event: Event, fact: MessageChunk | MessageWhole, start_time: float) -> Message:
        message = self._messages[fact.message_id] = Message(event, fact, start_time)
        if fact.source == "history":  # an older one, which was omitted
            self.history_omitted -= 1
            message.give(event.namespace)
            return message
        if isinstance(fact, MessageWhole) and fact.writer is not None:
            message.namespace = fact.writer.namespace
            message.place(event, fact.writer)
        self.count += 1
        self._on_message(message.namespace, message.agent_name)
        return message

    def _finish(self, message: Message, status: str, time: float) -> None:
        message.finish(status, time)
        self._recount(message)
        self._growing.pop(message.message_id, None)
        self._changed[message.message_id] = message
        if message.task_id in self._task_free_at:
            self._task_free_at[message.task_id] = max(time, self._task_free_at[message.task_id])

    def _count(self, message: Message, fact: MessageChunk | MessageWhole) -> None:
        assert fact.usage is not None
        if message.given:  # they were counted when it was made
            return
        message.count(fact.usage, add=isinstance(fact, MessageChunk))
        self._recount(message)
        self._changed[message.message_id] = message

    def _recount(self, message: Message) -> None:
        """Put what is known of a message's tokens now in the place of what was."""
        before, now = message.counted, message.usage
        if before != now:
            message.counted = now
            self._sums.replace(before, now)
            self._on_tokens(message.namespace, before, now)

    # -- what ends messages that do not end themselves ---------------------------------------------

    def _task_start(self, event: Event, fact: TaskStarted) -> None:
        # Arrival, not the task's own clock: it is compared with the arrival of chunks.
        self._task_free_at[fact.task_id] = event.timestamp

    def _task_end(self, event: Event, fact: TaskEnded) -> None:
        self._task_free_at.pop(fact.task_id, None)
        for message in [m for m in self._growing.values() if m.task_id == fact.task_id]:
            self._finish(message, _AS_TASK.get(fact.status, "incomplete"), message.last_time)

    def _run_end(self, event: Event, fact: RunEnded) -> None:
        status = "success" if fact.status == "success" else "incomplete"
        for message in list(self._growing.values()):
            self._finish(message, status, message.last_time)


def _looks_returned(message: Message) -> bool:
    """Whether a whole message that no model's call told is a model's all the same: somebody counted it."""
    return not message.by_model and (message.model is not None or message.usage.total_tokens is not None)


def _says_something(fact: MessageChunk) -> bool:
    return bool(fact.text or fact.reasoning or fact.tool_call_chunks or fact.has_blocks)
