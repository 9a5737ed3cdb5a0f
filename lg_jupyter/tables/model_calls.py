"""The table ``model_calls``: one row per call of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from lg_jupyter.events.calls import ModelCallEnded, ModelCallFirstToken, ModelCallPriced, ModelCallStarted
from lg_jupyter.events.events import JSON, CompleteMessage, Event, MessageChunk, RunEnded, RunStarted, Status
from lg_jupyter.events.namespace import get_enclosing_task_ids
from lg_jupyter.tables.base import FactHandler, Row, seconds_between
from lg_jupyter.tables.call_table import CallTable, ReadRowByKey
from lg_jupyter.tables.costs import (
    COUNTED_IN_INNER_CALL_NOTE,
    TOKENS_NOT_COUNTED_NOTE,
    Costs,
    make_cost_columns_before_pricing,
)
from lg_jupyter.tables.model_answers import (
    has_same_content_and_tool_calls,
    is_answer_of_model_call,
    make_ai_message_json,
    pop_match_or_oldest,
)
from lg_jupyter.tables.model_call_columns import (
    find_messages_in_task_input,
    find_system_prompt,
    make_usage_columns,
)
from lg_jupyter.tables.prompt_parts import PromptMeter
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.usage import Usage
from lg_jupyter.tables.usage_outside_messages import UsageOutsideMessages

_COLUMNS_FROM_MESSAGE = (
    *("namespace", "node", "step", "task_id", "agent_name", "provider", "model", "finish_reason", "tags"),
    *("status", "start_time", "first_token_time", "end_time", "latency", "time_to_first_token"),
    *Usage._fields,
)
"""Columns that an inferred call has of its message."""

_SOURCES_BEFORE_RUN = ("input", "history")
"""Whose messages were there before the run."""

_COMPARED_COLUMNS = ("model", "system", "tools", "parameters")
"""What an agent's calls are expected to have in common."""

_AgentKey: TypeAlias = tuple[str, "str | None", "str | None"]
"""Whose calls belong together: a namespace, a node, an agent's name."""


class ToolCallRequest(NamedTuple):
    """A call of a tool as a model asks for it: the id of the model's own call, the tool, its arguments."""

    model_call_id: str | None
    name: str | None
    args: JSON


_NO_TOOL_CALL_REQUEST = ToolCallRequest(None, None, None)


class ModelCallTable(CallTable):
    """Calls as they were reported, and those of which only the message is known.

    Parameters
    ----------
    read_message_row, read_task_row
        Read a row of ``messages`` and of ``tasks`` by its key.
    on_usage_change
        Called for tokens that no message counts, as :class:`UsageOutsideMessages` says.
    """

    schema = SCHEMAS["model_calls"]

    def __init__(
        self,
        read_message_row: ReadRowByKey,
        read_task_row: ReadRowByKey,
        on_usage_change: Callable[[str, Usage, Usage], None] = lambda namespace, before, now: None,
    ) -> None:
        super().__init__(read_message_row)
        self._read_task_row = read_task_row
        self.usage_outside_messages = UsageOutsideMessages(on_usage_change)
        self._uninferred_ids: dict[str, None] = {}  # of which no call is known
        self._by_message: dict[str, str] = {}  # message id → call id
        # The id that a call's message will likely have → call ids, the oldest first: some models repeat ids.
        self._by_expected_message: dict[str, list[str]] = {}
        # An answer's id → its row's, where earlier messages have the id.
        self._renamed_ids: dict[str, list[str]] = {}
        # By the id that a model gave to a tool's call and its graph's namespace, and by the id alone.
        self._requests: dict[tuple[str, str | None], ToolCallRequest] = {}
        self._prompt_meter = PromptMeter()
        self._latest_calls_by_agent: dict[_AgentKey, Row] = {}  # each agent's last call
        # with counted tokens, until somebody takes them to price them
        self._ended_calls_to_price: list[Row] = []
        self._has_whole_message = False  # one has come since the last look at those of which no call is known
        self._cached_costs: Costs | None = Costs()  # None: other than it was

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            RunStarted: self._on_run_started,
            ModelCallStarted: self._on_call_started,
            ModelCallFirstToken: self._on_first_token,
            ModelCallEnded: self._on_call_ended,
            ModelCallPriced: self._on_call_priced,
            MessageChunk: self._on_message,
            CompleteMessage: self._on_message,
            RunEnded: self._on_run_ended,
        }

    def find_tool_call_request(self, tool_call_id: str | None, namespace: str) -> ToolCallRequest:
        """What the newest answer says that has a tool's call with this id in it, at best one of its graph."""
        self._add_inferred_calls()
        if tool_call_id is None:
            return _NO_TOOL_CALL_REQUEST
        of_graph = self._requests.get((tool_call_id, namespace))
        return of_graph or self._requests.get((tool_call_id, None), _NO_TOOL_CALL_REQUEST)

    def find_call_id_of_message(self, message_id: str) -> str | None:
        """The call that a message is the answer of."""
        self._add_inferred_calls()
        return self._by_message.get(message_id)

    @property
    def costs(self) -> Costs:
        """What the calls so far cost."""
        if self._cached_costs is None:
            self._cached_costs = Costs.sum_over_model_calls(self._rows)
        return self._cached_costs

    @property
    def has_model_calls(self) -> bool:
        """Whether a model was called, or has begun to answer."""
        return bool(self._rows or self._uninferred_ids)

    def take_calls_to_price(self) -> list[Row]:
        """Calls that are over since the last time, and whose tokens were counted."""
        if self._has_whole_message:
            self._has_whole_message = False
            self._add_inferred_calls()
        ended, self._ended_calls_to_price = self._ended_calls_to_price, []
        return ended

    # -- calls that were reported

    def _on_call_started(self, event: Event, fact: ModelCallStarted) -> None:
        row = self._add_row(
            fact.call_id,
            call_id=fact.call_id,
            parent_call_id=fact.parent_call_id,
            message_id=None,
            task_id=event.task_id,
            namespace=event.namespace,
            node=event.node,
            step=event.step,
            agent_name=fact.agent_name,
            provider=fact.provider,
            model=fact.model,
            status="running",
            start_time=fact.time,
            streamed=False,
            attempt=fact.attempt,
            retry_of=fact.retry_of,
            cached=False,
            system=None if fact.input is None else find_system_prompt(fact.input),
            input=fact.input,
            tools=fact.tools,
            input_parts=self._prompt_meter.measure_prompt_characters(fact.input, fact.tools),
            context_window=fact.context_window,
            parameters=fact.parameters,
            tags=fact.tags,
            known_from=fact.known_from,
        )
        self._set_changes_since_previous_call((event.namespace, event.node, fact.agent_name), row)
        if fact.message_id is not None:
            self._by_expected_message[fact.message_id] = [fact.call_id]

    def _set_changes_since_previous_call(self, agent: _AgentKey, row: Row) -> None:
        """Note what of a call is as in the call before of the same agent, and what is other."""
        before = self._latest_calls_by_agent.get(agent)
        self._latest_calls_by_agent[agent] = row
        if before is not None:
            other = [name for name in _COMPARED_COLUMNS if not _is_equal_pair((before[name], row[name]))]
            self._update_row(row, previous_call=before["call_id"], changed=other)
        if (given := row["input"]) is not None:
            pairs = zip((before and before["input"]) or (), given, strict=False)
            self._update_row(row, repeated_messages=sum(1 for _ in takewhile(_is_equal_pair, pairs)))

    def _on_first_token(self, event: Event, fact: ModelCallFirstToken) -> None:
        row = self._row_by_key.get(fact.call_id)
        if row is not None and row["first_token_time"] is None:
            waited = seconds_between(row["start_time"], fact.time)
            self._update_row(row, streamed=True, first_token_time=fact.time, time_to_first_token=waited)

    def _on_call_ended(self, event: Event, fact: ModelCallEnded) -> None:
        row = self._row_by_key.get(fact.call_id)
        if row is None or row["status"] != "running":
            return
        passes_on = self._is_answer_of_inner_call(row, fact)
        self._update_row(
            row,
            status=fact.status,
            end_time=fact.time,
            latency=seconds_between(row["start_time"], fact.time),
            cached=fact.is_cached and not passes_on,
            response_model=fact.response_model,
            finish_reason=fact.finish_reason,
            output=fact.output,
            error=fact.error,
            **make_usage_columns(None if passes_on else fact.usage),
        )
        self._queue_for_pricing(row)
        if passes_on:
            self._update_row(row, message_id=fact.message_id, cost=0.0, cost_note=COUNTED_IN_INNER_CALL_NOTE)
        elif fact.message_id is not None:
            self._set_message_id(row, self._find_answer_row_key(fact.message_id, fact.call_id))
        self.usage_outside_messages.add_ended_call(
            row, names_own_message=self._by_message.get(row["message_id"]) == fact.call_id
        )
        self._store_tool_call_requests(row)

    def _is_answer_of_inner_call(self, row: Row, fact: ModelCallEnded) -> bool:
        """Whether a model gave the answer of another one that it called: that call has the tokens."""
        inner = self._row_by_key.get(self._by_message.get(fact.message_id or "", ""))
        return (
            inner is not None
            and inner["start_time"] >= row["start_time"]
            and inner["task_id"] == row["task_id"]
            and has_same_content_and_tool_calls(inner["output"], fact.output)
            and inner["output"].get("id") == fact.message_id
        )

    def _find_answer_row_key(self, message_id: str, call_id: str) -> str:
        """The row of an answer: another than its id, where an earlier message has that id."""

        def is_here(key: str) -> bool:
            answer = self._read_message_row(key)
            return answer is not None and answer["task_id"] == self._row_by_key[call_id]["task_id"]

        if message_id in self._uninferred_ids and (
            is_here(message_id) or message_id not in self._renamed_ids
        ):
            return message_id
        if message_id in self._renamed_ids:
            return pop_match_or_oldest(self._renamed_ids, message_id, is_here) or message_id
        message = self._read_message_row(message_id)
        if message_id in self._by_message or (
            message is not None and message["source"] in _SOURCES_BEFORE_RUN
        ):
            # it may have a row of its own yet
            self._by_expected_message.setdefault(message_id, []).append(call_id)
        return message_id

    def _queue_for_pricing(self, row: Row) -> None:
        self._update_row(
            row,
            **make_cost_columns_before_pricing(
                bool(row["cached"]), row["input_tokens"], row["output_tokens"]
            ),
        )
        self._cached_costs = None
        if row["cost"] is None and row["cost_note"] != TOKENS_NOT_COUNTED_NOTE:
            self._ended_calls_to_price.append(row)

    def _on_call_priced(self, event: Event, fact: ModelCallPriced) -> None:
        self._add_inferred_calls()  # it was priced because it had been
        row = self._row_by_key.get(fact.call_id)
        if row is not None:
            self._update_row(row, cost=fact.cost, price_source=fact.source, cost_note=fact.note)
            self._cached_costs = None

    def _store_tool_call_requests(self, row: Row) -> None:
        """Note the calls of tools that an answer asks for; ids come again with some providers."""
        output = row["output"]
        for call in (output.get("tool_calls") if isinstance(output, dict) else None) or ():
            if isinstance(call, dict) and isinstance(call.get("id"), str):
                request = ToolCallRequest(row["call_id"], call.get("name"), call.get("args"))
                self._requests[call["id"], row["namespace"]] = self._requests[call["id"], None] = request

    def _set_message_id(self, row: Row, message_id: str) -> None:
        self._update_row(row, message_id=message_id)
        self._by_message.setdefault(message_id, row["call_id"])
        self._uninferred_ids.pop(message_id, None)

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        """Nothing more is reported of a call that is open when its run ends."""
        stopped = fact.status in ("cancelled", "error", "interrupted")
        for row in self._rows:
            # a stream of events has no end of a call that failed
            status: Status = "cancelled" if stopped and row["known_from"] == "callback" else "incomplete"
            if row["status"] == "running" and row["known_from"] != "inferred":
                self._close_open_call(row, status, event.timestamp)
                self._queue_for_pricing(row)
        self._add_inferred_calls(run_is_over=True)

    # -- calls that were not

    def _on_message(self, event: Event, fact: MessageChunk | CompleteMessage) -> None:
        if fact.usage is not None:
            self.usage_outside_messages.record_counted_message(
                fact.message_id, self._by_message.get(fact.message_id)
            )
        if fact.message_id in self._by_message:
            self._move_answer_to_later_call(fact)
            return
        self._has_whole_message = self._has_whole_message or isinstance(fact, CompleteMessage)

        def is_here(call_id: str) -> bool:
            row = self._row_by_key.get(call_id)
            return row is not None and row["task_id"] == event.task_id

        whole = fact.message_id.removesuffix("-0")  # langchain-core numbers the answers that come whole
        key = fact.message_id if fact.message_id in self._by_expected_message else whole
        call_id = pop_match_or_oldest(self._by_expected_message, key, is_here)
        if call_id is None:
            call_id = self._find_call_id_of_copied_answer(event, fact)
        if call_id is None and isinstance(fact, MessageChunk) and fact.alias_message_id is not None:
            call_id = pop_match_or_oldest(self._by_expected_message, fact.alias_message_id, is_here)
        if call_id is None:
            self._uninferred_ids.setdefault(fact.message_id)
            if isinstance(fact, MessageChunk) and fact.alias_message_id is not None:
                self._renamed_ids.setdefault(fact.alias_message_id, []).append(fact.message_id)
        else:
            self._set_message_id(self._row_by_key[call_id], fact.message_id)

    def _move_answer_to_later_call(self, fact: MessageChunk | CompleteMessage) -> None:
        """A message became the answer of a later call, whose model gives every answer the same id."""
        if not isinstance(fact, CompleteMessage) or fact.usage is None:
            return
        for call_id in self.usage_outside_messages.list_call_ids_newest_first():
            row = self._row_by_key[call_id]
            if row["message_id"] == fact.message_id and is_answer_of_model_call(row, fact):
                before, self._by_message[fact.message_id] = (self._by_message[fact.message_id], call_id)
                self.usage_outside_messages.record_counted_message(fact.message_id, call_id)
                if (earlier := self._row_by_key.get(before)) is not None:
                    self.usage_outside_messages.add_ended_call(earlier, names_own_message=False)
                return

    def _find_call_id_of_copied_answer(
        self, event: Event, fact: MessageChunk | CompleteMessage
    ) -> str | None:
        """The call whose answer, which is no message, a node returned under another id."""
        if not isinstance(fact, CompleteMessage) or fact.usage is None:
            return None
        task_id = event.task_id if fact.writer is None else fact.writer.task_id
        for call_id in self.usage_outside_messages.list_call_ids_newest_first():
            row = self._row_by_key[call_id]
            around = (row["task_id"], *get_enclosing_task_ids(row["namespace"]))
            if task_id in around and is_answer_of_model_call(row, fact):
                self.usage_outside_messages.record_counted_message(fact.message_id, call_id)
                return call_id
        return None

    def _add_inferred_calls(self, run_is_over: bool = False) -> None:
        """Make rows of messages: in a run whose calls nobody reports; at any run's end, of those left."""
        if not self._uninferred_ids or not (run_is_over or self._call_source == "inferred"):
            return
        for message_id in list(self._uninferred_ids):
            message = self._read_message_row(message_id)
            if message is None or message["source"] != "model":
                if run_is_over:
                    del self._uninferred_ids[message_id]
                continue
            row = self._row_by_key.get(message_id) or self._add_inferred_call(message)
            known = {name: message[name] for name in _COLUMNS_FROM_MESSAGE}
            known["streamed"] = bool(message["chunk_count"])
            if any(row[name] != value for name, value in known.items()):
                self._update_row(row, **known)
            if message["status"] != "running":
                row["output"] = make_ai_message_json(message)
                self._queue_for_pricing(row)
                self._store_tool_call_requests(row)
                del self._uninferred_ids[message_id]
                self._by_message[message_id] = message_id

    def _add_inferred_call(self, message: Row) -> Row:
        message_id, task_id = message["message_id"], message["task_id"]
        alone = task_id is not None and all(row["task_id"] != task_id for row in self._rows)
        task = self._read_task_row(task_id) if alone else None
        return self._add_row(
            message_id,
            call_id=message_id,
            message_id=message_id,
            input=None if task is None else find_messages_in_task_input(task["input"]),
            known_from="inferred",
        )


def _is_equal_pair(pair: tuple[JSON, JSON]) -> bool:
    before, now = pair
    return before is now or before == now
