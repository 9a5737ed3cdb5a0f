"""Whole messages: each is emitted once, and again when it changes.

A message comes in ``messages``, in what its node writes, in the result of its task, and in the state of
every graph around it, in each of its steps. The tracker knows what has been emitted of it, by id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from lg_jupyter.adapter.coercion import FoundMessage, find_written_messages
from lg_jupyter.adapter.complete_message import UNKNOWN_ORIGIN, MessageOrigin, make_complete_message
from lg_jupyter.adapter.content import message_source
from lg_jupyter.adapter.fields import filter_texts
from lg_jupyter.adapter.input_messages import InputMessageClassifier
from lg_jupyter.adapter.messages_without_id import (
    MessagesWithoutId,
    MessagesWithoutTask,
    MessageWithoutId,
    same_content,
)
from lg_jupyter.adapter.seen_states import LastStates
from lg_jupyter.encode.messages import is_removal
from lg_jupyter.events.events import (
    JSON,
    CompleteMessage,
    Event,
    Fact,
    InitialMessages,
    MessageRemoved,
    MessageSource,
    MessageWriter,
)
from lg_jupyter.events.namespace import iter_ancestors
from lg_jupyter.kernel.kept import kept

REMOVE_ALL = "__remove_all__"

MAX_HISTORY = 50
"""Messages of a thread's history that are emitted, of those the newest; the others are counted."""

_STATES = frozenset({"values", "checkpoints", "debug", "tasks", "events"})
"""Modes that show, before anything else, a state with the input in it."""

_IN_CHUNKS: JSON = kept("in chunks", {})  # emitted chunk by chunk, its final form is still to come


class MessageTracker:
    """What has been emitted of each message.

    Those there before (the input, the thread's history) are emitted once, in ``InitialMessages``.
    """

    def __init__(self) -> None:
        self.on_final: Callable[[str], None] = lambda message_id: None
        """Called with the id of a streamed message when its final form has come."""
        self.input = InputMessageClassifier()
        self.think_tags = True
        """Whether ``<think>…</think>`` at the beginning of a model's text is its reasoning."""
        self._emitted: dict[str, JSON] = {}
        self._removed_ids: set[str] = set()  # emitted, then removed
        self._row_ids: dict[str, str] = {}  # id → the id that its row has, where that is another
        self._omitted: set[str] = set()  # of the history: counted, and not emitted
        self._without_task = MessagesWithoutTask()
        self._without_id = MessagesWithoutId()
        self._started_namespaces: set[str] = set()  # namespaces where a task runs or has run
        self._resumed_namespaces: set[str] = set()  # those that had a state when the run went on
        self._states = LastStates()
        self._initial_ids: set[str] = set()

    def start(self, data: JSON, modes: Collection[str]) -> list[Fact]:
        """The run begins; its input is emitted at once if no state will show it."""
        self._states.message_channels.update(filter_texts(data.get("message_channels")))
        self.input.start_run(data, self._states.message_channels)
        return self.emit_remaining_input() if _STATES.isdisjoint(modes) else []

    def resume(self) -> None:
        """The run goes on, with a state to which others may have written meanwhile."""
        self.input.resume_run()
        self._started_namespaces.clear()
        self._resumed_namespaces = set(self._states)

    # -- what the stream brings

    def remember_streamed_message(self, message_id: str, row: str) -> None:
        """A message begins to come in chunks, and has the row ``row``."""
        self._emitted[message_id] = _IN_CHUNKS
        if row != message_id:
            self._row_ids[message_id] = row

    def is_complete(self, message_id: str | None) -> bool:
        """Whether a message has been emitted as a whole."""
        return bool(self._emitted.get(message_id or ""))

    def is_initial(self, message_id: str) -> bool:
        """Whether a message of this id was there before, and has a row."""
        return message_id in self._initial_ids

    def read_complete(self, message: JSON, origin: MessageOrigin, fallback_id: str) -> CompleteMessage | None:
        """A message that came whole; ``None`` if nothing about it is new."""
        return self._emit(message.get("id") or fallback_id, message, origin)

    def read_unnamed(self, event: Event, found: FoundMessage, modes: Collection[str]) -> tuple[Fact, ...]:
        """A message without an id that the event's task returned, as the mode ``messages`` shows it."""
        awaits_state = "values" in modes or event.namespace in self._states
        writer = MessageWriter.from_event(event)
        row = self._read_unnamed_write(found, writer, "messages", awaits_state=awaits_state, repeated=False)
        return () if row is None else (row,)

    def read_writes(
        self,
        event: Event,
        writes: JSON,
        modes: Collection[str],
        kind: str,
        *,
        call: bool = False,
        repeated: bool = False,
        cached: bool = False,
    ) -> list[Fact]:
        """Messages among what the event's task wrote, as a part of ``kind`` shows it.

        ``call``: a function returned it, and it goes to no state. ``repeated``: the mode ``updates`` has the
        same writes. ``cached``: they may have come before the run went on. Where ``messages`` is
        streamed, the new ones with ids are read there, and here only final forms and edits of those.
        """
        self._started_namespaces.add(event.namespace)
        writer = MessageWriter.from_event(event)
        streamed = "messages" in modes
        facts: list[Fact | None] = []
        channels = (self._states.message_channels, self._states.other_channels)
        for found in find_written_messages(writes, *channels, is_functional_task=call):
            message_id = found.message.get("id")
            if is_removal(found.message):
                if "values" not in modes and (message_id != REMOVE_ALL or not (streamed or repeated)):
                    facts.extend(self._emit_removal(message_id))
            elif message_id is None or not found.is_certain:
                awaits_state = not call and ("values" in modes or event.namespace in self._states)
                facts.append(
                    self._read_unnamed_write(found, writer, kind, awaits_state=awaits_state, repeated=cached)
                )
            elif message_id in self._emitted or found.is_raw or cached or not streamed:
                row = self._emit(message_id, found.message, writer=writer)
                facts.append(row or self._emit_with_task(message_id, found.message, writer))
        emitted = [fact for fact in facts if fact is not None]
        for fact in emitted:
            if isinstance(fact, CompleteMessage) and fact.writer is writer:
                fact.writer = None  # the event's own task
        return emitted

    def read_task_input(self, namespace: str, task_input: JSON, *, as_state: bool) -> list[Fact]:
        """A task of a graph starts; its input is read ``as_state`` where no state is streamed."""
        first = namespace not in self._started_namespaces and namespace not in self._states
        self._started_namespaces.add(namespace)
        if not as_state:
            return []
        new = self._states.diff_task_input(namespace, task_input)
        if first:
            return self._read_initial_messages(namespace, new)
        for _, message in new:
            if message.get("id") and message["id"] not in self._emitted:
                self._had_no_id(namespace, message["id"], message)
        return []

    def note_state_before_input(self, namespace: str, values: JSON) -> None:
        """The state of a graph before its input is written to it."""
        self.input.note_messages_before_input(namespace, self._states.list_messages(values))

    def read_state(
        self, namespace: str, values: JSON, *, initial: bool = False, writer: MessageWriter | None = None
    ) -> list[Fact]:
        """The state of a graph: edits, removals, and messages that came nowhere else.

        The first state of a graph, and each one that is ``initial``, holds what was there before; what is new
        in another one was written by ``writer``, if that is known.
        """
        resumed = namespace in self._resumed_namespaces
        unknown = resumed or namespace not in self._states
        initial = initial or (unknown and namespace not in self._started_namespaces)
        self._resumed_namespaces.discard(namespace)
        gone, new = self._states.diff_state(namespace, values)
        for channel, message in gone:
            if not message.get("id"):
                self._without_id.forget_state(namespace, channel, message)
            elif resumed:
                self._without_id.withdraw_id(message["id"])
        facts: list[Fact | None] = [*self._read_initial_messages(namespace, new)] if initial else []
        for channel, message in new:
            if message.get("id"):
                facts.append(self._emit(message["id"], message, namespace=namespace, writer=writer))
            elif not initial:
                facts.append(self._read_unnamed_state(namespace, channel, message, writer))
        facts += map(self._emit_unnamed, () if initial else self._without_id.pop_overdue(namespace))
        return [*(fact for fact in facts if fact is not None), *self._find_removals(namespace, gone)]

    def flush(self) -> list[Fact]:
        """What no state has shown until the run's end."""
        return [*self.emit_remaining_input(), *map(self._emit_unnamed, self._without_id.pop_overdue())]

    # -- what was there before

    def emit_remaining_input(self) -> list[Fact]:
        """The input, if no state has shown it yet."""
        found = self.input.pop_unshown_input(self._states.known_channels("")) if self.input.is_pending else []
        emitted: list[CompleteMessage] = []
        for message in (each.message for each in found):
            message_id = message.get("id")
            if message_id in self._emitted:
                continue
            emitted.append(self._emit_initial_message("", message_id, message, "input"))
        return [InitialMessages("", emitted)] if emitted else []

    def _read_initial_messages(self, namespace: str, messages: Sequence[tuple[str, JSON]]) -> list[Fact]:
        fresh: list[tuple[str, JSON]] = []
        for channel, message in messages:
            message_id = message.get("id")
            if message_id is None:
                if self._without_id.match_state(namespace, channel, message) is None:
                    fresh.append((channel, message))
            elif message_id not in self._emitted and not self._had_no_id(namespace, message_id, message):
                fresh.append((channel, message))
        if not namespace:
            self.input.is_pending = False
        sources = self.input.classify_sources(namespace, [message for _, message in fresh])
        history = [n for n, source in enumerate(sources) if source == "history"]
        omitted = set(history[:-MAX_HISTORY])
        emitted: list[CompleteMessage] = []
        for n, ((channel, message), source) in enumerate(zip(fresh, sources, strict=True)):
            message_id = message.get("id")
            if message_id in self._emitted:  # twice in one state
                continue
            if n not in omitted:
                emitted.append(self._emit_initial_message(namespace, message_id, message, source, channel))
            elif message_id is not None:
                self._emitted[message_id] = message
                self._omitted.add(message_id)
        rest = self.emit_remaining_input() if not namespace else []
        return [*([InitialMessages(namespace, emitted, len(omitted))] if emitted else []), *rest]

    def _emit_initial_message(
        self,
        namespace: str,
        message_id: str | None,
        message: JSON,
        source: MessageSource | None,
        channel: str = "",
    ) -> CompleteMessage:
        row = message_id
        if row is None:
            row = self._without_id.new_row_id(namespace)
            entry = self._without_id.add(MessageWithoutId(message, namespace, row_id=row))
            entry.reporting_part_kinds.add((f"state {namespace}", channel))
        else:
            self._emitted[row] = message
            self._initial_ids.add(row)
        return self._make_fact(row, message, UNKNOWN_ORIGIN, source)

    # -- messages with ids

    def _emit(
        self,
        message_id: str,
        message: JSON,
        origin: MessageOrigin = UNKNOWN_ORIGIN,
        *,
        namespace: str = "",
        writer: MessageWriter | None = None,
    ) -> CompleteMessage | None:
        emitted = self._emitted.get(message_id)
        self._emitted[message_id] = message
        if emitted is _IN_CHUNKS:
            self.on_final(message_id)
        if message_id in self._removed_ids:
            self._removed_ids.discard(message_id)
        elif emitted is message or (emitted and same_content(emitted, message)):
            return None
        if emitted is None:
            namespace = namespace or (writer.namespace if writer else "")
            entry = self._without_id.assign_id(namespace, message_id, message)
            if entry is not None:
                return self._on_id_assigned(entry, message_id, message)
            if origin is UNKNOWN_ORIGIN and (writer is None or writer.task_id is None):
                self._without_task.add(message_id, message)
        source: MessageSource | None = message_source(message)
        if message_id in self._omitted:
            self._omitted.discard(message_id)
            source, writer = "history", None
        return self._make_fact(self._row_ids.get(message_id, message_id), message, origin, source, writer)

    def _emit_with_task(
        self, message_id: str, message: JSON, writer: MessageWriter
    ) -> CompleteMessage | None:
        """A message that was emitted before it was known which task returned it."""
        emitted = self._without_task.get(message_id)
        if emitted is None or writer.task_id is None or not same_content(emitted, message):
            return None
        self._without_task.remove(message_id)
        row = self._row_ids.get(message_id, message_id)
        return self._make_fact(row, emitted, UNKNOWN_ORIGIN, message_source(emitted), writer)

    def _make_fact(
        self,
        row: str,
        message: JSON,
        origin: MessageOrigin,
        source: MessageSource | None,
        writer: MessageWriter | None = None,
    ) -> CompleteMessage:
        fact = make_complete_message(row, message, origin, has_think_tags=self.think_tags)
        fact.source, fact.writer = source, writer
        return fact

    # -- messages without ids, and what becomes of them

    def _read_unnamed_write(
        self, found: FoundMessage, writer: MessageWriter, kind: str, *, awaits_state: bool, repeated: bool
    ) -> CompleteMessage | None:
        entry = self._without_id.match_write(found, writer, kind, repeated=repeated)
        if entry is not None:
            better = entry.update_writer(writer)
            return self._emit_unnamed(entry) if better and entry.row_id is not None else None
        shown = self._without_task.find_same_message(found.message)
        if shown is not None:  # by a state, already
            return self._emit_with_task(shown, found.message, writer)
        entry = MessageWithoutId(found.message, writer.namespace, writer, found.is_certain, found.origin)
        entry.add_report((kind, found.channel), writer)
        self._without_id.add(entry)
        if awaits_state:
            self._without_id.await_state(entry)
            return None
        return self._emit_unnamed(entry) if found.is_certain else None

    def _read_unnamed_state(
        self, namespace: str, channel: str, message: JSON, writer: MessageWriter | None
    ) -> CompleteMessage | None:
        entry = self._without_id.match_state(namespace, channel, message)
        if entry is None:
            entry = self._without_id.add(MessageWithoutId(message, namespace, writer))
            entry.reporting_part_kinds.add((f"state {namespace}", channel))
        return self._emit_unnamed(entry) if entry.row_id is None else None

    def _emit_unnamed(self, entry: MessageWithoutId) -> CompleteMessage:
        if entry.row_id is None:
            entry.row_id = self._without_id.new_row_id(entry.namespace)
        return self._make_fact(
            entry.row_id, entry.message, entry.origin, message_source(entry.message), entry.writer
        )

    def _on_id_assigned(
        self, entry: MessageWithoutId, message_id: str, message: JSON
    ) -> CompleteMessage | None:
        """LangGraph has given an id to a message: that is the id of its row, if it has none yet."""
        if entry.row_id is not None:
            self._row_ids[message_id] = entry.row_id
            was_withdrawn, entry.is_id_withdrawn = entry.is_id_withdrawn, False
            return self._emit_unnamed(entry) if was_withdrawn else None
        entry.row_id = message_id
        if entry.writer is None or entry.writer.task_id is None:
            self._without_task.add(message_id, message)
        return self._make_fact(message_id, message, entry.origin, message_source(message), entry.writer)

    def _had_no_id(self, namespace: str, message_id: str, message: JSON) -> bool:
        """Whether this is a message that was emitted before LangGraph gave it an id."""
        entry = self._without_id.assign_id(namespace, message_id, message)
        if entry is None or entry.row_id is None:
            return False
        self._emitted[message_id] = message
        self._row_ids[message_id] = entry.row_id
        return True

    # -- removals

    def read_removal(self, message_id: str, modes: Collection[str]) -> list[Fact]:
        """A ``RemoveMessage``; where the state is streamed, that shows what is left."""
        return [] if "values" in modes else self._emit_removal(message_id)

    def _emit_removal(self, message_id: str) -> list[Fact]:
        if message_id == REMOVE_ALL:
            self._removed_ids.update(self._emitted)
            return [MessageRemoved(REMOVE_ALL)]
        if message_id not in self._emitted or message_id in self._removed_ids:
            return []
        self._removed_ids.add(message_id)
        if message_id in self._omitted:
            return []
        return [MessageRemoved(self._row_ids.get(message_id, message_id))]

    def _find_removals(self, namespace: str, gone: list[tuple[str, JSON]]) -> list[Fact]:
        """Messages that are no longer in the state of a graph nor in that of one around it."""
        ids = [message["id"] for _, message in gone if message.get("id") in self._emitted]
        if not ids:
            return []
        kept = {
            message.get("id")
            for outer in iter_ancestors(namespace)
            for message in self._states.iter_last_messages(outer)
        }
        return [
            fact for message_id in ids if message_id not in kept for fact in self._emit_removal(message_id)
        ]
