"""A run as data: its events reduced to tables, and what they say about the run as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import Any, Protocol

from lg_jupyter.adapter.faults import Faults
from lg_jupyter.events.bursts import Burst
from lg_jupyter.events.events import (
    JSON,
    Dequeued,
    Event,
    MessageChunk,
    Part,
    Resumed,
    RunEnded,
    RunStarted,
    StateRead,
    StateWritten,
    Status,
    TaskStarted,
)
from lg_jupyter.tables import (
    Checkpoints,
    Custom,
    Events,
    Interrupts,
    Messages,
    Namespaces,
    Row,
    StateDiffs,
    Table,
    Tasks,
    TextDelta,
    Tokens,
    schema,
)
from lg_jupyter.tables.mark import Mark
from lg_jupyter.tables.places import Places
from lg_jupyter.tables.schema import COUNTED
from lg_jupyter.tables.states import States
from lg_jupyter.tables.waits import IN_THE_QUEUE, Waits

EVENTS_CAP = 2_000_000
"""How many events, and how many token pieces, a trace holds unless told otherwise; the oldest go first."""


class Adapts(Protocol):
    """What turns parts into events: :class:`lg_jupyter.adapter.Adapter`.

    ``faults`` are the kinds of parts that it did not understand.
    """

    faults: Faults

    def adapt(self, part: Part) -> Event: ...

    def pass_over(self, count: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Changes:
    """What a display has to be told.

    ``rows`` are upserts by table, without ``events`` and ``tokens``, and without the texts of messages;
    those are in ``text``, each piece once. ``counts`` are those of ``events`` and ``tokens``. ``run`` is
    :meth:`Trace.run` if that has changed.
    """

    rows: dict[str, list[Row]]
    text: list[TextDelta]
    counts: dict[str, int]
    run: dict[str, JSON] | None

    def __bool__(self) -> bool:
        return bool(self.rows or self.text or self.run)


class Trace:
    """Feed it the parts of a run in order; read the tables at any time, also while it grows.

    ``events_cap`` bounds the tables ``events`` and ``tokens``; every other table is made of all events.

    Attributes
    ----------
    lock
        Held while the tables grow, which they may whenever they are read: the tokens of a burst become
        rows then.
    waits
        When the run waited, for an answer or in a server's queue.
    """

    def __init__(self, adapter: Adapts | None = None, *, events_cap: int = EVENTS_CAP) -> None:
        self._adapter = adapter or _new_adapter()
        self.lock = RLock()
        self._burst: tuple[Event, MessageChunk | None, Burst] | None = None  # the last part, if it may grow
        self.status: Status = "pending"
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.error: dict[str, str] | None = None
        self.started: float | None = None
        self.ended: float | None = None
        self.output: JSON = None
        self.went_on: Mark | None = None  # how far it was when it did so last
        self.standing: dict[str, JSON] | None = None  # where a run that can go on stands, if that was told
        self.waits = Waits()
        self._asked_at: float | None = None  # when it was asked for, or to go on, until something comes of it
        self._root_steps: set[int] = set()
        self._root_states = 0
        self._told: dict[str, JSON] | None = None
        self._make_tables(events_cap)

    def _make_tables(self, cap: int) -> None:
        self._tokens = Tokens(cap)
        self._namespaces = Namespaces()
        self._messages = Messages(self._namespaces.count_message, self._namespaces.count_tokens)
        self._events = Events(cap, self._messages.tags_of)
        self._interrupts = Interrupts()
        self._state_diffs = StateDiffs()
        ordered: tuple[Table, ...] = (
            self._events,
            Tasks(),
            self._messages,
            self._tokens,
            self._state_diffs,
            Checkpoints(),
            self._namespaces,
            Custom(),
            self._interrupts,
        )
        self._tables: dict[str, Table] = {table.schema.name: table for table in ordered}
        self.states = States()
        self._handlers = self._join_handlers(self.states, *ordered)

    def _join_handlers(self, *tables: States | Table) -> dict[type, tuple[Callable[[Event, Any], None], ...]]:
        own: dict[type, Callable[[Event, Any], None]] = {
            RunStarted: self._start,
            RunEnded: self._end,
            Resumed: self._resume,
            Dequeued: self._dequeue,
            StateRead: self._read,
            StateWritten: self._step,
            TaskStarted: self._step,
        }
        joined: dict[type, tuple[Callable[[Event, Any], None], ...]] = {}
        for handlers in (own, *(table.handlers() for table in tables)):
            for fact_type, handler in handlers.items():
                joined[fact_type] = (*joined.get(fact_type, ()), handler)
        return joined

    # -- feeding -----------------------------------------------------------------------------------

    def feed(self, part: Part) -> Event:
        """Take the next part of the stream; the event it became."""
        with self.lock:
            try:
                self._catch_up()
            finally:  # whatever went wrong with the part before
                event = self._adapter.adapt(part)
                chunk = next((fact for fact in event.facts if isinstance(fact, MessageChunk)), None)
                self._reduce(event)
            if isinstance(part, Burst):
                self._burst = event, chunk, part
            return event

    def feed_event(self, event: Event) -> None:
        """Take an event that was adapted already."""
        with self.lock:
            self._catch_up()
            self._reduce(event)

    def _reduce(self, event: Event) -> None:
        if self.started is None:
            self.started = event.timestamp
            self.status = "running"
        self._events.feed(event)
        self._namespaces.see(event)
        for fact in event.facts:
            for handler in self._handlers.get(type(fact), ()):
                handler(event, fact)
        event.facts = ()  # the tables hold what they say; many small objects would be a burden

    def _catch_up(self) -> None:
        """Take the tokens that were put to the last part since it came."""
        if self._burst is None:
            return
        with self.lock:
            if self._burst is None:  # somebody else did
                return
            event, chunk, burst = self._burst
            self._burst = None
            burst.close()
            texts, timestamps = burst.texts, burst.timestamps
            if not texts:
                return
            if chunk is not None and not chunk.is_literal:
                for part in [*burst.parts()][1:]:
                    self._reduce(self._adapter.adapt(part))
                return
            self._adapter.pass_over(len(texts))
            self._events.feed_tokens(texts, timestamps)
            self._namespaces.see_in(event.namespace, timestamps[-1])
            if chunk is not None:
                self._messages.feed_tokens(event, chunk, texts, timestamps)
                self._tokens.feed_tokens(event, chunk, texts, timestamps)

    def close(self, status: Status, timestamp: float, error: dict[str, str] | None = None) -> Event | None:
        """Say how the run ended, where the stream did not; ``None`` if it had said so already."""
        if self.ended is not None:
            return None
        end = {"event": "end", "status": status, "error": error}
        return self.feed(Part("control", "", end, timestamp))

    def _start(self, event: Event, fact: RunStarted) -> None:
        self.run_id = fact.run_id or self.run_id
        self.thread_id = fact.thread_id or self.thread_id
        self._go_on(event)

    def _resume(self, event: Event, fact: Resumed) -> None:
        self.went_on = Mark.at(event.timestamp, self)
        self._go_on(event)

    def _go_on(self, event: Event) -> None:
        self.waits.go_on(event.timestamp)
        self.status, self.ended, self.error, self.standing = "running", None, None, None
        self._asked_at = event.timestamp

    def _dequeue(self, event: Event, fact: Dequeued) -> None:
        if self._asked_at is not None:
            self.waits.add(self._asked_at, event.timestamp, IN_THE_QUEUE)

    def _end(self, event: Event, fact: RunEnded) -> None:
        self.status, self.ended, self.error = fact.status, event.timestamp, fact.error
        self.standing = fact.standing
        if fact.output is not None:
            self.output = fact.output
        self.waits.stop(event.timestamp, fact.status, bool(self.interrupts))

    def _read(self, event: Event, fact: StateRead) -> None:
        if not event.namespace:
            self.output = fact.values
            self._root_states += not fact.interrupted

    def _step(self, event: Event, fact: StateWritten | TaskStarted) -> None:
        if not event.namespace and event.step is not None:
            self._root_steps.add(event.step)

    # -- reading -----------------------------------------------------------------------------------

    @property
    def tables(self) -> dict[str, Table]:
        """The tables by name."""
        self._catch_up()
        return self._tables

    @property
    def events(self) -> Events:
        self._catch_up()
        return self._events

    @property
    def messages(self) -> Messages:
        self._catch_up()
        return self._messages

    @property
    def steps(self) -> int | None:
        """How many steps the root graph took; ``None`` where the stream does not tell.

        Tasks and checkpoints tell their step, and each step that changes the state sends it once, after the
        one that holds the input. Updates and messages alone do not say which of them are of one step.
        """
        return len(self._root_steps) or max(0, self._root_states - 1) or None

    def elapsed(self, now: float | None = None) -> float | None:
        """How many seconds the run took, or has taken by ``now``, without those in which it waited.

        ``None`` before its start, and where it goes on and no ``now`` is given.
        """
        end = now if self.ended is None else self.ended
        return None if self.started is None or end is None else self.waits.running(self.started, end)

    @property
    def initial_state(self) -> JSON:
        """The state of the root before anything of the run; ``None`` if nobody knows it."""
        return self._state_diffs.initial()

    @property
    def interrupts(self) -> list[Row]:
        """The interrupts that wait for an answer, as rows of the table."""
        return self._interrupts.pending()

    @property
    def faults(self) -> Faults:
        """The kinds of parts that were not understood."""
        return self._adapter.faults

    @property
    def usage(self) -> dict[str, int | None]:
        """``input_tokens``, ``output_tokens``, ``total_tokens``: of each the sum over the messages that tell.

        ``None`` where none does. ``cache_read_tokens``, ``cache_write_tokens`` and ``reasoning_tokens`` are
        there where one does.
        """
        return self.messages.usage.known()

    @property
    def counts(self) -> dict[str, int]:
        """How many events and token pieces there were, those no longer held included."""
        return {"events": self.events.count, "tokens": self._tokens.count}

    def run(self) -> dict[str, JSON]:
        """The run in a few fields."""
        return {
            "status": self.status,
            "run_id": self.run_id,
            "thread_id": self.thread_id,
            "started": self.started,
            "ended": self.ended,
            "elapsed": self.elapsed(),
            "waits": [list(wait) for wait in self.waits],
            "steps": self.steps,
            "usage": self.usage,
            "error": self.error,
        }

    @property
    def places(self) -> Places:
        """Where something was, in names, as far as the run has come."""
        return Places(self.rows("namespaces"))

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, nested values whole. :class:`UsageError` for an unknown table."""
        return self.tables[schema(table).name].rows()

    def row(self, table: str, key: JSON) -> Row | None:
        """One row by its key, or by its position in a table without a key."""
        return self.tables[schema(table).name].row(key)

    def columns(self, table: str) -> dict[str, list[JSON]]:
        """The columns of a table, each with one item per row."""
        return self.tables[schema(table).name].columns()

    # -- telling a display -------------------------------------------------------------------------

    def drain(self) -> Changes:
        """What changed since the last call."""
        drained = {name: table.drain() for name, table in self.tables.items()}
        rows = {name: changed for name, changed in drained.items() if changed}
        run = self.run()
        changed = run != self._told
        self._told = run
        return Changes(rows, self.messages.drain_text(), self.counts, run if changed else None)

    def snapshot(self) -> Changes:
        """Everything, for a display that begins now; what :meth:`drain` will say is left as it is."""
        names = [name for name in self.tables if name not in (*COUNTED, "messages")]
        rows = {name: self.tables[name].rows() for name in names}
        rows["messages"] = self.messages.rows_without_text()
        return Changes(rows, self.messages.texts(), self.counts, self.run())


def _new_adapter() -> Adapts:
    from lg_jupyter.adapter import Adapter

    return Adapter()
