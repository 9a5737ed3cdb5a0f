"""Whole messages: each is emitted once, and again when it changes.

A message comes in ``messages``, in what its node writes, in the result of its task, and in the state of
every graph around it, in each of its steps. The tracker knows what has been emitted of it, by id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from lg_jupyter.adapter.complete_message import UNKNOWN_ORIGIN, MessageOrigin, make_complete_message
from lg_jupyter.adapter.fields import filter_texts
from lg_jupyter.adapter.input_messages import InputMessageClassifier
from lg_jupyter.adapter.message_coercion import FoundMessage, find_written_messages
from lg_jupyter.adapter.message_fields import infer_message_source
from lg_jupyter.adapter.messages_without_id import (
    MessagesWithoutId,
    MessagesWithoutTask,
    MessageWithoutId,
    have_same_content,
)
from lg_jupyter.adapter.seen_states import ChannelMessagePairs, LastStates
from lg_jupyter.encode.messages import REMOVE_ALL_MESSAGES, is_remove_message
from lg_jupyter.events.events import (
    JSON,
    CompleteMessage,
    Event,
    Fact,
    InitialMessages,
    JSONObject,
    MessageRemoved,
    MessageSource,
    WriterTask,
)
from lg_jupyter.events.namespace import iter_namespace_and_ancestors
from lg_jupyter.kernel.module_reload import keep_across_reloads

MAX_HISTORY_MESSAGES = 50
"""Messages of a thread's history that are emitted, of those the newest; the others are counted."""

_MODES_WITH_INITIAL_STATE = frozenset({"values", "checkpoints", "debug", "tasks", "events"})
"""Modes that show, before anything else, a state with the input in it."""

# Emitted chunk by chunk, its final form is still to come.
_STREAMING_SENTINEL: JSONObject = keep_across_reloads("in chunks", {})


class MessageTracker:
    """What has been emitted of each message.

    Those there before (the input, the thread's history) are emitted once, in ``InitialMessages``.
    """

    def __init__(self) -> None:
        self.on_final_message: Callable[[str], None] = lambda message_id: None
        """Called with the id of a streamed message when its final form has come."""
        self.input_messages = InputMessageClassifier()
        self.has_think_tags = True
        """Whether ``<think>…</think>`` at the beginning of a model's text is its reasoning."""
        self._emitted: dict[str, JSONObject] = {}
        self._removed_ids: set[str] = set()  # emitted, then removed
        self._row_ids: dict[str, str] = {}  # id → the id that its row has, where that is another
        self._omitted: set[str] = set()  # of the history: counted, and not emitted
        self._without_task = MessagesWithoutTask()
        self._without_id = MessagesWithoutId()
        self._started_namespaces: set[str] = set()  # namespaces where a task runs or has run
        self._resumed_namespaces: set[str] = set()  # those that had a state when the run went on
        self._states = LastStates()
        self._initial_ids: set[str] = set()

    def on_run_started(self, data: JSONObject, modes: Collection[str]) -> list[Fact]:
        """The run begins; its input is emitted at once if no state will show it."""
        self._states.message_channels.update(filter_texts(data.get("message_channels")))
        self.input_messages.on_run_started(data, self._states.message_channels)
        return self.emit_unshown_input() if _MODES_WITH_INITIAL_STATE.isdisjoint(modes) else []

    def on_run_resumed(self) -> None:
        """The run goes on, with a state to which others may have written meanwhile."""
        self.input_messages.on_run_resumed()
        self._started_namespaces.clear()
        self._resumed_namespaces = set(self._states)

    # -- what the stream brings

    def remember_streamed_message(self, message_id: str, row: str) -> None:
        """A message begins to come in chunks, and has the row ``row``."""
        self._emitted[message_id] = _STREAMING_SENTINEL
        if row != message_id:
            self._row_ids[message_id] = row

    def is_emitted_whole(self, message_id: str | None) -> bool:
        """Whether a message has been emitted as a whole."""
        return bool(self._emitted.get(message_id or ""))

    def is_initial_message(self, message_id: str) -> bool:
        """Whether a message of this id was there before, and has a row."""
        return message_id in self._initial_ids

    def track_complete_message(
        self, message: JSONObject, origin: MessageOrigin, fallback_id: str
    ) -> CompleteMessage | None:
        """A message that came whole; ``None`` if nothing about it is new."""
        return self._emit_if_changed(message.get("id") or fallback_id, message, origin)

    def track_message_without_id(
        self, event: Event, found: FoundMessage, modes: Collection[str]
    ) -> tuple[Fact, ...]:
        """A message without an id that the event's task returned, as the mode ``messages`` shows it."""
        awaits_state = "values" in modes or event.namespace in self._states
        writer = WriterTask.from_event(event)
        row = self._track_write_without_id(
            found, writer, "messages", awaits_state=awaits_state, repeated=False
        )
        return () if row is None else (row,)

    def track_written_messages(
        self,
        event: Event,
        writes: JSON,
        modes: Collection[str],
        kind: str,
        *,
        is_functional_task: bool = False,
        repeated: bool = False,
        cached: bool = False,
    ) -> list[Fact]:
        """Messages among what the event's task wrote, as a part of ``kind`` shows it.

        ``is_functional_task``: a function returned it, it goes to no state. ``repeated``: ``updates`` has the
        same writes. ``cached``: they may have come before the run went on. Where ``messages`` is
        streamed, the new ones with ids are read there, and here only final forms and edits of those.
        """
        self._started_namespaces.add(event.namespace)
        writer = WriterTask.from_event(event)
        streamed, streams_values = "messages" in modes, "values" in modes
        awaits_state = not is_functional_task and (streams_values or event.namespace in self._states)
        facts: list[Fact | None] = []
        channels = (self._states.message_channels, self._states.other_channels)
        for found in find_written_messages(writes, *channels, is_functional_task=is_functional_task):
            message_id = found.message.get("id")
            if is_remove_message(found.message):
                if not streams_values and (message_id != REMOVE_ALL_MESSAGES or not (streamed or repeated)):
                    facts.extend(self._emit_removal(str(message_id)))
            elif message_id is None or not found.is_certain:
                facts.append(
                    self._track_write_without_id(
                        found, writer, kind, awaits_state=awaits_state, repeated=cached
                    )
                )
            elif message_id in self._emitted or found.is_converted or cached or not streamed:
                row = self._emit_if_changed(message_id, found.message, writer=writer)
                facts.append(row or self._emit_again_with_writer(message_id, found.message, writer))
        emitted = [fact for fact in facts if fact is not None]
        for fact in emitted:
            if isinstance(fact, CompleteMessage) and fact.writer is writer:
                fact.writer = None  # the event's own task
        return emitted

    def track_task_input_messages(self, namespace: str, task_input: JSON, *, as_state: bool) -> list[Fact]:
        """A task of a graph starts; its input is read ``as_state`` where no state is streamed."""
        first = namespace not in self._started_namespaces and namespace not in self._states
        self._started_namespaces.add(namespace)
        if not as_state:
            return []
        new = self._states.diff_and_remember_task_input(namespace, task_input)
        if first:
            return self._emit_initial_messages(namespace, new)
        for _, message in new:
            if message.get("id") and message["id"] not in self._emitted:
                self._note_id_if_emitted(namespace, message["id"], message)
        return []

    def note_state_before_input(self, namespace: str, values: JSON) -> None:
        """The state of a graph before its input is written to it."""
        self.input_messages.note_messages_before_input(namespace, self._states.list_state_messages(values))

    def track_state_messages(
        self, namespace: str, values: JSON, *, initial: bool = False, writer: WriterTask | None = None
    ) -> list[Fact]:
        """The state of a graph: edits, removals, and messages that came nowhere else.

        The first state of a graph, and each one that is ``initial``, holds what was there before; what is new
        in another one was written by ``writer``, if that is known.
        """
        resumed = namespace in self._resumed_namespaces
        unknown = resumed or namespace not in self._states
        initial = initial or (unknown and namespace not in self._started_namespaces)
        self._resumed_namespaces.discard(namespace)
        gone, new = self._states.diff_and_remember_state(namespace, values)
        for channel, message in gone:
            if not message.get("id"):
                self._without_id.forget_state_message(namespace, channel, message)
            elif resumed:
                self._without_id.withdraw_id(message["id"])
        facts: list[Fact | None] = [*self._emit_initial_messages(namespace, new)] if initial else []
        for channel, message in new:
            if message.get("id"):
                row = self._emit_if_changed(message["id"], message, namespace=namespace, writer=writer)
                facts.append(row)
            elif not initial:
                facts.append(self._track_state_message_without_id(namespace, channel, message, writer))
        if not initial:
            facts += map(self._emit_message_without_id, self._without_id.pop_overdue_messages(namespace))
        return [*(fact for fact in facts if fact is not None), *self._emit_state_removals(namespace, gone)]

    def flush_pending_messages(self) -> list[Fact]:
        """What no state has shown until the run's end."""
        overdue = self._without_id.pop_overdue_messages()
        return [*self.emit_unshown_input(), *map(self._emit_message_without_id, overdue)]

    # -- what was there before

    def emit_unshown_input(self) -> list[Fact]:
        """The input, if no state has shown it yet."""
        if not self.input_messages.is_pending:
            return []
        found = self.input_messages.pop_unshown_input(self._states.get_seen_channels(""))
        emitted: list[CompleteMessage] = []
        for message in (each.message for each in found):
            if message.get("id") not in self._emitted:
                emitted.append(self._emit_initial_message("", message, "input"))
        return [InitialMessages("", emitted)] if emitted else []

    def _emit_initial_messages(self, namespace: str, messages: ChannelMessagePairs) -> list[Fact]:
        fresh: ChannelMessagePairs = []
        for channel, message in messages:
            message_id = message.get("id")
            if message_id is None:
                entry = self._without_id.match_and_note_state_message(namespace, channel, message)
                is_known = entry is not None
            else:
                is_known = message_id in self._emitted or self._note_id_if_emitted(
                    namespace, message_id, message
                )
            if not is_known:
                fresh.append((channel, message))
        if not namespace:
            self.input_messages.is_pending = False
        sources = self.input_messages.classify_sources(namespace, [message for _, message in fresh])
        history = [n for n, source in enumerate(sources) if source == "history"]
        omitted = set(history[:-MAX_HISTORY_MESSAGES])
        emitted: list[CompleteMessage] = []
        for n, ((channel, message), source) in enumerate(zip(fresh, sources, strict=True)):
            message_id = message.get("id")
            if message_id in self._emitted:  # twice in one state
                continue
            if n not in omitted:
                emitted.append(self._emit_initial_message(namespace, message, source, channel))
            elif message_id is not None:
                self._emitted[message_id] = message
                self._omitted.add(message_id)
        rest = self.emit_unshown_input() if not namespace else []
        return [*([InitialMessages(namespace, emitted, len(omitted))] if emitted else []), *rest]

    def _emit_initial_message(
        self, namespace: str, message: JSONObject, source: MessageSource, channel: str = ""
    ) -> CompleteMessage:
        row: str | None = message.get("id")
        if row is None:
            row = self._without_id.generate_row_id(namespace)
            self._without_id.add_state_message(namespace, channel, message, row_id=row)
        else:
            self._emitted[row] = message
            self._initial_ids.add(row)
        return self._make_message_fact(row, message, source=source)

    # -- messages with ids

    def _emit_if_changed(
        self,
        message_id: str,
        message: JSONObject,
        origin: MessageOrigin = UNKNOWN_ORIGIN,
        *,
        namespace: str = "",
        writer: WriterTask | None = None,
    ) -> CompleteMessage | None:
        emitted = self._emitted.get(message_id)
        self._emitted[message_id] = message
        if emitted is _STREAMING_SENTINEL:
            self.on_final_message(message_id)
        if message_id in self._removed_ids:
            self._removed_ids.discard(message_id)
        elif emitted is message or (emitted and have_same_content(emitted, message)):
            return None
        if emitted is None:
            namespace = namespace or (writer.namespace if writer else "")
            entry = self._without_id.assign_id(namespace, message_id, message)
            if entry is not None:
                return self._on_id_assigned(entry, message_id, message)
            if origin is UNKNOWN_ORIGIN and (writer is None or writer.task_id is None):
                self._without_task.add(message_id, message)
        row = self._row_ids.get(message_id, message_id)
        if message_id in self._omitted:
            self._omitted.discard(message_id)
            return self._make_message_fact(row, message, origin, source="history")
        return self._make_message_fact(row, message, origin, writer)

    def _emit_again_with_writer(
        self, message_id: str, message: JSONObject, writer: WriterTask
    ) -> CompleteMessage | None:
        """A message that was emitted before it was known which task returned it."""
        emitted = self._without_task.get(message_id)
        if emitted is None or writer.task_id is None or not have_same_content(emitted, message):
            return None
        self._without_task.remove(message_id)
        row = self._row_ids.get(message_id, message_id)
        return self._make_message_fact(row, emitted, writer=writer)

    def _make_message_fact(
        self,
        row: str,
        message: JSONObject,
        origin: MessageOrigin = UNKNOWN_ORIGIN,
        writer: WriterTask | None = None,
        source: MessageSource | None = None,
    ) -> CompleteMessage:
        fact = make_complete_message(row, message, origin, has_think_tags=self.has_think_tags)
        fact.source, fact.writer = source or infer_message_source(message), writer
        return fact

    # -- messages without ids, and what becomes of them

    def _track_write_without_id(
        self, found: FoundMessage, writer: WriterTask, kind: str, *, awaits_state: bool, repeated: bool
    ) -> CompleteMessage | None:
        entry = self._without_id.match_and_note_written_message(found, writer, kind, repeated=repeated)
        if entry is not None:
            better = entry.update_writer(writer)
            return self._emit_message_without_id(entry) if better and entry.row_id is not None else None
        shown = self._without_task.find_id_of_same_message(found.message)
        if shown is not None:  # by a state, already
            return self._emit_again_with_writer(shown, found.message, writer)
        entry = MessageWithoutId(found.message, writer.namespace, writer, found.is_certain, found.origin)
        entry.add_report((kind, found.channel), writer)
        self._without_id.add(entry)
        if awaits_state:
            self._without_id.defer_until_state(entry)
            return None
        return self._emit_message_without_id(entry) if found.is_certain else None

    def _track_state_message_without_id(
        self, namespace: str, channel: str, message: JSONObject, writer: WriterTask | None
    ) -> CompleteMessage | None:
        entry = self._without_id.match_and_note_state_message(namespace, channel, message)
        if entry is None:
            entry = self._without_id.add_state_message(namespace, channel, message, writer)
        return self._emit_message_without_id(entry) if entry.row_id is None else None

    def _emit_message_without_id(self, entry: MessageWithoutId) -> CompleteMessage:
        if entry.row_id is None:
            entry.row_id = self._without_id.generate_row_id(entry.namespace)
        return self._make_message_fact(entry.row_id, entry.message, entry.origin, entry.writer)

    def _on_id_assigned(
        self, entry: MessageWithoutId, message_id: str, message: JSONObject
    ) -> CompleteMessage | None:
        """LangGraph has given an id to a message: that is the id of its row, if it has none yet."""
        if entry.row_id is not None:
            self._row_ids[message_id] = entry.row_id
            was_withdrawn, entry.is_id_withdrawn = entry.is_id_withdrawn, False
            return self._emit_message_without_id(entry) if was_withdrawn else None
        entry.row_id = message_id
        if entry.writer is None or entry.writer.task_id is None:
            self._without_task.add(message_id, message)
        return self._make_message_fact(message_id, message, entry.origin, entry.writer)

    def _note_id_if_emitted(self, namespace: str, message_id: str, message: JSONObject) -> bool:
        """Whether this is a message that was emitted before LangGraph gave it an id."""
        entry = self._without_id.assign_id(namespace, message_id, message)
        if entry is None or entry.row_id is None:
            return False
        self._emitted[message_id] = message
        self._row_ids[message_id] = entry.row_id
        return True

    # -- removals

    def track_removal(self, message_id: str, modes: Collection[str]) -> list[Fact]:
        """A ``RemoveMessage``; where the state is streamed, that shows what is left."""
        return [] if "values" in modes else self._emit_removal(message_id)

    def _emit_removal(self, message_id: str) -> list[Fact]:
        if message_id == REMOVE_ALL_MESSAGES:
            self._removed_ids.update(self._emitted)
            return [MessageRemoved(REMOVE_ALL_MESSAGES)]
        if message_id not in self._emitted or message_id in self._removed_ids:
            return []
        self._removed_ids.add(message_id)
        row = self._row_ids.get(message_id, message_id)
        return [] if message_id in self._omitted else [MessageRemoved(row)]

    def _emit_state_removals(self, namespace: str, gone: ChannelMessagePairs) -> list[Fact]:
        """Messages that are no longer in the state of a graph nor in that of one around it."""
        ids = [message["id"] for _, message in gone if message.get("id") in self._emitted]
        if not ids:
            return []
        graphs = iter_namespace_and_ancestors(namespace)
        kept = {each.get("id") for graph in graphs for each in self._states.iter_last_state_messages(graph)}
        return [fact for gone_id in ids if gone_id not in kept for fact in self._emit_removal(gone_id)]
