"""Whole messages: each is told once, and again when it changes.

A message comes in ``messages``, in what its node writes, in the result of its task, and in the state of
every graph around it, in each of its steps. The ledger knows what has been told of it, by id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from lg_jupyter.adapter.coercion import Found, find
from lg_jupyter.adapter.content import made_by
from lg_jupyter.adapter.input_messages import Given
from lg_jupyter.adapter.messages_without_id import Unnamed, UnnamedMessages, is_alike, says_the_same
from lg_jupyter.adapter.seen_states import SeenStates
from lg_jupyter.adapter.whole_message import UNKNOWN, Origin, whole_message
from lg_jupyter.encode.messages import is_removal
from lg_jupyter.events.events import (
    JSON,
    Event,
    Fact,
    MessageRemoved,
    MessagesGiven,
    MessageSource,
    MessageWhole,
    Writer,
)
from lg_jupyter.events.namespace import around

REMOVE_ALL = "__remove_all__"

HISTORY = 50
"""Messages of a thread's history that are told, of those the newest; the others are counted."""

_STATES = frozenset({"values", "checkpoints", "debug", "tasks", "events"})
"""Modes that show, before anything else, a state with the input in it."""

_STREAMED: JSON = {}  # told chunk by chunk, its final form is still to come


class Ledger:
    """What has been told of each message.

    Messages that were there before (the input, the thread's history) are told once, as *given*.
    """

    def __init__(self) -> None:
        self.on_final: Callable[[str], None] = lambda message_id: None
        """Called with the id of a streamed message when its final form has come."""
        self.given = Given()
        self.think_tags = True
        """Whether ``<think>…</think>`` at the beginning of a model's text is its reasoning."""
        self._told: dict[str, JSON] = {}
        self._gone: set[str] = set()  # told, then removed
        self._rows: dict[str, str] = {}  # id → the id that its row has, where that is another
        self._omitted: set[str] = set()  # of the history: counted, and not told
        self._unplaced: dict[str, JSON] = {}  # told, and not yet which task returned it
        self._unnamed = UnnamedMessages()
        self._begun: set[str] = set()  # namespaces where a task runs or has run
        self._reopened: set[str] = set()  # those that had a state when the run went on
        self._states = SeenStates()
        self._given_ids: set[str] = set()

    def start(self, data: JSON, modes: Collection[str]) -> list[Fact]:
        """The run begins; its input is told at once if no state will show it."""
        self._states.channels.update(data.get("message_channels") or ())
        self.given.start(data, self._states.channels)
        return self.rest_of_input() if _STATES.isdisjoint(modes) else []

    def go_on(self) -> None:
        """The run goes on, with a state to which others may have written meanwhile."""
        self.given.go_on()
        self._begun.clear()
        self._reopened = set(self._states)

    # -- what the stream tells

    def streamed(self, message_id: str, row: str) -> None:
        """A message begins to come in chunks, and has the row ``row``."""
        self._told[message_id] = _STREAMED
        if row != message_id:
            self._rows[message_id] = row

    def is_whole(self, message_id: str | None) -> bool:
        """Whether a message has been told as a whole."""
        return bool(self._told.get(message_id or ""))

    def is_given(self, message_id: str) -> bool:
        """Whether a message of this id was there before, and has a row."""
        return message_id in self._given_ids

    def whole(self, message: JSON, origin: Origin, fallback_id: str) -> MessageWhole | None:
        """A message that came whole; ``None`` if nothing about it is new."""
        return self._tell(message.get("id") or fallback_id, message, origin)

    def written(
        self,
        event: Event,
        writes: JSON,
        modes: Collection[str],
        kind: str,
        *,
        call: bool = False,
        again: bool = False,
        cached: bool = False,
    ) -> list[Fact]:
        """Messages among what the event's task wrote, as a part of ``kind`` tells it.

        ``call``: a function returned it, and it goes to no state. ``again``: the mode ``updates`` tells the
        same writes. ``cached``: they may have been told before the run went on. Where ``messages`` is
        streamed, that tells the new ones with ids, and here come only final forms and edits of those.
        """
        self._begun.add(event.namespace)
        writer = Writer(event.namespace, event.node, event.task_id, event.step, event.timestamp)
        streamed = "messages" in modes
        facts: list[Fact | None] = []
        for found in find(writes, self._states.channels, self._states.others, call=call):
            message_id = found.message.get("id")
            if is_removal(found.message):
                if "values" not in modes and (message_id != REMOVE_ALL or not (streamed or again)):
                    facts.extend(self._removed(message_id))
            elif message_id is None or not found.certain:
                awaits = not call and ("values" in modes or event.namespace in self._states)
                facts.append(self._written_unnamed(found, writer, kind, awaits=awaits, again=cached))
            elif message_id in self._told or found.raw or not streamed:
                row = self._tell(message_id, found.message, writer=writer)
                facts.append(row or self._placed(message_id, found.message, writer))
        told = [fact for fact in facts if fact is not None]
        for fact in told:
            if isinstance(fact, MessageWhole) and fact.writer is writer:
                fact.writer = None  # the event's own task
        return told

    def runs(self, namespace: str, task_input: JSON, *, look: bool) -> list[Fact]:
        """A task of a graph starts. Where no state is streamed, its input is the first that is seen of it."""
        first = namespace not in self._begun and namespace not in self._states
        self._begun.add(namespace)
        if not look:
            return []
        new = self._states.read_input(namespace, task_input)
        if first:
            return self._give(namespace, new)
        for _, message in new:
            if message.get("id") and message["id"] not in self._told:
                self._was_unnamed(namespace, message["id"], message)
        return []

    def before(self, namespace: str, values: JSON) -> None:
        """The state of a graph before its input is written to it."""
        self.given.before(namespace, self._states.messages(values))

    def state(
        self, namespace: str, values: JSON, *, given: bool = False, writer: Writer | None = None
    ) -> list[Fact]:
        """The state of a graph: edits, removals, and messages that nothing else has told.

        The first state of a graph, and each one that is ``given``, holds what was there before; what is new
        in another one was written by ``writer``, if that is known.
        """
        goes_on = namespace in self._reopened
        unknown = goes_on or namespace not in self._states
        given = given or (unknown and namespace not in self._begun)
        self._reopened.discard(namespace)
        gone, new = self._states.read(namespace, values)
        for channel, message in gone:
            if not message.get("id"):
                self._unnamed.gone(namespace, channel, message)
            elif goes_on:
                self._unnamed.lose(message["id"])
        facts: list[Fact | None] = [*self._give(namespace, new)] if given else []
        for channel, message in new:
            if message.get("id"):
                facts.append(self._tell(message["id"], message, namespace=namespace, writer=writer))
            elif not given:
                facts.append(self._seen_unnamed(namespace, channel, message, writer))
        overdue = [] if given else self._unnamed.overdue(namespace)
        facts += [self._tell_unnamed(unnamed) for unnamed in overdue]
        return [*(fact for fact in facts if fact is not None), *self._left(namespace, gone)]

    def left_over(self) -> list[Fact]:
        """What no state has shown until the run's end."""
        return [*self.rest_of_input(), *map(self._tell_unnamed, self._unnamed.overdue())]

    # -- what was there before

    def rest_of_input(self) -> list[Fact]:
        """The input, if no state has shown it yet."""
        found = self.given.rest(self._states.shown("")) if self.given.waits else []
        told: list[MessageWhole] = []
        for message in (each.message for each in found):
            message_id = message.get("id")
            if message_id in self._told:
                continue
            told.append(self._given_row("", message_id, message, "input"))
        return [MessagesGiven("", told)] if told else []

    def _give(self, namespace: str, messages: Sequence[tuple[str, JSON]]) -> list[Fact]:
        fresh: list[tuple[str, JSON]] = []
        for channel, message in messages:
            message_id = message.get("id")
            if message_id is None:
                if self._unnamed.seen(namespace, channel, message) is None:
                    fresh.append((channel, message))
            elif message_id not in self._told and not self._was_unnamed(namespace, message_id, message):
                fresh.append((channel, message))
        if not namespace:
            self.given.waits = False
        sources = self.given.sources(namespace, [message for _, message in fresh])
        history = [n for n, source in enumerate(sources) if source == "history"]
        omitted = set(history[:-HISTORY])
        told: list[MessageWhole] = []
        for n, ((channel, message), source) in enumerate(zip(fresh, sources, strict=True)):
            message_id = message.get("id")
            if message_id in self._told:  # twice in one state
                continue
            if n not in omitted:
                told.append(self._given_row(namespace, message_id, message, source, channel))
            elif message_id is not None:
                self._told[message_id] = message
                self._omitted.add(message_id)
        rest = self.rest_of_input() if not namespace else []
        return [*([MessagesGiven(namespace, told, len(omitted))] if told else []), *rest]

    def _given_row(
        self,
        namespace: str,
        message_id: str | None,
        message: JSON,
        source: MessageSource | None,
        channel: str = "",
    ) -> MessageWhole:
        row = message_id
        if row is None:
            row = self._unnamed.row(namespace)
            unnamed = self._unnamed.add(Unnamed(message, namespace, row=row))
            unnamed.reports.add((f"state {namespace}", channel))
        else:
            self._told[row] = message
            self._given_ids.add(row)
        return self._row(row, message, UNKNOWN, source)

    # -- messages with ids

    def _tell(
        self,
        message_id: str,
        message: JSON,
        origin: Origin = UNKNOWN,
        *,
        namespace: str = "",
        writer: Writer | None = None,
    ) -> MessageWhole | None:
        told = self._told.get(message_id)
        self._told[message_id] = message
        if told is _STREAMED:
            self.on_final(message_id)
        if message_id in self._gone:
            self._gone.discard(message_id)
        elif told is message or (told and says_the_same(told, message)):
            return None
        if told is None:
            unnamed = self._unnamed.named(
                namespace or (writer.namespace if writer else ""), message_id, message
            )
            if unnamed is not None:
                return self._named(unnamed, message_id, message)
            if origin is UNKNOWN and (writer is None or writer.task_id is None):
                self._unplaced[message_id] = message
        source: MessageSource | None = made_by(message)
        if message_id in self._omitted:
            self._omitted.discard(message_id)
            source, writer = "history", None
        return self._row(self._rows.get(message_id, message_id), message, origin, source, writer)

    def _placed(self, message_id: str, message: JSON, writer: Writer) -> MessageWhole | None:
        """A message that was told before it was known which task returned it."""
        told = self._unplaced.get(message_id)
        if told is None or writer.task_id is None or not says_the_same(told, message):
            return None
        del self._unplaced[message_id]
        return self._row(self._rows.get(message_id, message_id), told, UNKNOWN, made_by(told), writer)

    def _row(
        self,
        row: str,
        message: JSON,
        origin: Origin,
        source: MessageSource | None,
        writer: Writer | None = None,
    ) -> MessageWhole:
        fact = whole_message(row, message, origin, think_tags=self.think_tags)
        fact.source, fact.writer = source, writer
        return fact

    # -- messages without ids, and what becomes of them

    def _written_unnamed(
        self, found: Found, writer: Writer, kind: str, *, awaits: bool, again: bool
    ) -> MessageWhole | None:
        unnamed = self._unnamed.written(found, writer, kind, again=again)
        if unnamed is not None:
            better = unnamed.learn(writer)
            return self._tell_unnamed(unnamed) if better and unnamed.row is not None else None
        for message_id, told in self._unplaced.items():  # a state has shown it already
            if is_alike(told, found.message):
                return self._placed(message_id, told, writer)
        unnamed = Unnamed(found.message, writer.namespace, writer, found.certain)
        unnamed.reports.add((kind, found.channel))
        self._unnamed.add(unnamed)
        if awaits:
            self._unnamed.wait(unnamed)
            return None
        return self._tell_unnamed(unnamed) if found.certain else None

    def _seen_unnamed(
        self, namespace: str, channel: str, message: JSON, writer: Writer | None
    ) -> MessageWhole | None:
        unnamed = self._unnamed.seen(namespace, channel, message)
        if unnamed is None:
            unnamed = self._unnamed.add(Unnamed(message, namespace, writer))
            unnamed.reports.add((f"state {namespace}", channel))
        return self._tell_unnamed(unnamed) if unnamed.row is None else None

    def _tell_unnamed(self, unnamed: Unnamed) -> MessageWhole:
        if unnamed.row is None:
            unnamed.row = self._unnamed.row(unnamed.namespace)
        return self._row(unnamed.row, unnamed.message, UNKNOWN, made_by(unnamed.message), unnamed.writer)

    def _named(self, unnamed: Unnamed, message_id: str, message: JSON) -> MessageWhole | None:
        """LangGraph has given an id to a message: that is the id of its row, if it has none yet."""
        if unnamed.row is not None:
            self._rows[message_id] = unnamed.row
            was_lost, unnamed.lost = unnamed.lost, False
            return self._tell_unnamed(unnamed) if was_lost else None
        unnamed.row = message_id
        if unnamed.writer is None or unnamed.writer.task_id is None:
            self._unplaced[message_id] = message
        return self._row(message_id, message, UNKNOWN, made_by(message), unnamed.writer)

    def _was_unnamed(self, namespace: str, message_id: str, message: JSON) -> bool:
        """Whether this is a message that was told before LangGraph gave it an id."""
        unnamed = self._unnamed.named(namespace, message_id, message)
        if unnamed is None or unnamed.row is None:
            return False
        self._told[message_id] = message
        self._rows[message_id] = unnamed.row
        return True

    # -- removals

    def removed(self, message_id: str, modes: Collection[str]) -> list[Fact]:
        """A ``RemoveMessage``; where the state is streamed, that tells what is left."""
        return [] if "values" in modes else self._removed(message_id)

    def _removed(self, message_id: str) -> list[Fact]:
        if message_id == REMOVE_ALL:
            self._gone.update(self._told)
            return [MessageRemoved(REMOVE_ALL)]
        if message_id not in self._told or message_id in self._gone:
            return []
        self._gone.add(message_id)
        if message_id in self._omitted:
            return []
        return [MessageRemoved(self._rows.get(message_id, message_id))]

    def _left(self, namespace: str, gone: list[tuple[str, JSON]]) -> list[Fact]:
        """Messages that are no longer in the state of a graph nor in that of one around it."""
        ids = [message["id"] for _, message in gone if message.get("id") in self._told]
        if not ids:
            return []
        kept = {message.get("id") for outer in around(namespace) for message in self._states.held(outer)}
        return [fact for message_id in ids if message_id not in kept for fact in self._removed(message_id)]
