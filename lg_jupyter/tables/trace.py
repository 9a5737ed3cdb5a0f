"""A run as data: its events reduced to tables, and what they say about the run as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import RLock
from typing import Any

from lg_jupyter.adapter.faults import ParseFaults
from lg_jupyter.events.calls import CALLS_MODE
from lg_jupyter.events.events import (
    Event,
    ExceptionDetails,
    MessageChunk,
    Part,
    RunDequeued,
    RunEnded,
    RunResumed,
    RunStarted,
    StateValues,
    Status,
)
from lg_jupyter.events.store import STORE_MODE
from lg_jupyter.events.token_batch import TokenBatch
from lg_jupyter.events.types import JSON, JSONObject
from lg_jupyter.tables import (
    CheckpointTable,
    CustomDataTable,
    EventTable,
    InterruptTable,
    MessageTable,
    ModelCallTable,
    NamespaceTable,
    Row,
    StateDiffTable,
    StoreOpTable,
    Table,
    TaskTable,
    TokenTable,
    ToolCallTable,
    get_table_schema,
)
from lg_jupyter.tables.base import FactHandler, FactReducer, merge_handlers_by_fact_name
from lg_jupyter.tables.failures import Failure, diagnose_failure
from lg_jupyter.tables.loops import RepeatedToolCallCounter, UnchangedStepCounter
from lg_jupyter.tables.part_adapter import PartAdapter, make_default_adapter
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.resume_point import ResumePoint
from lg_jupyter.tables.schema import TABLES_SENT_AS_COUNTS
from lg_jupyter.tables.state_history import StateHistory
from lg_jupyter.tables.step_counter import RootStepCounter
from lg_jupyter.tables.task_times import TaskTimeReducer
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.tables.usage import Usage
from lg_jupyter.tables.waits import QUEUE_WAIT_REASON, Waits
from lg_jupyter.text.words import clip_text

MAX_ERROR_CHARACTERS = 2_000
"""The most characters of what a run failed with that a display gets at once."""

DEFAULT_MAX_EVENTS = 2_000_000
"""How many events, and how many token pieces, a trace holds by default; the oldest go first."""


class Trace:
    """Feed it the parts of a run in order; read the tables at any time, also while it grows.

    ``events_cap`` bounds the tables ``events`` and ``tokens``; every other table is made of all events.

    Attributes
    ----------
    lock
        Held while the tables grow, which they may whenever they are read: the tokens of a batch become
        rows then.
    waits
        When the run waited, for an answer or in a server's queue.
    """

    def __init__(self, adapter: PartAdapter | None = None, *, events_cap: int = DEFAULT_MAX_EVENTS) -> None:
        self._adapter = adapter or make_default_adapter()
        self.lock = RLock()
        # The last, if it may grow.
        self._pending_tokens: tuple[Event, MessageChunk | None, TokenBatch] | None = None
        self.status: Status = "pending"
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.error: dict[str, str] | None = None
        self.raised: ExceptionDetails | None = None
        self.started: float | None = None
        self.ended: float | None = None
        self.output: JSON = None
        self.resumed_at: ResumePoint | None = None  # how far it was then
        self.thread_state: JSONObject | None = None  # of a run that can go on, if the stream has it
        self.waits = Waits()
        self._requested_at: float | None = None  # when it began or went on, until something comes of it
        self._sent_run: JSONObject | None = None
        self._init_tables_and_reducers(events_cap)

    def _init_tables_and_reducers(self, cap: int) -> None:
        self._tokens = TokenTable(cap)
        self._namespaces = NamespaceTable()
        self._messages = MessageTable(self._namespaces.record_message, self._namespaces.replace_token_usage)
        self._events = EventTable(cap, self._messages.find_tags_of_message)
        self._interrupts = InterruptTable()
        self._state_diffs = StateDiffTable()
        tasks = TaskTable()
        self.model_calls = ModelCallTable(self._messages.row, tasks.row, self._namespaces.replace_token_usage)
        tool_calls = ToolCallTable(self.model_calls, self._messages.row)
        ordered: tuple[Table, ...] = (
            self._events,
            tasks,
            self._messages,
            self._tokens,
            self._state_diffs,
            CheckpointTable(),
            self._namespaces,
            CustomDataTable(),
            self.model_calls,
            tool_calls,
            StoreOpTable(),
            self._interrupts,
        )
        self._tables: dict[str, Table] = {table.schema.name: table for table in ordered}
        self.states, self._steps = StateHistory(), RootStepCounter()
        self._repeated_calls, self._unchanged_steps = RepeatedToolCallCounter(), UnchangedStepCounter()
        times = TaskTimeReducer(tasks, self.model_calls, tool_calls)
        reducers: list[FactReducer] = [self.states, self._steps, self._unchanged_steps, *ordered, times]
        self._handlers = merge_handlers_by_fact_name(
            self._get_run_fact_handlers(), *(each.get_fact_handlers() for each in reducers)
        )

    def _get_run_fact_handlers(self) -> dict[type, FactHandler]:
        return {
            RunStarted: self._on_run_started,
            RunEnded: self._on_run_ended,
            RunResumed: self._on_run_resumed,
            RunDequeued: self._on_run_dequeued,
            StateValues: self._on_state_values,
        }

    # -- feeding -----------------------------------------------------------------------------------

    def feed(self, part: Part) -> Event:
        """Take the next part of the stream; the event it became."""
        with self.lock:
            try:
                self._feed_pending_tokens()
            finally:  # whatever went wrong with the part before
                event = self._adapter.adapt(part)
                chunk = next((fact for fact in event.facts if isinstance(fact, MessageChunk)), None)
                self._log_and_reduce_event(event, part)
            if isinstance(part, TokenBatch):
                self._pending_tokens = event, chunk, part
            return event

    def feed_event(self, event: Event) -> None:
        """Take an event that was adapted already."""
        with self.lock:
            self._feed_pending_tokens()
            self._log_and_reduce_event(event)

    def _log_and_reduce_event(self, event: Event, part: Part | None = None) -> None:
        if self.started is None:
            self.started = event.timestamp
            self.status = "running"
        self._events.feed(event, part)  # first: whatever goes wrong with the tables, the part is kept
        self._reduce_facts(event)

    def _reduce_facts(self, event: Event) -> None:
        """Reduce an event that is in the log."""
        if event.mode not in (CALLS_MODE, STORE_MODE):  # namespaces are what the stream shows
            self._namespaces.record_activity(event.namespace, event.timestamp)
        for fact in event.facts:
            for handler in self._handlers.get(type(fact).__name__, ()):
                handler(event, fact)
        event.facts = ()  # the tables hold what they say; many small objects would be a burden

    def _feed_pending_tokens(self) -> None:
        """Take the tokens that were put to the last part since it came."""
        if self._pending_tokens is None:
            return
        with self.lock:
            if self._pending_tokens is None:  # somebody else did
                return
            event, chunk, batch = self._pending_tokens
            self._pending_tokens = None
            batch.close()
            texts, timestamps = batch.added_texts, batch.added_timestamps
            if not texts:
                return
            if chunk is not None and not chunk.is_next_text_verbatim:
                for event in [self._adapt_and_log_part(part) for part in [*batch.close_and_iter_parts()][1:]]:
                    self._reduce_facts(event)
                return
            self._adapter.advance_seq(len(texts))
            self._events.feed_tokens(texts, timestamps, batch.added_source_ids)
            self._namespaces.record_activity(event.namespace, timestamps[-1])
            if chunk is not None:
                self._messages.feed_tokens(event, chunk, texts, timestamps)
                self._tokens.feed_tokens(event, chunk, texts, timestamps)

    def _adapt_and_log_part(self, part: Part) -> Event:
        event = self._adapter.adapt(part)
        self._events.feed(event, part)
        return event

    def end_if_open(
        self, status: Status, timestamp: float, error: dict[str, str] | None = None
    ) -> Event | None:
        """End the run where the stream did not; ``None`` if it had ended already."""
        if self.ended is not None:
            return None
        end = {"event": "end", "status": status, "error": error}
        return self.feed(Part("control", "", end, timestamp))

    def _on_run_started(self, event: Event, fact: RunStarted) -> None:
        self.run_id = fact.run_id or self.run_id
        self.thread_id = fact.thread_id or self.thread_id
        self._reopen(event)

    def _on_run_resumed(self, event: Event, fact: RunResumed) -> None:
        self.resumed_at = ResumePoint.from_trace(event.timestamp, self)
        self._reopen(event)

    def _reopen(self, event: Event) -> None:
        self.waits.record_resume(event.timestamp)
        self.status, self.ended, self.error, self.thread_state = "running", None, None, None
        self._requested_at = event.timestamp

    def _on_run_dequeued(self, event: Event, fact: RunDequeued) -> None:
        if self._requested_at is not None:
            self.waits.add_wait(self._requested_at, event.timestamp, QUEUE_WAIT_REASON)

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        self.status, self.ended, self.error = fact.status, event.timestamp, fact.error
        self.thread_state, self.raised = fact.thread_state, fact.exception_details
        if fact.output is not None:
            self.output = fact.output
        self.waits.record_stop(event.timestamp, fact.status, bool(self.pending_interrupts))

    def _on_state_values(self, event: Event, fact: StateValues) -> None:
        if not event.namespace:
            self.output = fact.values

    # -- reading -----------------------------------------------------------------------------------

    @property
    def tables(self) -> dict[str, Table]:
        """The tables by name."""
        self._feed_pending_tokens()
        return self._tables

    @property
    def events(self) -> EventTable:
        self._feed_pending_tokens()
        return self._events

    @property
    def messages(self) -> MessageTable:
        self._feed_pending_tokens()
        return self._messages

    @property
    def root_step_count(self) -> int | None:
        """How many steps the root graph took; ``None`` where the stream does not tell."""
        return self._steps.step_count

    @property
    def loop_warnings(self) -> list[str]:
        """What goes round in it, as sentences: calls of tools, steps that change nothing."""
        with self.lock:
            self._repeated_calls.add_new_calls(self.tables["tool_calls"])
            return [*self._repeated_calls.iter_warnings(), *self._unchanged_steps.iter_warnings()]

    def elapsed(self, now: float | None = None) -> float | None:
        """How many seconds the run took, or has taken by ``now``, without those in which it waited.

        ``None`` before its start, and where it goes on and no ``now`` is given.
        """
        end = now if self.ended is None else self.ended
        return None if self.started is None or end is None else self.waits.seconds_running(self.started, end)

    @property
    def initial_state(self) -> JSON:
        """The state of the root before anything of the run; ``None`` if nobody knows it."""
        return self._state_diffs.get_initial_state()

    @property
    def pending_interrupts(self) -> list[Row]:
        """The interrupts that wait for an answer, as rows of the table."""
        return self._interrupts.list_pending_interrupts()

    @property
    def faults(self) -> ParseFaults:
        """The kinds of parts that were not understood."""
        return self._adapter.faults

    @property
    def failure(self) -> Failure | None:
        """Why it failed, if it did."""
        if self.status != "error" or self.error is None:
            return None
        calls = [*self.rows("model_calls"), *self.rows("tool_calls")]
        return diagnose_failure(self.error, self.raised, self.rows("tasks"), self.places, calls)

    @property
    def usage(self) -> dict[str, float | None]:
        """``input_tokens``, ``output_tokens``, ``total_tokens``: of each the sum over those that tell.

        ``None`` where none does. What is known of the cache and of reasoning is there; ``cost`` where that
        of a call is known, ``unpriced_calls`` beside it where that of others is not.
        """
        return {**self.token_usage.to_usage_fields(), **self.model_calls.costs.to_usage_fields()}

    @property
    def token_usage(self) -> Usage:
        """The tokens of all messages, and of the calls of models that are in none.

        To read them takes in no batch of tokens, which tells no count: a limit looks at each part.
        """
        return self._messages.usage + self.model_calls.usage_outside_messages.total_usage

    def count_output_tokens(self, usage: Mapping[str, float | None], uncounted: Collection[str]) -> int:
        """How much models gave out: the tokens that they told, and the pieces of ``uncounted`` messages.

        A model tells its tokens at the end of a call, of one that was cancelled never.
        """
        counted = usage.get("output_tokens")
        count_pieces = self._tokens.count_pieces_of_messages
        return int(counted) + count_pieces(uncounted) if counted else self._tokens.total_count

    @property
    def event_and_token_counts(self) -> dict[str, int]:
        """How many events and token pieces there were, those no longer held included."""
        return {"events": self.events.total_count, "tokens": self._tokens.total_count}

    def make_run_fields(self) -> JSONObject:
        """The run in a few fields."""
        return {
            "status": self.status,
            "run_id": self.run_id,
            "thread_id": self.thread_id,
            "started": self.started,
            "ended": self.ended,
            "elapsed": self.elapsed(),
            "waits": [list(wait) for wait in self.waits],
            "steps": self.root_step_count,
            "usage": self.usage,
            "error": self.error
            and {**self.error, "message": clip_text(self.error["message"], MAX_ERROR_CHARACTERS)},
            "failure": None if (failure := self.failure) is None else failure.to_brief_json(),
        }

    @property
    def places(self) -> PlaceNames:
        """Where something was, in names, as far as the run has come."""
        return PlaceNames(self.rows("namespaces"))

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, nested values whole. :class:`UsageError` for an unknown table."""
        return self.tables[get_table_schema(table).name].rows()

    def row(self, table: str, key: JSON) -> Row | None:
        """One row by its key, or by its position in a table without a key."""
        return self.tables[get_table_schema(table).name].row(key)

    def columns(self, table: str) -> dict[str, list[Any]]:
        """The columns of a table, each with one item per row."""
        return self.tables[get_table_schema(table).name].columns()

    # -- telling a display -------------------------------------------------------------------------

    def take_changes(self) -> TraceChanges:
        """What changed since the last call."""
        changed_rows = {name: table.take_changes() for name, table in self.tables.items()}
        rows = {name: changed for name, changed in changed_rows.items() if changed}
        run = self.make_run_fields()
        changed = run != self._sent_run
        self._sent_run = run
        return TraceChanges(
            rows, self.messages.take_text_deltas(), self.event_and_token_counts, run if changed else None
        )

    def snapshot(self) -> TraceChanges:
        """Everything, for a display that begins now; what :meth:`take_changes` will say is left as it is."""
        names = [name for name in self.tables if name not in (*TABLES_SENT_AS_COUNTS, "messages")]
        rows = {name: self.tables[name].rows() for name in names}
        rows["messages"] = self.messages.list_rows_without_text()
        return TraceChanges(
            rows, self.messages.list_whole_text_deltas(), self.event_and_token_counts, self.make_run_fields()
        )
