"""The tables: names, columns, kinds. What frames, the saved file, the widget and the documents share.

In every table ``namespace`` is the segments ``node:task_id`` joined by ``|``, ``""`` at the root; ids join
across tables; times are seconds since the epoch. A row stands where its first event stands in the stream.

tasks
    ``start_time`` and ``end_time`` are by the source's clock where it sends one. ``latency`` is the time
    spent running: a task that waited for an answer and was resumed is one row, without the wait.
    ``parent_task_id`` is the task whose (sub)graph this task belongs to. ``retries`` has for each time that
    it was tried again the ``time``, and as ``error`` and ``message`` what it had failed with. A server tells
    of retries only in the mode ``events``, and not with what they failed.

messages
    Times are by the arrival of chunks. ``start_time`` of a streamed message is when its model could first
    have been called: the start of its task, or the end of the message before in the same task (the arrival of
    the first chunk where the stream tells of no tasks). So ``time_to_first_token`` holds what the node did
    before it called the model, too. A message that came whole has no ``latency``. ``tool_calls`` is a list of
    ``{"id", "name", "args"}``; ``args`` is text while it streams, and if it is no JSON. Tokens count once,
    whether chunks, the whole message or both carry them. ``status`` is ``running`` until the message is
    complete, then ``success``, of a tool's message ``success`` or ``error``, and of a stream that broke off
    ``error``, ``cancelled`` or ``incomplete``; an answer that was cut by a limit, filtered or refused is
    ``incomplete``, too. ``blocks`` are content blocks that are neither text nor reasoning, in LangChain's
    standard form, as images are, refusals, sound, and what a provider's own tools were asked and gave.
    ``speaker`` is who says it, for a reader: of people and tools the name, of a model its agent's, its own or
    its node's, else the role. ``source`` says where the message comes from: ``input`` is what the run (or the
    subgraph of its namespace) was given, ``history`` what else was there before, of which the newest 50 have
    rows; ``model``, ``node`` and ``tool`` made it. Those of ``input`` and ``history`` have no time, no task
    and no tokens, for these are not the run's, and are not counted. ``citations`` are the places that an
    answer names, ``artifact`` is what a tool gave beside what it said to the model, ``finish_reason`` the
    provider's own word for why the model stopped. Of tokens, ``cache_read_tokens`` and ``cache_write_tokens``
    are a part of the input, ``reasoning_tokens`` of the output; what nobody counted is missing and not 0. A
    message removed from the state keeps its row and gets a ``removed_time``.

state_diffs
    From one state of a namespace to its next, as differences of JSON values; ``1``, ``1.0`` and ``true``
    differ. ``key`` is the channel (none if the state is no object), ``nodes`` those which wrote it in that
    step: ``["__start__"]`` for the input, ``[]`` if unknown. ``op`` is

    - ``add``: a key, or an item inside a list; ``after`` is the value. The first state of a namespace adds
      each of its channels whole.
    - ``remove``: a key, or an item of a list; ``before`` is the value.
    - ``append``: ``path`` is a list that grew at its end, ``after`` the list of all new items.
    - ``change``: ``before`` and ``after``. Objects are compared key by key, lists item by item (items with an
      ``id`` by that), strings whole. A list or object which has hardly anything in common with what it was
      is one change.
    - ``write``: what a node wrote to a key that no state shows, before any reducer; ``before`` is unknown.

    Positions in ``path`` are those of the new list; only the last one of a ``remove`` is that of the old
    list. To apply the rows of one state: from outer to inner lists remove, add in order, append, change.

namespaces
    ``task_count``, ``message_count`` and tokens are the namespace's own, without those of namespaces inside
    it. ``parent`` is the namespace of the task that runs this one. A namespace starts with its first event
    and ends with its last, both by the clock of that task; if the task does not succeed, it ends with it.

interrupts
    ``number`` counts them, from 0: an ``interrupt_id`` alone may come twice (two nodes raise a
    ``NodeInterrupt``; before langgraph 1.2.13 a node asks twice). ``status`` is ``pending``, ``resumed``, or
    ``answered elsewhere``: its thread does not ask it any more, and it was not this run that answered.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from lg_jupyter.errors import UsageError

Kind = Literal["int", "float", "string", "category", "time", "json"]
"""How a column is held: ``time`` is seconds since the epoch here and a UTC timestamp in frames;
``float`` durations are seconds; ``json`` is a nested value left whole."""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table's name, its key column (``None``: rows are only appended), its columns in order."""

    name: str
    key: str | None
    columns: dict[str, Kind]


def _table(name: str, key: str | None, /, **columns: Kind) -> TableSchema:
    return TableSchema(name, key, columns)


SCHEMAS: dict[str, TableSchema] = {
    schema.name: schema
    for schema in (
        _table(
            "events",
            "seq",
            seq="int",
            timestamp="time",
            mode="category",
            namespace="category",
            node="category",
            step="int",
            task_id="string",
            message_id="string",
            run_id="category",
            thread_id="category",
            checkpoint_id="string",
            data="json",
        ),
        _table(
            "tasks",
            "task_id",
            task_id="string",
            parent_task_id="string",
            namespace="category",
            node="category",
            step="int",
            status="category",
            start_time="time",
            end_time="time",
            latency="float",
            error="json",
            input="json",
            result="json",
            triggers="json",
            interrupts="json",
            retries="json",
        ),
        _table(
            "messages",
            "message_id",
            message_id="string",
            namespace="category",
            node="category",
            step="int",
            task_id="string",
            role="category",
            source="category",
            name="string",
            speaker="category",
            text="string",
            reasoning="string",
            blocks="json",
            citations="json",
            tool_calls="json",
            tool_call_id="string",
            artifact="json",
            status="category",
            finish_reason="category",
            chunk_count="int",
            start_time="time",
            first_token_time="time",
            end_time="time",
            latency="float",
            time_to_first_token="float",
            input_tokens="int",
            output_tokens="int",
            total_tokens="int",
            cache_read_tokens="int",
            cache_write_tokens="int",
            reasoning_tokens="int",
            provider="category",
            model="category",
            tags="json",
            agent_name="category",
            removed_time="time",
        ),
        _table(
            "tokens",
            None,
            seq="int",
            timestamp="time",
            message_id="string",
            namespace="category",
            node="category",
            kind="category",
            text="string",
        ),
        _table(
            "state_diffs",
            None,
            seq="int",
            timestamp="time",
            namespace="category",
            step="int",
            nodes="json",
            key="category",
            path="string",
            op="category",
            before="json",
            after="json",
        ),
        _table(
            "checkpoints",
            "checkpoint_id",
            checkpoint_id="string",
            parent_checkpoint_id="string",
            thread_id="category",
            namespace="category",
            step="int",
            source="category",
            timestamp="time",
            next="json",
            values="json",
        ),
        _table(
            "namespaces",
            "namespace",
            namespace="string",
            parent="string",
            node="category",
            graph_name="category",
            depth="int",
            status="category",
            start_time="time",
            end_time="time",
            latency="float",
            task_count="int",
            message_count="int",
            input_tokens="int",
            output_tokens="int",
            tool_call_id="string",
            tool_call="json",
        ),
        _table(
            "custom",
            None,
            seq="int",
            timestamp="time",
            namespace="category",
            node="category",
            data="json",
        ),
        _table(
            "interrupts",
            "number",
            interrupt_id="string",
            namespace="category",
            node="category",
            task_id="string",
            value="json",
            response_schema="json",
            status="category",
            resumed_with="json",
            number="int",
        ),
    )
}
"""Every table by name, in the order in which documents list them."""


def schema(name: str) -> TableSchema:
    """The schema of the table ``name``; :class:`UsageError` if there is no such table."""
    found = SCHEMAS.get(name)
    if found is None:
        close = difflib.get_close_matches(str(name), SCHEMAS, n=1)
        hint = f": did you mean {close[0]!r}?" if close else "."
        raise UsageError(f"There is no table {name!r}{hint} Tables: {', '.join(SCHEMAS)}.")
    return found
